"""
What it does to production that parts come, go or get another name.
"""

import attrs
import pytest

from mizzen import Image, NodePort, Postgres, Service, Use, Worker
from mizzen.changes.rows import rows

from .support import effects, reasons


def added(prod, *parts):
    """
    The app with more parts.
    """
    app = attrs.evolve(prod.app, parts=[*prod.app.parts, *parts])

    return attrs.evolve(prod, app=app)


class TestRenamed:
    def test_store(self, prod, change):
        """
        A store that says what it was called keeps its data.
        """
        edited = prod.renamed("postgres", "database", formerly="postgres")
        found = change(edited)

        assert effects(found) == {
            "database": ("RECREATED", "SECRET_ROTATED"),
            "api": ("ROLLING_RESTART",),
            "migrate": ("RUNS_AGAIN",),
        }
        assert reasons(found, "database") == (
            "renamed from postgres, data kept",
        )

    def test_declaration_gone(self, prod, change):
        """
        A store that no longer says what it was called loses its data.
        """
        before = prod.renamed("postgres", "database", formerly="postgres")
        after = before.part("database", formerly=())
        found = change(after, before)

        assert effects(found)["database"][0] == "DATA_AT_RISK"
        assert reasons(found, "database") == (
            "formerly postgres removed (part)",
        )

    def test_service(self, prod, change):
        """
        A service that says what it was called is exchanged without a gap,
        and what it is reached by is nothing new; that its accounts are
        others rotates no secret.
        """
        found = change(prod.renamed("api", "gateway", formerly="api"))

        assert effects(found) == {
            "postgres": ("NOTHING_RUNNING",),
            "redis": ("NOTHING_RUNNING",),
            "client": ("ROLLING_RESTART",),
            "gateway": ("ROLLING_RESTART",),
            "migrate": ("RUNS_AGAIN",),
            None: ("NOTHING_RUNNING",),
        }
        assert reasons(found, "gateway") == ("renamed from api",)
        assert reasons(found, "redis") == ("gateway: renamed from api",)

    def test_node_port(self, prod, change):
        """
        Two Services cannot have the same port of the nodes, so the old one
        goes first.
        """
        client = prod.app["client"]
        before = prod.derive(exposure=NodePort({client: 30080}))
        after = before.renamed("client", "page", formerly="client")
        found = change(after, before)

        assert effects(found)["page"] == ("RECREATED", "ROLLING_RESTART")


class TestStacks:
    """
    The same edit in two stacks of one environment.
    """

    @pytest.fixture(name="told")
    def _told(self, prod, change):
        abroad = prod.address(name="eu")

        def told(edit):
            found = [change(edit(each), each) for each in (prod, abroad)]

            return {
                (row.title, row.stacks)
                for row in rows(found)
                if row.title != "the app itself"
            }

        return told

    def test_same(self, prod, told):
        """
        What each stack calls its own makes no difference.
        """
        spare = Worker(
            "spare",
            image=Image("acme/spare:v1"),
            uses=[Use(prod.app["postgres"], files="/run/secrets/postgres")],
        )

        assert told(lambda each: added(each, spare)) == {
            ("spare", ("prod", "eu")),
            ("postgres", ("prod", "eu")),
        }

    def test_other_content(self, told):
        """
        The same effect by the same edit may be another content.
        """

        def edit(each):
            each = each.part("worker", env={"A": "1"})
            text = {"prod": "a", "eu": "b"}[each.stack.name]
            patch = {"metadata": {"annotations": {"for": text}}}
            worker = each.app["worker"]
            patches = [worker.patch("Deployment", patch)]
            app = attrs.evolve(each.app, patches=patches)

            return attrs.evolve(each, app=app)

        assert told(edit) == {("worker", ("prod",)), ("worker", ("eu",))}


class TestParts:
    def test_new(self, prod, change):
        """
        A new part is added; what it uses is reachable for it.
        """
        cron = Worker(
            "reports",
            image=Image("acme/reports:v1"),
            uses=[Use(prod.app["postgres"], files="/run/secrets/postgres")],
        )
        found = effects(change(added(prod, cron)))

        assert found["reports"] == ("ADDED",)
        assert found["postgres"][0] == "NEWLY_REACHABLE"

    def test_removed(self, prod, change):
        """
        A removed part is gone; that nobody connects to it is no news.
        """
        found = change(prod.without("worker"))

        assert effects(found)["worker"] == ("REMOVED",)

    def test_renamed(self, prod, change):
        """
        A Service of another name is removed and added.
        """
        found = effects(change(prod.renamed("worker", "calculator")))

        assert found["worker"] == ("REMOVED",)
        assert found["calculator"] == ("ADDED",)

    def test_store(self, prod, change):
        """
        A new store endangers nothing.
        """
        found = effects(
            change(added(prod, Postgres("other", version=17, disk="1Gi")))
        )

        assert found == {"other": ("ADDED",)}

    def test_service(self, prod, change):
        """
        The most dangerous part comes first.
        """
        web = Service("web", image=Image("acme/web:v1"), port=8080)
        edited = added(prod.part("postgres", disk="512Mi"), web)
        found = change(edited)

        assert [part.part for part in found.parts] == ["postgres", "web"]
