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
    Job,
    Registry,
    Service,
    SpecError,
    Stack,
    Use,
    Version,
)


DIGEST = f"sha256:{'0' * 64}"


@pytest.fixture(name="contexts")
def _contexts(tmp_path):
    """
    A stack whose project has the two build contexts ``api`` and ``web``.
    """
    for name in ("api", "web"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Dockerfile").write_text(f"FROM {name}\n")

    return Stack("dev", environment="dev", root=tmp_path)


@pytest.fixture(name="built")
def _built():
    """
    An app that builds two images, one of them for two parts.
    """
    api = Service("api", image=Dockerfile("api"), port=8000)
    web = Service("web", image=Dockerfile("web"), port=8080)
    admin = Service("admin", image=api.image, port=8001)

    return App("shop", edition="2026", parts=[web, api, admin])


def image(manifests, part):
    """
    Image and pull policy of a part.
    """
    deployment = manifests.get("Deployment", part)
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    return container["image"], container["imagePullPolicy"]


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


class TestImages:
    def test_built(self, built, contexts, desired):
        """
        Parts that share an image share its build and its name.
        """
        found = desired(built, stack=contexts)
        reference, policy = image(found, "api")

        assert "IfNotPresent" == policy
        assert (reference, policy) == image(found, "admin")
        assert reference.startswith("shop-api:")
        assert {"web", "api"} == set(found.builds)
        build = found.builds["api"]
        assert (
            "api",
            built["api"].image,
            reference,
            "linux/amd64",
            False,
        ) == attrs.astuple(build, recurse=False)
        assert {
            "web": found.builds["web"].reference,
            "api": reference,
            "admin": reference,
        } == found.images

    def test_pushed(self, built, contexts, desired):
        """
        With a registry, images are named after it and pushed to it.
        """
        stack = attrs.evolve(contexts, registry=Registry("ghcr.io/acme"))
        build = desired(built, stack=stack).builds["web"]

        assert build.push
        assert build.reference.startswith("ghcr.io/acme/shop-web:")

    def test_recorded(self, built, contexts, desired):
        """
        A recorded version is pulled by its digest and not built.
        """
        stack = attrs.evolve(contexts, versions={"api": Version("v5", DIGEST)})
        found = desired(built, stack=stack)
        template = found.get("Deployment", "api")["spec"]["template"]

        assert (f"shop-api:v5@{DIGEST}", "Always") == image(found, "api")
        assert image(found, "api") == image(found, "admin")
        assert {"web"} == set(found.builds)
        assert (
            "v5" == template["metadata"]["labels"]["app.kubernetes.io/version"]
        )

    def test_rolled_back(self, built, contexts, desired):
        """
        A job that shares an image has a version of its own, so that it does
        not run again in an older one when the image is rolled back.
        """
        api = built["api"]
        job = Job("first", image=api.image, before=[api])
        app = attrs.evolve(built, parts=[job, *built.parts])

        def versions(api, job):
            older = f"sha256:{'2' * 64}"
            digests = {"v5": DIGEST, "v4": older}
            recorded = {
                "api": Version(api, digests[api]),
                "first": Version(job, digests[job]),
            }
            return desired(
                app, stack=attrs.evolve(contexts, versions=recorded)
            )

        before = versions("v5", "v5")
        after = versions("v4", "v5")

        assert f"shop-api:v5@{DIGEST}" == after.images["first"]
        assert after.images["api"].startswith("shop-api:v4@")
        assert [m.body for m in before.of("first")] == [
            m.body for m in after.of("first")
        ]

    def test_unrecorded_job(self, built, contexts, desired):
        """
        A recorded version without one of the job that shares the image is
        refused, because a rollback would run the job again.
        """
        api = built["api"]
        job = Job("first", image=api.image, before=[api])
        app = attrs.evolve(built, parts=[*built.parts, job])
        stack = attrs.evolve(contexts, versions={"api": Version("v5", DIGEST)})

        with pytest.raises(SpecError) as ei:
            desired(app, stack=stack)

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Stack 'dev' records a version of 'api', but none of Job "
            "'first', which runs the same image. Record the version of "
            "'first' too, and leave it as it is when 'api' is rolled back, "
            "so that nothing older runs."
        ) == str(ei.value)

    @pytest.mark.parametrize("part", ["apy", "admin", "lone", "db"])
    def test_recorded_in_vain(self, built, contexts, db, desired, part):
        """
        A recorded version that would change nothing is refused.
        """
        lone = Service("lone", image=Image("acme/lone:v5"), port=80)
        stack = attrs.evolve(contexts, versions={part: Version("v5", DIGEST)})

        with pytest.raises(
            SpecError,
            match=rf"- Stack 'dev' records a version of {part!r}, but no "
            "image is built under its name; choose one of: 'api', 'web'",
        ):
            desired(
                attrs.evolve(built, parts=[*built.parts, lone, db]),
                stack=stack,
            )

    def test_prebuilt(self, built, contexts, desired):
        """
        A prebuilt image replaces a Dockerfile anywhere.
        """
        found = desired(
            built.replace(built["web"], image=Image("acme/web:v5")),
            stack=contexts,
        )

        assert ("acme/web:v5", "IfNotPresent") == image(found, "web")
        assert {"api"} == set(found.builds)

    def test_overridden(self, built, contexts, desired):
        """
        An environment may choose another image for one part.
        """
        override = built["api"].override(image=Image("acme/api:v6"))
        found = desired(
            built,
            environment=Environment("dev", overrides=[override]),
            stack=contexts,
        )

        assert "acme/api:v6" == found.images["api"]
        assert found.images["admin"].startswith("shop-admin:")

    def test_all_problems(self, built, contexts, desired):
        """
        What is wrong with several Dockerfiles comes in one error, beside all
        other contradictions.
        """
        stack = attrs.evolve(
            contexts,
            root=contexts.root / "api",
            versions={"apy": Version("v5", DIGEST)},
        )

        with pytest.raises(SpecError) as ei:
            desired(built, stack=stack)

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Dockerfile 'web': there is no folder web in the project.\n"
            "  - Dockerfile 'api': there is no folder api in the project.\n"
            "  - Stack 'dev' records a version of 'apy', but no image is "
            "built under its name; choose one of: 'api', 'web' (nearest to "
            "'apy': 'api')."
        ) == str(ei.value)


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
