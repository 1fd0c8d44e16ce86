"""
``mizzen pin`` of a project, with a real registry.
"""

import pytest
import yaml

from mizzen.registry import ImageName, Repository

from .project import project_fixture


__all__ = ["project_fixture"]
SHOP = """\
from mizzen import App, Container, Dockerfile, Environment, Image, Service

proxy = Container("proxy", image=Image("{prefix}/shop-api:latest"))
api = Service("api", image=Dockerfile("apps/api"), port=8000, sidecars=[proxy])
web = Service("web", image=Image("{prefix}/shop-web:latest"), port=8080)
done = Service("done", image=Image("{prefix}/shop-web@sha256:{zeros}"), port=1234)
app = App("shop", edition="2026", parts=[web, api, done])
PROD = Environment("prod")
"""


@pytest.fixture(name="others")
def _others(project, push, shop):
    """
    The project, which runs images that somebody else has pushed.
    """
    text = SHOP.format(prefix=project.registry, zeros=64 * "0")
    (project.root / "shop.py").write_text(text)
    for name in ("web", "api"):
        push(shop, name, "linux/amd64")
    return project


def digest(project, name):
    """
    What the registry has.
    """
    reference = f"{project.registry}/shop-{name}"
    return Repository(ImageName.of(reference)).digest("latest")


def recorded(project):
    """
    Recorded digests, by the name of the image.
    """
    content = yaml.safe_load(project.file.read_text())["config"]
    prefix = f"{project.registry}/shop-"
    return {
        reference.removeprefix(prefix).removesuffix(":latest"): found
        for reference, found in content.get("shop:digests", {}).items()
    }


class TestPin:
    def test_all(self, others):
        """
        All that the app does not build and has no digest is pinned, those of
        sidecars too, and is what pods run then.
        """
        ran = others.run("pin", "--stack", "prod")
        web, api = (digest(others, name) for name in ("web", "api"))
        rendered = others.run("render", "prod").stdout

        assert {"api": api, "web": web} == recorded(others)
        assert ran.stdout == (
            f"{others.registry}/shop-api:latest: {api} (new)\n"
            f"{others.registry}/shop-web:latest: {web} (new)\n"
        )
        for name, found in (("web", web), ("api", api)):
            reference = f"{others.registry}/shop-{name}:latest@{found}"
            assert f'image: "{reference}"' in rendered

    def test_one(self, others, push, shop):
        """
        What is named is pinned anew, and nothing else.
        """
        others.run("pin", "--stack", "prod")
        before = recorded(others)
        for name in ("web", "api"):
            others.change(name, f"{name} two")
            push(shop, name, "linux/amd64")
        reference = f"{others.registry}/shop-web:latest"
        ran = others.run("pin", reference, "--stack", "prod")
        web = digest(others, "web")

        assert {"api": before["api"], "web": web} == recorded(others)
        assert ran.stdout == f"{reference}: {web} (was {before['web']})\n"
        assert (
            "(as it was)"
            in others.run("pin", reference, "--stack", "prod").stdout
        )

    def test_left(self, others):
        """
        What runs no longer is forgotten.
        """
        others.run("pin", "--stack", "prod")
        path = others.root / "shop.py"
        path.write_text(path.read_text().replace("[web, api", "[api"))
        ran = others.run("pin", "--stack", "prod")

        assert {"api"} == set(recorded(others))
        assert ran.stdout.endswith(
            f"{others.registry}/shop-web:latest: runs no longer\n"
        )

    def test_several_apps(self, others):
        """
        One app of several does not tell what the others run.
        """
        others.run("pin", "--stack", "prod")
        before = recorded(others)
        (others.root / "second.py").write_text(
            "from mizzen import App\n"
            "app = App('second', edition='2026', parts=[])\n"
        )
        path = others.root / "pyproject.toml"
        path.write_text(
            path.read_text().replace('"shop:app"', '"shop:app", "second:app"')
        )
        ran = others.run("pin", "--stack", "prod", "--app", "second")

        assert "" == ran.stdout
        assert before == recorded(others)

    def test_missing(self, others):
        """
        Where one image is not there, or not for the platform, nothing is
        recorded.
        """
        path = others.root / "shop.py"
        path.write_text(
            path.read_text().replace("shop-api:latest", "shop-a:b")
        )
        others.file.write_text(
            f"{others.file.read_text()}  shop:platform: linux/arm64\n"
        )
        before = others.file.read_text()
        ran = others.run("pin", "--stack", "prod", code=2)

        assert ran.stderr == (
            "Digests cannot be recorded:\n"
            f"  - There is no image '{others.registry}/shop-a:b'.\n"
            f"  - Image '{others.registry}/shop-web:latest' is built for "
            "linux/amd64, but the stack runs linux/arm64.\n"
        )
        assert before == others.file.read_text()

    def test_unknown(self, others):
        """
        An image that nothing runs is refused.
        """
        ran = others.run("pin", "nginx:1", "--stack", "prod", code=2)

        assert "Image 'nginx:1' is unknown; choose one of: " in ran.stderr

    def test_shared_file(self, others):
        """
        A stack of many that share a file records nothing.
        """
        ran = others.run("pin", "--stack", "pr-7", code=2)

        assert "Stack 'pr-7' has no file of its own" in ran.stderr
