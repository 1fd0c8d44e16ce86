"""
From an app, an environment and a stack to the complete desired state.
"""

import os
import subprocess
import sys

import attrs
import pytest

from mizzen import (
    App,
    Dockerfile,
    Environment,
    FromConfig,
    Image,
    Service,
    SpecError,
    Use,
    compile_app,
)


class TestObjects:
    def test_order(self, shop, desired):
        """
        Objects come after those that they need.
        """
        environment = Environment(
            "dev", overrides=[shop["api"].override(replicas=2)]
        )
        found = desired(shop, environment=environment)

        assert [(None, "Namespace")] == [(m.part, m.kind) for m in found][:1]
        assert [
            "ServiceAccount",
            "NetworkPolicy",
            "Deployment",
            "PodDisruptionBudget",
            "Service",
        ] == [m.kind for m in found.of("api")]
        assert [
            "ServiceAccount",
            "Secret",
            "NetworkPolicy",
            "PersistentVolumeClaim",
            "Service",
            "StatefulSet",
            "Job",
        ] == [*dict.fromkeys(m.kind for m in found.of("db"))]
        assert ["ServiceAccount", "NetworkPolicy", "Job"] == [
            m.kind for m in found.of("migrate")
        ]

    def test_configuration_first(self, shop, api, desired):
        """
        Secrets and ConfigMaps come before what reads them.
        """
        shop = shop.replace(
            api,
            env={"KEY": FromConfig("key", secret=True)},
            files={"/a": "1", "/b": FromConfig("key", secret=True)},
        )

        assert [
            ("Secret", "env"),
            ("ConfigMap", "files"),
            ("Secret", "secret-files"),
        ] == [(m.kind, m.role) for m in desired(shop).of("api")][1:4]

    def test_empty(self, desired):
        """
        An app without parts is a namespace.
        """
        found = desired(App("shop", edition="2026", parts=[]))

        assert ["Namespace"] == [manifest.kind for manifest in found]

    def test_linear(self, desired):
        """
        Each further part adds the same objects.
        """
        parts = [
            Service(f"s{n}", image=Image("acme/web:v5"), port=8080)
            for n in range(30)
        ]

        assert 1 + 30 * 4 == len(desired(*parts))


class TestArguments:
    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            ({"app": 5}, "app must be App(…) (got int)"),
            (
                {"environment": None},
                "environment must be Environment(…) (got NoneType)",
            ),
            ({"stack": "dev"}, "stack must be Stack(…) (got str)"),
        ],
    )
    def test_others(self, shop, dev, stack, wrong, message):
        """
        Anything else in place of app, environment or stack is refused.
        """
        usual = {"app": shop, "environment": dev, "stack": stack}
        with pytest.raises(SpecError) as ei:
            compile_app(**usual | wrong)

        assert f"compile_app: {message}." == str(ei.value)


class TestReplace:
    def test_relinked(self, shop, db, desired):
        """
        All that refers to a part refers to the new one.
        """
        changed = shop.replace(db, database="other", name="store")
        found = desired(changed)
        names = {m.name for m in found if m.part == "store"}

        assert not [m for m in found if m.part == "db"]
        assert "store" in names
        assert ("store", "cache", "migrate") == found.waits_for["api"]
        assert changed["store"] is changed["api"].uses[0].part
        assert changed["api"] is changed["migrate"].before[0]
        assert [changed["web"], changed["api"]] == [
            route.to for route in changed.routes
        ]
        assert shop["db"] is db

    def test_settings(self, db, desired):
        """
        Settings in variables are relinked too.
        """
        api = Service(
            "api",
            image=Image("acme/api:v5"),
            port=8000,
            uses=[Use(db, env={"HOST": db.host, "TEXT": "x"})],
            env={"DSN": db.url, "LEVEL": "info"},
        )
        shop = App("shop", edition="2026", parts=[api, db])
        changed = shop.replace(db, name="store")

        assert changed["store"] is changed["api"].env["DSN"].part
        assert changed["store"] is changed["api"].uses[0].env["HOST"].part
        assert "info" == changed["api"].env["LEVEL"]
        desired(changed)

    def test_network_alone(self, db):
        """
        An edge without variables stays one.
        """
        api = Service(
            "api",
            image=Image("acme/api:v5"),
            port=8000,
            uses=[Use(db, env={})],
        )
        shop = App("shop", edition="2026", parts=[api, db])

        assert {} == shop.replace(db, disk="2Gi")["api"].uses[0].env

    def test_nothing(self, shop, db, desired):
        """
        A replacement without changes changes nothing.
        """
        assert desired(shop).to_yaml() == desired(shop.replace(db)).to_yaml()

    def test_not_a_part(self, shop, db):
        """
        Only parts of the app can be replaced.
        """
        with pytest.raises(SpecError) as ei:
            shop.replace(attrs.evolve(db), disk="2Gi")

        assert ("App 'shop': Postgres 'db' is not one of its parts.") == str(
            ei.value
        )


class TestDeterminism:
    def test_twice(self, shop, desired):
        """
        The same description gives the same text.
        """
        assert desired(shop).to_yaml() == desired(shop).to_yaml()

    def test_any_hash_seed(self, root):
        """
        The text does not depend on how a process hashes.
        """
        code = (
            "import attrs, mizzen\n"
            "project = mizzen.load_project()\n"
            "stack = attrs.evolve("
            "project.stack('prod'), root='tests/golden/contexts')\n"
            "environment = project.environment(stack)\n"
            "print(mizzen.compile_app("
            "project.app(), environment, stack).to_yaml(), end='')\n"
        )
        texts = {
            subprocess.run(
                [sys.executable, "-c", code],
                check=True,
                cwd=root,
                env={**os.environ, "PYTHONHASHSEED": seed},
                stdout=subprocess.PIPE,
            ).stdout
            for seed in ("0", "1", "42")
        }

        assert {(root / "tests/golden/prod.yaml").read_bytes()} == texts


class TestSecrets:
    SECRET = "correct horse battery staple"

    def test_objects(self, shop, api, desired):
        """
        A secret later value is inline nowhere but in Secrets, as the place
        that it comes from.
        """
        later = FromConfig("theKey", secret=True)
        found = desired(
            shop.replace(api, env={"KEY": later}, files={"/key": later})
        )
        holders = {m.kind for m in found if "theKey" in str(m.body)}

        assert {"Secret"} == holders
        assert "‹config: theKey›" in found.to_yaml()

    def test_generated(self, shop, desired):
        """
        Generated passwords are in Secrets alone.
        """
        found = desired(shop)

        assert {"Secret"} == {
            m.kind for m in found if "generated: " in str(m.body)
        }

    @pytest.mark.parametrize(
        "mistake",
        [
            {"env": {"KEY": [SECRET]}},
            {"env": {"KEY": {"value": SECRET}}},
            {"files": {"/key": [SECRET]}},
            {"env": {"BAD-NAME": SECRET}},
            {"files": {"relative": SECRET}},
        ],
        ids=str,
    )
    def test_messages(self, api, mistake):
        """
        A message never tells a value that may be a secret.
        """
        with pytest.raises(SpecError) as ei:
            attrs.evolve(api, **mistake)

        assert self.SECRET not in str(ei.value)

    def test_password(self, db):
        """
        A password that is written into the code is not repeated.
        """
        with pytest.raises(SpecError) as ei:
            attrs.evolve(db, password_from=self.SECRET)

        assert (
            "Postgres 'db': password_from must be a later value, like "
            "FromConfig('password', secret=True) (got 'str')."
        ) == str(ei.value)

    def test_use(self, db):
        """
        Nor is what somebody has put in place of a setting.
        """
        with pytest.raises(SpecError) as ei:
            Use(db, env={"PASSWORD": self.SECRET.encode()})

        assert (
            "Use 'db': env PASSWORD must be a setting of the part, like "
            "db.url, or text (got 'bytes')."
        ) == str(ei.value)

    def test_build_arguments(self):
        """
        Nor is a build argument.
        """
        with pytest.raises(SpecError) as ei:
            Dockerfile("api", args={"TOKEN": self.SECRET.encode()})

        assert (
            "Dockerfile 'api': args TOKEN must be text (got bytes)."
        ) == str(ei.value)

    def test_repr(self, api, db, dev):
        """
        What is shown of parts holds no values.
        """
        part = attrs.evolve(
            api, env={"KEY": self.SECRET}, files={"/key": self.SECRET}
        )
        override = part.override(env={"KEY": self.SECRET})
        things = (
            part,
            part.uses,
            override,
            dev.derive("prod", overrides=[override]),
            App("shop", edition="2026", parts=[part, db, part.uses[1].part]),
        )

        assert self.SECRET not in repr(things)
