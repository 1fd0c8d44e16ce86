"""
How images are built where the shell names no BuildKit.
"""

import json
import sys

import attrs
import pytest

from mizzen import Docker, DockerBuild, Dockerfile, SpecError
from mizzen.builds import push
from mizzen.releases import releasables


DOCKER = """\
#!{python}
import json, pathlib, sys
words = dict(w.lstrip("-").split("=", 1) for w in sys.argv[1:] if "=" in w)
pathlib.Path(words["metadata-file"]).write_text(
    json.dumps({{"containerimage.digest": "sha256:1"}})
)
pathlib.Path({folder!r}, "asked").write_text(json.dumps(sys.argv[1:]))
"""


@pytest.fixture(name="docker")
def _docker(tmp_path, monkeypatch):
    """
    A PATH with nothing but a ``docker`` that notes what it is asked for.
    """
    folder = tmp_path / "docker"
    folder.mkdir()
    path = folder / "docker"
    path.write_text(DOCKER.format(python=sys.executable, folder=str(folder)))
    path.chmod(0o755)
    monkeypatch.delenv("BUILDKIT_HOST", raising=False)
    monkeypatch.setenv("PATH", str(folder))

    return folder


@pytest.fixture(name="build")
def _build(shop):
    """
    How ``web`` is built.
    """
    found = releasables(shop.app, shop.environment, shop.stack)
    build = next(each.build for each in found if each.name == "web")
    dockerfile = Dockerfile(
        "apps/web", target="0", args={"VERSION": "a=b", "MODE": "fast"}
    )
    return attrs.evolve(build, dockerfile=dockerfile)


@pytest.fixture(name="plain")
def _plain(build):
    """
    How ``web`` is built when no stage is named.
    """
    dockerfile = attrs.evolve(build.dockerfile, target=None)
    return attrs.evolve(build, dockerfile=dockerfile)


class TestDocker:
    def test_command(self, shop, build, docker):
        """
        Docker builds the staged copy for the stack's platform, and pushes it.
        """
        digest = push(build, shop.stack, DockerBuild(builder="far"))
        asked = json.loads((docker / "asked").read_text())
        folder = shop.root / ".mizzen/build/prod/shop-web"

        assert digest == "sha256:1"
        assert [w for w in asked if "metadata" not in w] == [
            "buildx",
            "build",
            "--push",
            "--builder=far",
            f"--file={folder / 'Dockerfile'}",
            "--platform=linux/amd64",
            "--target=0",
            "--build-arg=VERSION=a=b",
            "--build-arg=MODE=fast",
            f"--tag={build.reference}",
            str(folder / "context"),
        ]

    def test_current(self, shop, plain, docker):
        """
        Without names of a builder and a stage, the current one builds the
        last one.
        """
        push(plain, shop.stack, Docker())
        asked = (docker / "asked").read_text()

        assert "--builder" not in asked
        assert "--target" not in asked

    def test_by_tag(self, shop, plain, docker, monkeypatch):
        """
        What the shell says is taken by tag where it is named by digest; all
        else is taken as it is named.
        """
        pin = f"@sha256:{'0' * 64}"
        (shop.root / "apps/web/Dockerfile").write_text(
            f"FROM docker.io/library/python:3.13{pin} AS base\n"
            f"COPY --from=acme/tools:2{pin} /bin /bin\n"
            "COPY --from=redis:8 /bin /bin\n"
            f"COPY --from=node:20{pin} /bin /bin\n"
            "FROM base\n"
        )
        monkeypatch.setenv(
            "MIZZEN_IMAGES_BY_TAG", "python:3.13,acme/tools:2,redis:8"
        )
        push(plain, shop.stack, Docker())
        asked = json.loads((docker / "asked").read_text())

        assert [w for w in asked if w.startswith("--build-context")] == [
            f"--build-context=python:3.13{pin}=docker-image://python:3.13",
            f"--build-context=acme/tools:2{pin}=docker-image://acme/tools:2",
        ]

    def test_nothing(self, shop, build, docker):
        """
        Where nothing builds, it is told what would.
        """
        (docker / "docker").unlink()
        with pytest.raises(SpecError) as ei:
            push(build, shop.stack, Docker())

        assert str(ei.value) == (
            "docker is not there and cannot build 'web'. Install Docker with "
            "buildx, or put buildctl on PATH and set BUILDKIT_HOST, or take "
            "what CI has built: --images FILE"
        )


@pytest.mark.usefixtures("builder")
class TestBuildKit:
    def test_options(self, shop, build):
        """
        BuildKit builds the stage with the arguments.
        """
        (shop.root / "apps/web/Dockerfile").write_text(
            "FROM scratch AS first\nARG VERSION\nLABEL version=$VERSION\n"
            "FROM first\nCOPY nothing /\n"
        )
        first = attrs.evolve(build.dockerfile, target="first")
        digest = push(
            attrs.evolve(build, dockerfile=first), shop.stack, Docker()
        )

        assert digest.startswith("sha256:")

    def test_by_tag(self, shop, plain, registry, monkeypatch):
        """
        An image that nobody has by its digest is had by its tag.
        """
        path = shop.root / "apps/web/Dockerfile"
        path.write_text("FROM scratch\nLABEL base=1\n")
        base = f"{registry}/base:1"
        push(attrs.evolve(plain, reference=base), shop.stack, Docker())
        path.write_text(f"FROM {base}@sha256:{'0' * 64}\nLABEL built=1\n")
        monkeypatch.setenv("MIZZEN_IMAGES_BY_TAG", base)

        assert push(plain, shop.stack, Docker()).startswith("sha256:")

        monkeypatch.delenv("MIZZEN_IMAGES_BY_TAG")
        with pytest.raises(SpecError, match="cannot build 'web'"):
            push(plain, shop.stack, Docker())
