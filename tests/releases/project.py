"""
A project whose ``pulumi`` only notes what it is asked for.
"""

import json
import os
import subprocess
import sys

import attrs
import pytest
import yaml

from mizzen.registry import ImageName, Repository

from .conftest import commit, write


PULUMI = """\
#!{python}
import json, pathlib, sys
folder = pathlib.Path({folder!r})
if sys.argv[1] == "stack":
    sys.exit(print('{{"deployment": {{}}}}'))
if sys.argv[1] == "preview":
    planned = folder / "planned"
    sys.exit(print(planned.read_text() if planned.exists() else ""))
(folder / "asked").write_text(json.dumps(sys.argv[1:]))
if (folder / "fails").exists():
    sys.exit("error: no plugin 'kubernetes'")
"""
KUBECTL = """\
#!{python}
print('{{"items": []}}')
"""
FILES = {
    "pyproject.toml": (
        '[tool.mizzen]\napps = ["shop:app"]\nenvironments = "shop"\n'
        '[tool.mizzen.stacks]\n"pr-*" = "prod"\n'
    ),
    "Pulumi.yaml": "name: shop\nruntime: python\nstackConfigDir: stacks\n",
    "shop.py": """\
from mizzen import App, Dockerfile, Environment, Job, Service

api = Service("api", image=Dockerfile("apps/api"), port=8000)
web = Service("web", image=Dockerfile("apps/web"), port=8080)
migrate = Job("migrate", image=api.image, args=["migrate"], before=[api])
app = App("shop", edition="2026", parts=[web, api, migrate])
PROD = Environment("prod")
""",
}
STACK = """\
config:
  shop:environment: prod  # the only one
  shop:context: kind-prod
  shop:registry: {registry}
# The end.
"""


@attrs.frozen(kw_only=True)
class Project:
    """
    A project, and how the command runs in it.
    """

    root: object
    registry: str
    pulumi: object

    @property
    def file(self):
        """
        The stack's file.
        """
        return self.root / "stacks" / "Pulumi.prod.yaml"

    def run(self, *words, code=0):
        """
        What ``mizzen`` prints and says, with this exit code.
        """
        ran = subprocess.run(
            [sys.executable, "-m", "mizzen.cli", *words],
            cwd=self.root,
            capture_output=True,
            text=True,
        )
        assert ran.returncode == code, f"{ran.stdout}\n{ran.stderr}"

        return ran

    def versions(self, path=None):
        """
        What is recorded, by part.
        """
        content = yaml.safe_load((path or self.file).read_text())
        return content["config"].get("shop:versions", {})

    def digest(self, name, tag):
        """
        What the registry has.
        """
        return Repository(ImageName.of(f"{self.registry}/shop-{name}")).digest(
            tag
        )

    def asked(self):
        """
        What Pulumi was asked for last.
        """
        return json.loads((self.pulumi / "asked").read_text())

    def plan(self, *events):
        """
        Let Pulumi say that this would happen.
        """
        lines = "\n".join(map(json.dumps, events))
        (self.pulumi / "planned").write_text(lines)

    def change(self, name, text):
        """
        Change what the image of *name* is built from, and commit it.
        """
        write(self.root, name, text)
        commit(self.root)


@pytest.fixture(name="project")
def project_fixture(shop, builder, tmp_path, monkeypatch):
    """
    The project, under version control.
    """
    for name, text in FILES.items():
        (shop.root / name).write_text(text)
    registry = shop.stack.registry.prefix
    project = Project(
        root=shop.root, registry=registry, pulumi=tmp_path / "pulumi"
    )
    project.file.parent.mkdir()
    project.file.write_text(STACK.format(registry=registry))
    commit(shop.root)
    project.pulumi.mkdir()
    for name, text in (("pulumi", PULUMI), ("kubectl", KUBECTL)):
        program = project.pulumi / name
        program.write_text(
            text.format(python=sys.executable, folder=str(project.pulumi))
        )
        program.chmod(0o755)
    folders = f"{project.pulumi}{os.pathsep}{os.environ['PATH']}"
    monkeypatch.setenv("PATH", folders)

    return project
