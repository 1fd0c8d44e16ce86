"""
Somebody's project under version control, for tests of commands.
"""

import subprocess
import sys

import pytest

from click.testing import CliRunner

from mizzen.cli import main


APP = """\
from mizzen import App, Environment, Image, Postgres, Service

db = Postgres("db", version=17, disk="2Gi")
web = Service("web", image=Image("acme/web:v5"), port=8080, replicas=2, uses=[db])
app = App("shop", edition="2026", parts=[web, db])
DEV = Environment("dev")
"""
FILES = {
    "pyproject.toml": (
        '[tool.mizzen]\napps = ["shop_infra:app"]\n'
        'environments = "shop_infra"\n'
    ),
    "Pulumi.yaml": "name: shop\nruntime: python\n",
    "Pulumi.dev.yaml": "config:\n  shop:environment: dev\n",
    "Pulumi.eu.yaml": "config:\n  shop:environment: dev\n",
    "shop_infra.py": APP,
}


class Repository:
    """
    A project under version control, in a folder of the repository.
    """

    def __init__(self, top):
        self.top = top
        self.root = top / "infra"
        self.root.mkdir()
        for name, text in FILES.items():
            (self.root / name).write_text(text)
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit("Start")

    def git(self, *words):
        """
        Run git as somebody.
        """
        who = ("-c", "user.name=Somebody", "-c", "user.email=a@example.com")
        done = subprocess.run(
            ["git", *who, *words],
            cwd=self.top,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def commit(self, message):
        """
        Commit all there is.
        """
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

        return self.git("rev-parse", "HEAD")

    def edit(self, old, new, name="shop_infra.py"):
        """
        Exchange text in a file.
        """
        sys.modules.pop("shop_infra", None)
        text = (self.root / name).read_text()
        assert old in text
        (self.root / name).write_text(text.replace(old, new))


@pytest.fixture(name="repository")
def repository_fixture(tmp_path, monkeypatch):
    """
    The project, in whose folder commands run.
    """
    top = tmp_path / "repository"
    top.mkdir()
    found = Repository(top)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(found.root)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    yield found
    sys.modules.pop("shop_infra", None)


@pytest.fixture(name="mizzen")
def mizzen_fixture(repository):
    """
    Runs the command within this process.
    """

    def mizzen(*args):
        return CliRunner().invoke(main, args, prog_name="mizzen")

    return mizzen
