"""
``mizzen graph``, ``mizzen check``, and what is no command.
"""

import json
import sys

from pathlib import Path

import pytest


class TestGraph:
    def test_mermaid(self, mizzen):
        """
        Without options, it is Mermaid.
        """
        done = mizzen("graph", "dev")

        assert 0 == done.exit_code
        assert done.stdout.startswith("flowchart LR\n")

    def test_svg(self, mizzen):
        """
        Pictures can go to a file.
        """
        done = mizzen("graph", "dev", "--format=svg", "--output=dev.svg")

        assert (0, "") == (done.exit_code, done.output)
        assert "</svg>" in Path("dev.svg").read_text()

    def test_no_graphviz(self, mizzen, monkeypatch, tmp_path):
        """
        Without Graphviz, it says what to install.
        """
        monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
        monkeypatch.setenv("PATH", str(tmp_path))
        done = mizzen("graph", "dev", "--format=svg")

        assert (2, "") == (done.exit_code, done.stdout)
        assert "pip install 'mizzen[svg]'" in done.stderr

    def test_unwritable(self, mizzen):
        """
        A file that cannot be is named.
        """
        done = mizzen("graph", "dev", "--output=no/dev.mmd")

        assert (
            2,
            "File 'no/dev.mmd' cannot be written: No such file or directory.\n",
        ) == (done.exit_code, done.stderr)


class TestCheck:
    def test_text(self, mizzen):
        """
        Each finding is a line that begins with its severity.
        """
        done = mizzen("check", "dev")
        lines = done.stdout.splitlines()

        assert 0 == done.exit_code
        assert ["warning:", "info:", "info:", "info:"] == [
            line.split()[0] for line in lines
        ]
        assert (
            "warning: Deployment 'worker': nothing notices when it hangs "
            "(worker-health). Set health on Worker 'worker' to a command "
            "that succeeds while it works."
        ) == lines[0]

    def test_json(self, mizzen):
        """
        Programs get fields.
        """
        done = mizzen("check", "dev", "--format=json")

        assert {
            "id": "worker-health",
            "severity": "warning",
            "part": "worker",
            "subject": "Deployment 'worker'",
            "message": "nothing notices when it hangs",
            "remedy": "Set health on Worker 'worker' to a command that "
            "succeeds while it works.",
        } == json.loads(done.stdout)[0]

    @pytest.mark.parametrize("by", ["variable", "file"])
    def test_passphrase(self, project, mizzen, monkeypatch, by):
        """
        An empty passphrase of an environment that protects its data is an
        error, whichever way it is empty.
        """
        project.change("shop_infra.py", '"dev",', '"dev", protect=True,')
        project.write("passphrase", "\n")
        path = project.root / "passphrase"
        monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE", raising=False)
        monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE_FILE", raising=False)
        if by == "variable":
            monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "")
        else:
            monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE_FILE", str(path))
        done = mizzen("check", "dev")

        assert 1 == done.exit_code
        assert "(empty-passphrase)" in done.stdout

    def test_nothing(self, project, mizzen):
        """
        Without findings there is one sentence for people.
        """
        digest = f"sha256:{'5eed' * 16}"
        project.write(
            "shop_infra.py",
            "from mizzen import App, Environment, Image, Worker\n"
            f"image = Image('acme/worker@{digest}')\n"
            "worker = Worker('worker', image=image, health=['true'])\n"
            "app = App('shop', edition='2026', parts=[worker])\n"
            "DEV = Environment('dev')\n",
        )
        done = mizzen("check", "dev")

        assert (0, "") == (done.exit_code, done.stdout)
        assert "No findings.\n" == done.stderr


class TestVersion:
    def test_version(self, mizzen):
        """
        The version is that of the package.
        """
        assert "mizzen 26.1" == mizzen("--version").stdout[:11]


def test_unknown_command(mizzen):
    """
    A command that is not there is named.
    """
    found = mizzen("paint")

    assert found.exit_code == 2
    assert "No such command 'paint'" in found.stderr
