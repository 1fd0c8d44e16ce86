"""
``mizzen preview`` of a small project, with the real engine and without a
cluster.
"""

import json
import subprocess
import sys

import jsonschema
import pytest

from mizzen.changes.reading import schema


FILES = {
    "pyproject.toml": (
        '[tool.mizzen]\napps = ["infra:app"]\nenvironments = "infra"\n'
    ),
    "Pulumi.yaml": "name: shop\nruntime: python\nmain: program\n",
    "Pulumi.dev.yaml": "config:\n  shop:environment: dev\n",
    "infra.py": """\
from mizzen import App, Environment, Image, Service

web = Service("web", image=Image("acme/web:latest"), port=8080)
app = App("shop", edition="2026", parts=[web])
DEV = Environment("dev")
""",
    "program/__main__.py": """\
import pulumi

from mizzen import load_project
from mizzen.pulumi import AppComponent, cluster_provider, current_stack

project = load_project("..")
stack = current_stack(project)
options = pulumi.ResourceOptions(provider=cluster_provider(stack))
pulumi.log.warn("Mind the gap.")
AppComponent(
    "shop",
    app=project.app(),
    environment=project.environment(stack),
    stack=stack,
    opts=options,
)
if stack.name == "broken":
    raise ValueError("port must be known")
""",
}


@pytest.fixture(name="project")
def _project(engine, tmp_path):
    root = tmp_path / "shop"
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    engine.new_stack(root, "dev", stackKey="0f1e2d3c4b5a69788796a5b4")

    return root


@pytest.fixture(name="mizzen")
def _mizzen(engine, project):
    """
    Run the command in the project, with other environment variables.
    """

    def mizzen(*arguments, **variables):
        return subprocess.run(
            [sys.executable, "-m", "mizzen.cli", *arguments],
            capture_output=True,
            cwd=project,
            env={**engine.environment, **variables},
            text=True,
        )

    return mizzen


class TestPreview:
    def test_new_stack(self, mizzen):
        """
        All that is made is told, with what checks find and programs warn of;
        what only is worth knowing is in the document.
        """
        ran = mizzen("preview", "dev", "--format", "json")
        document = json.loads(ran.stdout)
        (stack,) = document["stacks"]
        parts = {part["part"]: part["effects"] for part in stack["parts"]}

        assert ran.returncode == 0, ran.stderr
        jsonschema.validate(document, schema())
        assert parts["web"] == ["added"]
        assert stack["warnings"] == ["Mind the gap."]
        assert stack["drift"] == []
        assert "image-latest" in {f["id"] for f in stack["findings"]}

    def test_fail_on(self, mizzen):
        """
        More than is allowed is exit code 1, and people are told the same.
        """
        ran = mizzen("preview", "dev", "--fail-on", "added")
        lines = ran.stdout.splitlines()

        assert ran.returncode == 1, ran.stderr
        assert lines[0].startswith("dev: added (+1 pods")
        assert "  warning: Mind the gap." in lines
        assert any("(image-latest)" in line for line in lines)

    def test_config_file(self, engine, project, mizzen, tmp_path):
        """
        A file elsewhere is what both mizzen and Pulumi read; a program that
        fails is an answer that is not whole.
        """
        engine.new_stack(project, "broken", stackKey="0f1e2d3c4b5a69788796")
        path = tmp_path / "private.yaml"
        (project / "Pulumi.broken.yaml").rename(path)
        path.write_text(
            f"{path.read_text()}  shop:environment: dev\n", encoding="utf-8"
        )
        ran = mizzen(
            "preview", "broken", "--config-file", str(path), "--format", "json"
        )
        (stack,) = json.loads(ran.stdout)["stacks"]

        assert ran.returncode == 2, ran.stderr
        assert "ValueError: port must be known" in stack["problems"][0]
        assert [part["part"] for part in stack["parts"]]

    def test_unknown_to_pulumi(self, project, mizzen):
        """
        A stack that was never made is refused in one line.
        """
        (project / "Pulumi.eu.yaml").write_text(FILES["Pulumi.dev.yaml"])
        ran = mizzen("preview", "eu")

        assert ran.returncode == 2
        assert ran.stdout == ""
        assert ran.stderr == (
            "pulumi preview failed: no stack named 'eu' found\n"
        )
