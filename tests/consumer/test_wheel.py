"""
The package, installed alone.
"""

import subprocess
import sys
import zipfile

from pathlib import Path


class TestContent:
    def test_files(self, wheel, root):
        """
        The wheel holds each file of the package and its licence, and
        nothing of the repository around it.
        """
        package = root / "components"
        files = {
            path.relative_to(package).as_posix()
            for path in (package / "mizzen").rglob("*.*")
            if path.suffix != ".pyc"
        }
        names = set(zipfile.ZipFile(wheel).namelist())

        assert {"mizzen/py.typed", "mizzen/changes/schema.json"} <= files
        assert files == {name for name in names if ".dist-info/" not in name}
        assert any(name.endswith("/licenses/LICENSE") for name in names)


class TestImport:
    def test_without_pulumi(self, alone):
        """
        The package works where Pulumi is not installed.
        """
        found = alone.run(
            "python",
            "-c",
            "import importlib.util, mizzen\n"
            "from mizzen import *\n"
            "web = Service('web', image=Image('acme/web:v5'), port=8080)\n"
            "app = App('shop', edition='2026', parts=[web])\n"
            "stack = Stack('dev', environment='dev')\n"
            "print(len(compile_app(app, Environment('dev'), stack)))\n"
            "print(importlib.util.find_spec('pulumi'))\n",
        )

        assert "5\nNone\n" == found

    def test_from_the_wheel(self, alone):
        """
        What is imported is what was installed.
        """
        found = alone.run(
            "python", "-c", "print(__import__('mizzen').__file__)"
        )

        assert Path(found).is_relative_to(alone.folder)

    def test_command(self, alone):
        """
        The command comes with the package.
        """
        assert alone.run("mizzen", "--help").startswith("Usage: mizzen")


class TestTypes:
    def test_seen_by_checkers(self, alone, tmp_path):
        """
        Type checkers of other projects see the package's types.
        """
        program = tmp_path / "program.py"
        program.write_text(
            "from mizzen import Image, Service\n"
            "web = Service('web', image=Image('acme/web:v5'), port=8080)\n"
            "reveal_type(web.listens)\n"
        )
        found = subprocess.run(
            [
                *(sys.executable, "-m", "mypy", "--strict"),
                *("--python-executable", alone.python),
                *("--cache-dir", tmp_path / "cache"),
                program,
            ],
            capture_output=True,
            cwd=tmp_path,
            text=True,
        ).stdout

        assert 'Revealed type is "tuple[mizzen.spec.ports.Port, ...]"' in found
