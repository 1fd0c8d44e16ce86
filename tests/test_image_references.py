"""
Which image each container runs, and what has to be built for it.
"""

import attrs
import pytest

from mizzen import (
    App,
    Dockerfile,
    Environment,
    Image,
    Job,
    Registry,
    Service,
    SpecError,
    Stack,
    Version,
    Worker,
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

    def test_pinned(self, db, desired):
        """
        An image of others is pulled by the digest that is recorded for it,
        by each who runs it.
        """
        clock = Worker(
            "clock", image=Image("acme/clock:v1"), health=["true"], uses=[db]
        )
        digests = {"postgres:17": DIGEST, "acme/clock:v1": DIGEST}
        stack = Stack("dev", environment="dev", digests=digests)
        found = desired(clock, db, stack=stack)
        (job,) = [m for m in found.of("db") if m.kind == "Job"]
        (errand,) = job.body["spec"]["template"]["spec"]["containers"]
        (server,) = found.get("StatefulSet", "db")["spec"]["template"]["spec"][
            "containers"
        ]

        assert (f"acme/clock:v1@{DIGEST}", "Always") == image(found, "clock")
        assert {(f"postgres:17@{DIGEST}", "Always")} == {
            (container["image"], container["imagePullPolicy"])
            for container in (errand, server)
        }

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

    @pytest.mark.parametrize(
        ("reference", "policy"),
        [
            ("acme/web:v5", "IfNotPresent"),
            ("acme/web:latest", "Always"),
            ("acme/web:main", "Always"),
        ],
    )
    def test_moving_tag(self, web, desired, reference, policy):
        """
        What a tag has come to stand for is asked for at each start, unless
        the tag is that of a version.
        """
        found = desired(attrs.evolve(web, image=Image(reference)))

        assert (reference, policy) == image(found, "web")

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
