"""
Several apps in one project: whose policy and versions are whose.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    App,
    Dockerfile,
    Environment,
    Expose,
    NodePort,
    Project,
    SpecError,
    Stack,
    Version,
    compile_app,
)
from mizzen.cli._target import Target
from mizzen.cli._versions import record_all

from .support import API, app


class TestOtherApps:
    def test_left_out(self, tmp_path):
        """
        What an environment says of another app's parts does not stand
        against an app; what nobody has still does.
        """
        mail = attrs.evolve(API, name="mail")
        shop, mails = app("shop", API), app("mails", mail)
        dev = Environment(
            "dev",
            exposure=NodePort([mail]),
            overrides=[mail.override(replicas=2)],
            patches=[mail.patch("Deployment", {"spec": {"paused": True}})],
            exposes=[NodePort([mail]), NodePort([API])],
        )
        project = Project(
            tmp_path, {"shop": shop, "mails": mails}, {"dev": dev}
        )
        stack = Stack("dev", environment="dev")
        found = project.environment(stack, shop)

        assert dev is project.environment(stack)
        assert None is found.exposure
        assert () == found.overrides == found.patches
        assert [API] == [o.service for o in found.openings(shop)]
        assert compile_app(shop, found, stack)

    def test_exposed_ports(self, tmp_path):
        """
        What an app exposes itself is open in the environment's way, though
        that lists parts of other apps alone.
        """
        mail = attrs.evolve(API, name="mail", port=8025)
        shop = app("shop", API)
        mails = App(
            "mails", edition="2026", parts=[mail], exposes=[Expose(mail)]
        )
        dev = Environment("dev", exposure=NodePort({API: 30080}))
        project = Project(
            tmp_path, {"shop": shop, "mails": mails}, {"dev": dev}
        )
        found = project.environment(Stack("dev", environment="dev"), mails)
        openings = found.openings(mails)

        closed = Project(
            tmp_path,
            {"shop": shop, "mails": mails},
            {"dev": dev.derive("dev", exposes=OFF)},
        ).environment(Stack("dev", environment="dev"), mails)

        assert () == closed.openings(mails)
        assert [("mail:http", None)] == [(o.place, o.number) for o in openings]
        assert {NodePort} == {type(opening.by) for opening in openings}


class TestVersions:
    @pytest.fixture(name="two")
    def _two(self, tmp_path):
        """
        A project of two apps that both build a part called ``api``.
        """
        (tmp_path / "Dockerfile").write_text("FROM scratch\nUSER 1000\n")
        (tmp_path / "Pulumi.yaml").write_text("name: shop\n")
        (tmp_path / "Pulumi.dev.yaml").write_text(
            "config:\n  shop:environment: dev\n  shop:registry: r.io/x\n"
        )
        built = attrs.evolve(API, image=Dockerfile("."))
        apps = {name: app(name, built) for name in ("shop", "mails")}

        return Project(tmp_path, apps, {"dev": Environment("dev")})

    def target(self, project, name):
        """
        One of the apps in its stack.
        """
        stack = project.stack("dev").of(name)
        dev = project.environments["dev"]

        return Target(project, project.app(name), dev, stack)

    def test_apart(self, two):
        """
        Each app has versions of its own, recorded under its name.
        """
        version = Version("v5", f"sha256:{5:064}")
        record_all(self.target(two, "shop"), {"api": version}, None)

        assert {"shop/api"} == two.stack("dev").versions.keys()
        assert self.target(two, "shop").compile().images == {
            "api": f"r.io/x/shop-api:v5@{version.digest}"
        }
        assert self.target(two, "mails").stack.versions == {}
        for each in two.apps.values():
            images = compile_app(
                each, two.environments["dev"], two.stack("dev")
            ).images
            assert (each.name == "shop") is images["api"].endswith(
                version.digest
            )

    def test_of_no_app(self, two):
        """
        A version whose app nobody knows is refused where there are several.
        """
        with (two.root / "Pulumi.dev.yaml").open("a") as file:
            file.write(
                f"  shop:versions: {{api: {{tag: v5, digest: sha256:{5:064}}}}}"
            )

        with pytest.raises(SpecError) as ei:
            two.stack("dev")

        assert ei.value.problems == (
            (
                "Stack 'dev' records a version of 'api', but the project has "
                "several apps; call it like 'shop/api'."
            ),
        )
