"""
An app in two stacks, whose values are asked about.
"""

import sys

import pytest

from click.testing import CliRunner

from mizzen.cli import main


APP = """\
from mizzen import (
    App, Defaults, Environment, Image, Ingress, Patch, Route, Service,
)

web = Service(
    "web",
    image=Image("acme/web:v5"),
    port=8080,
    env={"A": "1"},
)
app = App(
    "shop",
    edition="2026",
    parts=[web],
    routes=[Route("/", web)],
)
DEV = Environment("dev", defaults=Defaults(cpu="70m"))
PROD = DEV.derive("prod", exposure=Ingress(), overrides=[
    web.override(replicas=3,
                 env={"B": "2"}),
])
"""
FILES = {
    "pyproject.toml": (
        '[tool.mizzen]\napps = ["shop_infra:app"]\n'
        'environments = "shop_infra"\n'
    ),
    "Pulumi.yaml": "name: shop\nruntime: python\n",
    "Pulumi.dev.yaml": "config:\n  shop:environment: dev\n",
    "Pulumi.prod.yaml": (
        "config:\n  shop:environment: prod\n  shop:cluster: kind\n"
        "  shop:hosts: [a.example.com]\n  shop:ingressClass: nginx\n"
    ),
    "tests.py": 'web = Service("web", port=1)\n',
}


@pytest.fixture(name="project")
def _project(tmp_path, monkeypatch):
    for name, text in {**FILES, "shop_infra.py": APP}.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    yield tmp_path
    sys.modules.pop("shop_infra", None)


@pytest.fixture(name="mizzen")
def _mizzen(project):
    def mizzen(*args):
        return CliRunner().invoke(main, args, prog_name="mizzen")

    return mizzen


def change(project, old, new):
    """
    Exchange text of the app.
    """
    path = project / "shop_infra.py"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    sys.modules.pop("shop_infra", None)
