"""
A project of somebody's, and the command ``mizzen`` in it.
"""

import subprocess
import sys

from pathlib import Path

import pytest

from click.testing import CliRunner

from mizzen.cli import main


APP = """\
from mizzen import App, Environment, FromConfig, Image, NodePort, Route
from mizzen import Service, Worker

web = Service(
    "web", image=Image("acme/web:v5"), port=8080, health="/",
    env={"API_TOKEN": FromConfig("token", secret=True)},
    files={"/etc/web.ini": "a = 1"},
)
worker = Worker("worker", image=Image("acme/worker:v5"))
app = App(
    "shop", edition="2026", parts=[web, worker], routes=[Route("/", web)]
)
other = App("other", edition="2026", parts=[worker])
DEV = Environment("dev", exposure=NodePort({web: 30080}))
"""
PYPROJECT = """\
[tool.mizzen]
apps = ["shop_infra:app"]
environments = "shop_infra"
"""
STACK = """\
config:
  shop:environment: dev
  shop:token:
    secure: v1:hunter2
"""


class Project:
    """
    A project of somebody's in a folder of its own.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("pyproject.toml", PYPROJECT)
        self.write("Pulumi.yaml", "name: shop\nruntime: python\n")
        self.write("Pulumi.dev.yaml", STACK)
        self.write("shop_infra.py", APP)

    def write(self, path: str, text: str) -> None:
        """
        Write a file of it.
        """
        (self.root / path).write_text(text)

    def change(self, path: str, old: str, new: str) -> None:
        """
        Exchange text in a file of it; the module is then read anew.
        """
        sys.modules.pop("shop_infra", None)
        text = (self.root / path).read_text()
        assert old in text
        self.write(path, text.replace(old, new))

    def run(self, *args: str, **options: object):
        """
        What ``mizzen`` does in a process of its own.
        """
        return subprocess.run(
            [sys.executable, "-m", "mizzen.cli", *args],
            capture_output=True,
            encoding="utf-8",
            **{"cwd": self.root, **options},
        )


@pytest.fixture(name="project")
def _project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    yield Project(tmp_path)
    sys.modules.pop("shop_infra", None)


@pytest.fixture(name="mizzen")
def _mizzen(project):
    """
    Runs the command within this process.
    """

    def mizzen(*args):
        return CliRunner().invoke(main, args, prog_name="mizzen")

    return mizzen
