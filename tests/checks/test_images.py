"""
Findings about images and whom they run as.
"""

import attrs
import pytest

from mizzen import OFF, App, Dockerfile, Image, Service, Stack, compile_app

from .support import container, pod, raw, with_raw


DIGEST = "sha256:" + "5eed" * 16


class TestImages:
    @pytest.mark.parametrize(
        ("image", "vague"),
        [
            ("acme/api:latest", True),
            ("acme/api:stable", True),
            ("acme/api:edge", True),
            (f"acme/api:latest@{DIGEST}", True),
            ("host:5000/acme/api", True),
            (f"acme/api@{DIGEST}", False),
            ("host:5000/acme/api:v5", False),
        ],
    )
    def test_latest(self, made, found, image, vague):
        """
        ``latest``, which is also what no tag means, says nothing, not even
        beside a digest.
        """
        container(made, "Deployment", "api")["image"] = image
        expected = [
            (
                f"Deployment 'api': image {image!r} of container 'api' does not "
                "tell which version runs (image-latest). Give the image of "
                "Service 'api' the tag of a version."
            )
        ]

        assert expected * vague == found("image-latest", made)

    def test_digest(self, desired, db, found):
        """
        Prebuilt images are better pinned by a digest.
        """
        app = App("shop", edition="2026", parts=[db])
        pinned = attrs.evolve(db, image=Image(f"postgres:17@{DIGEST}"))
        safe = App("shop", edition="2026", parts=[pinned])

        made = desired(app)
        _, job = (m for m in made.of("db") if m.kind in {"StatefulSet", "Job"})

        assert [
            (
                f"{what}: image 'postgres:17' of container {container!r} is "
                "pinned by a tag, which its publisher can move (image-digest). "
                "Record its digest: mizzen pin postgres:17 --stack dev"
            )
            for what, container in (
                ("StatefulSet 'db'", "db"),
                (f"Job {job.name!r}", "errand"),
            )
        ] == found("image-digest", made, app)
        assert [] == found("image-digest", desired(safe), safe)

    def test_digest_by_hand(self, made, found):
        """
        Nothing is recorded for objects that are written by hand.
        """
        spec = {"containers": [{"name": "it", "image": "acme/it:v1"}]}
        by_hand = with_raw(made, raw("Pod", "own", spec))
        first = attrs.evolve(by_hand.objects[-1], extra="own")
        objects = (*by_hand.objects[:-1], first)

        assert (
            "Pod 'own': image 'acme/it:v1' of container 'it' is pinned by a "
            "tag, which its publisher can move (image-digest). Give the image "
            "a digest, like 'acme/it:v1@sha256:…'."
        ) in found("image-digest", attrs.evolve(by_hand, objects=objects))


@pytest.fixture(name="built")
def _built(tmp_path, dev, found):
    """
    The findings of a check about a service with a Dockerfile of its own.
    """

    def built(name, *lines, user=OFF, target=None):
        (tmp_path / "app").mkdir()
        text = "".join(f"{line}\n" for line in lines)
        (tmp_path / "app" / "Dockerfile").write_text(text)
        image = Dockerfile("app", target=target)
        part = Service("api", image=image, port=8000, user=user)
        app = App("shop", edition="2026", parts=[part])
        stack = Stack("dev", environment="dev", root=tmp_path)

        return found(name, compile_app(app, dev, stack), app, dev, stack)

    return built


class TestUser:
    def test_zero(self, made, found):
        """
        The user may not be root.
        """
        security = container(made, "Deployment", "api")["securityContext"]
        security["runAsUser"] = 0

        assert [
            (
                "Deployment 'api': container 'api' runs as root (runs-as-root). "
                "Set user on Service 'api', like user=10001."
            )
        ] == found("runs-as-root", made)

    def test_patched(self, desired, shop, found):
        """
        Where a patch says it, nothing else about the part helps.
        """
        root = {"name": "api", "securityContext": {"runAsUser": 0}}
        pods = {"template": {"spec": {"containers": [root]}}}
        app = attrs.evolve(
            shop,
            patches=[
                shop["worker"].patch("Deployment", {"metadata": {"a": "b"}}),
                shop["api"].patch("Deployment", {"spec": {"paused": True}}),
                shop["api"].patch("Deployment", {"spec": pods}),
            ],
        )

        assert [
            (
                "Deployment 'api': container 'api' runs as root (runs-as-root). "
                "Take it out of the patch of Service 'api'."
            )
        ] == found("runs-as-root", desired(app))

    def test_of_pod(self, made, found):
        """
        Nor may that of the pod, unless the container has its own.
        """
        template = pod(made, "Deployment", "api")
        template["securityContext"]["runAsUser"] = 0
        own = found("runs-as-root", made)
        del template["containers"][0]["securityContext"]

        assert [] == own
        assert 1 == len(found("runs-as-root", made))

    @pytest.mark.parametrize("user", ["root", "0", "0:0", "app", "app:app"])
    def test_of_image(self, built, user):
        """
        An image's user has to be a number, because Kubernetes cannot tell
        whether a name is root.
        """
        name = user.partition(":")[0]

        assert [
            (
                "Deployment 'api': container 'api' runs as the image's user "
                f"{name!r}, and Kubernetes starts only numbers other than 0 "
                "(runs-as-root). Set USER in the Dockerfile to a number, like "
                "USER 10001."
            )
        ] == built("runs-as-root", "FROM python:3.13", f"USER {user}")

    @pytest.mark.parametrize(
        "lines",
        [
            ["FROM python:3.13", "USER 10001"],
            ["FROM python:3.13", "ARG UID=7", "USER ${UID}"],
            ["FROM python:3.13 AS base", "USER 7", "FROM base"],
            ["FROM python:3.13"],
        ],
    )
    def test_number(self, built, lines):
        """
        Numbers are fine, so is a stage that hands one down, and what only
        the build knows is not judged.
        """
        assert [] == built("runs-as-root", *lines)

    def test_set(self, built):
        """
        Where the part sets a user, the image's does not matter.
        """
        assert [] == built(
            "runs-as-root", "FROM python:3.13", "USER root", user=10001
        )

    def test_none(self, built):
        """
        Without ``USER``, the base image decides.
        """
        assert [
            (
                "Deployment 'api': container 'api' runs as whatever user "
                "'python:3.13' has, because its Dockerfile sets none "
                "(image-user). Set USER in the Dockerfile to a number, like "
                "USER 10001."
            )
        ] == built("image-user", "FROM python:3.13 AS base", "FROM base")

    @pytest.mark.parametrize(
        ("user", "line"), [(10001, "RUN true"), (OFF, "USER 7")]
    )
    def test_decided(self, built, user, line):
        """
        Whoever decides, it is fine.
        """
        assert [] == built("image-user", "FROM python:3.13", line, user=user)

    def test_same_name(self, built):
        """
        A stage may have the name of the image that it starts from.
        """
        assert 1 == len(
            built("image-user", "FROM python AS python", target="python")
        )


class TestDockerfilePort:
    def test_other(self, built):
        """
        What the image exposes and what the part says have to agree.
        """
        assert [
            (
                "Deployment 'api': container 'api' is said to listen on 8000, "
                "but its Dockerfile exposes 53, 80, 81 (dockerfile-port). Set "
                "the ports of Service 'api' or EXPOSE so that they agree."
            )
        ] == built(
            "dockerfile-port", "FROM python:3.13", "EXPOSE 80-81 53/udp"
        )

    @pytest.mark.parametrize(
        "line", ["EXPOSE 8000", "EXPOSE 7999-8001/tcp", "EXPOSE $PORT", ""]
    )
    def test_agreed(self, built, line):
        """
        Ranges count, and what only the build knows does not.
        """
        assert [] == built("dockerfile-port", "FROM python:3.13", line)

    def test_protocol(self, built):
        """
        UDP is not TCP.
        """
        assert 1 == len(
            built("dockerfile-port", "FROM python:3.13", "EXPOSE 8000/udp")
        )
