"""
A project, written as files.
"""

import sys

import pytest


APP = """
from mizzen import App
app = App({name!r}, edition="2026", parts=[])
other = App("other", edition="2026", parts=[])
number = 5
"""
ENVIRONMENTS = """
from mizzen import Environment
from {folder}.app import app
DEV = Environment("dev")
PROD = DEV.derive("prod")
DEFAULT = DEV
"""


@pytest.fixture(name="write")
def _write(tmp_path, monkeypatch):
    """
    Writes a project of some tables and files.
    """
    monkeypatch.setattr(sys, "path", [*sys.path])
    # Modules stay loaded, so that each test needs names of its own.
    folder = f"infra_{tmp_path.name}"

    def write(*, pulumi="name: shop\n", table="", files=None):
        usual = f'apps = ["{folder}.app:app"]\n'
        environments = f'environments = "{folder}.environments"\n'
        texts = {
            "pyproject.toml": f"[tool.mizzen]\n{table or usual}{environments}",
            "Pulumi.yaml": pulumi,
            f"{folder}/app.py": APP.format(name="shop"),
            f"{folder}/environments.py": ENVIRONMENTS.format(folder=folder),
            **(files or {}),
        }
        for path, text in texts.items():
            if text is not None:
                (tmp_path / path).parent.mkdir(exist_ok=True)
                (tmp_path / path).write_text(text)
        return tmp_path

    write.folder = folder
    return write
