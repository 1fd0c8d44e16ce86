"""
The command ``mizzen`` in a process of its own, run as people and programs run
it.
"""

import os
import pty
import subprocess
import sys

from pathlib import Path

import pytest
import yaml


class TestProcess:
    def test_render(self, project):
        """
        Objects go to the standard output, nothing else does, and the exit
        code is 0.
        """
        done = project.run("render", "dev")

        assert (0, "") == (done.returncode, done.stderr)
        assert 10 == len(list(yaml.safe_load_all(done.stdout)))

    def test_findings(self, project):
        """
        Findings of severity error make the exit code 1.
        """
        project.change(
            "shop_infra.py", 'FromConfig("token", secret=True)', '"hunter2"'
        )
        done = project.run("check", "dev")

        assert 1 == done.returncode
        assert "error: Deployment 'web': environment" in done.stdout
        assert "(literal-secret)" in done.stdout
        assert "hunter2" not in done.stdout
        assert "5 findings: 1 error, 1 warning, 3 info.\n" == done.stderr

    def test_usage(self, project):
        """
        Wrong usage ends with 2 and says so on the standard error alone.
        """
        done = project.run("render")

        assert (2, "") == (done.returncode, done.stdout)
        assert "Missing argument 'STACK'" in done.stderr

    def test_mistake(self, project):
        """
        A mistake in the project's own code is shown with its place.
        """
        project.change("shop_infra.py", "port=8080", "port=80800")
        done = project.run("render", "dev")

        assert (2, "") == (done.returncode, done.stdout)
        assert (
            "shop_infra.py:4: Service 'web': port must be a whole number "
            "from 1 to 65535, like 8000 (got 80800).\n"
        ) == done.stderr

    def test_place(self, project):
        """
        The place is told from where one stands.
        """
        (project.root / "docs").mkdir()
        project.change("shop_infra.py", "port=8080", "port=80800")
        done = project.run("render", "dev", cwd=project.root / "docs")

        assert done.stderr.startswith("../shop_infra.py:4: Service 'web'")

    def test_exception(self, project):
        """
        What else goes wrong there is shown as Python shows it, from the
        project's own code on.
        """
        project.write("shop_infra.py", "def f():\n    return 1 / 0\n\n\nf()\n")
        done = project.run("render", "dev")
        places = [line for line in done.stderr.splitlines() if "File" in line]

        assert (2, "") == (done.returncode, done.stdout)
        assert "ZeroDivisionError: division by zero" in done.stderr
        assert 2 == len(places)
        assert all("shop_infra.py" in place for place in places)

    def test_syntax(self, project):
        """
        Code that is no Python is shown with its place.
        """
        project.write("shop_infra.py", "app = App(\n")
        done = project.run("check", "dev")

        assert 2 == done.returncode
        assert 'shop_infra.py", line 1' in done.stderr
        assert "Traceback" not in done.stderr

    def test_prints(self, project):
        """
        What the project's own code prints does not get into the objects.
        """
        clean = project.run("render", "dev")
        project.change("shop_infra.py", "web = S", "print('hello')\nweb = S")
        done = project.run("render", "dev")

        assert (clean.stdout, "hello\n") == (done.stdout, done.stderr)

    def test_reader_gone(self, project):
        """
        A reader that has seen enough is no reason for complaints.
        """
        command = [sys.executable, "-m", "mizzen.cli", "render", "dev"]
        with subprocess.Popen(
            command,
            cwd=project.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            complaints = process.stderr.read()

        assert (141, b"") == (process.returncode, complaints)

    @pytest.mark.skipif(
        not Path("/dev/full").exists(), reason="needs /dev/full"
    )
    def test_full_disk(self, project):
        """
        Output that cannot be written is no success.
        """
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "mizzen.cli", "render", "dev"],
                cwd=project.root,
                stdout=full,
                stderr=subprocess.PIPE,
                encoding="utf-8",
            )

        assert 2 == done.returncode
        assert (
            "Standard output cannot be written: No space left on device.\n"
        ) == done.stderr

    def test_locale(self, project):
        """
        What is written does not depend on the locale, nor on the order in
        which Python hashes.
        """
        plain = {**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
        first = project.run("render", "dev", env=plain)
        second = project.run(
            "render", "dev", env={**os.environ, "PYTHONHASHSEED": "7"}
        )

        assert "‹config: token›" in first.stdout
        assert first.stdout == second.stdout

    def test_imports(self, project):
        """
        Neither Pulumi nor anything for terminals is imported without need.
        """
        code = (
            "import sys; from mizzen.cli import main;"
            "main(['check', 'dev'], standalone_mode=False);"
            "print({'pulumi', 'rich', 'asyncio', 'difflib', 'subprocess'}"
            ".intersection(sys.modules))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=project.root,
            capture_output=True,
            encoding="utf-8",
        )

        assert "set()" == done.stdout.splitlines()[-1]

    def test_terminal(self, project):
        """
        At a terminal, findings have colours.
        """
        ours, theirs = pty.openpty()
        subprocess.run(
            [sys.executable, "-m", "mizzen.cli", "check", "dev"],
            cwd=project.root,
            stdout=theirs,
            stderr=subprocess.PIPE,
            env={**os.environ, "TERM": "xterm", "COLUMNS": "80"},
            check=True,
        )
        os.close(theirs)
        seen = os.read(ours, 9999).decode()
        os.close(ours)

        assert "\x1b[33mwarning\x1b[0m \x1b[1mDeployment 'worker'" in seen

    @pytest.mark.parametrize(
        ("folder", "words"), [(".", ["plain,dev"]), ("/", [])]
    )
    def test_completion(self, project, folder, words):
        """
        Shells complete the names of stacks, where there are any.
        """
        done = subprocess.run(
            [sys.executable, "-m", "mizzen.cli"],
            cwd=project.root / folder,
            env={
                **os.environ,
                "_MIZZEN_COMPLETE": "bash_complete",
                "COMP_WORDS": "mizzen render ",
                "COMP_CWORD": "2",
            },
            capture_output=True,
            encoding="utf-8",
        )

        assert words == done.stdout.split()
        assert "" == done.stderr
