"""
Desired states as documents.
"""

import pytest

from mizzen import (
    Autoscale,
    Cluster,
    Defaults,
    Environment,
    FromConfig,
    Image,
    Isolation,
    SharedDisk,
    SpecError,
)
from mizzen.changes import Snapshot, compared, snapshot
from mizzen.environment import CLUSTERS
from mizzen.origins import Fact, described, origins


class TestDocument:
    def test_round_trip(self, prod):
        """
        A document holds all that a comparison needs.
        """
        first = snapshot(prod.app, prod.environment, prod.stack)
        second = Snapshot.from_json(first.to_json())

        assert second.facts == first.facts
        assert second.files == first.files
        assert compared(first, second).parts == ()
        assert len(second.manifests) == len(first.manifests) > 0

    @pytest.mark.parametrize("text", ["", "[]", "{}", '{"stack": "prod"}'])
    def test_something_else(self, text):
        """
        Another document is refused.
        """
        with pytest.raises(SpecError) as error:
            Snapshot.from_json(text)

        assert (
            "This is no snapshot of a stack. Make one by: mizzen snapshot STACK"
        ) == str(error.value)

    def test_other_format(self):
        """
        What another version of mizzen writes otherwise is refused, whatever
        it is.
        """
        with pytest.raises(SpecError) as error:
            Snapshot.from_json('{"format": 1, "stack": "prod"}')

        assert str(error.value) == (
            "This snapshot has format 1, but this mizzen reads 2. Compare "
            "revisions that have the same mizzen."
        )


class TestOrigins:
    def test_precedence(self, prod):
        """
        Each value has what decided it.
        """
        api = prod.app["api"]
        edited = prod.part("api", env={"A": "1", "B": "1"})
        environment = prod.environment.derive(
            "prod",
            defaults=Defaults(env={"D": "1", "A": "2"}),
            overrides=[api.override(env={"B": "2"}, cpu=None)],
        )
        facts = origins(edited.app, environment, prod.stack)

        assert {
            str(fact): facts["api"][fact].source
            for fact in (
                *(Fact("env", key) for key in ("A", "B", "D")),
                *map(Fact, ("replicas", "cpu", "port", "user")),
            )
        } == {
            "env A": "part",
            "env B": "override of environment prod",
            "env D": "defaults of environment prod",
            "replicas": "override of environment prod",
            "cpu": "edition 2026",
            "port": "part",
            "user": "edition 2026",
        }
        assert facts["postgres"][Fact("grace_seconds")].source == "default"
        assert facts["client"][Fact("memory")].source == (
            "defaults of environment prod"
        )

    def test_app(self, prod):
        """
        Routes, policy and addresses are facts of the app.
        """
        facts = origins(prod.app, prod.environment, prod.stack)[""]

        assert facts[Fact("hosts")].value == "multi.example.com"
        assert facts[Fact("route", "/api")].value == "Route(path=/api, to=api)"
        assert facts[Fact("isolation")].value == "FULL"

    def test_shared_disk(self, prod):
        """
        So are the sizes of disks that parts share.
        """
        disk = SharedDisk("uploads", "5Gi")
        edited = prod.part("api", volumes={"/srv": disk})
        facts = origins(edited.app, prod.environment, prod.stack)[""]

        assert facts[Fact("disk", "uploads")].value == "5Gi"


class TestDescribed:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (FromConfig("key"), "‹config: key›"),
            (Isolation.FULL, "FULL"),
            ({"a": 1}, "a=1"),
            (("a", "b"), "a, b"),
            (Autoscale(1, 2, cpu=3), "Autoscale(minimum=1, maximum=2, cpu=3)"),
            (Environment, str(Environment)),
            (Image("redis:8"), "redis:8"),
            (CLUSTERS["kind"], "kind"),
            (
                Cluster("kind", autopilot=True),
                "Cluster(name=kind, autopilot=True)",
            ),
        ],
    )
    def test_words(self, value, text):
        """
        Values are told in the words in which they were written.
        """
        assert described(value) == text

    def test_setting(self, prod):
        """
        Settings are told by the part that they come from.
        """
        db = prod.app["postgres"]

        assert described(db.url) == "postgres.url"
