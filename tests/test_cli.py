"""
The command ``mizzen``, run as people and programs run it.
"""

import json
import os
import pty
import subprocess
import sys

from pathlib import Path

import pytest
import yaml

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


class TestRender:
    def test_json(self, mizzen):
        """
        JSON holds what YAML holds.
        """
        as_json = json.loads(mizzen("render", "dev", "--format=json").stdout)
        as_yaml = yaml.safe_load_all(mizzen("render", "dev").stdout)

        assert {"apiVersion": "v1", "kind": "List"}.items() < as_json.items()
        assert list(as_yaml) == as_json["items"]

    def test_secret(self, mizzen):
        """
        Of secrets, it is written where they come from.
        """
        done = mizzen("render", "dev")

        assert "‹config: token›" in done.stdout
        assert "hunter2" not in done.stdout

    def test_sub_folder(self, project, mizzen, monkeypatch):
        """
        It works from any folder of the project.
        """
        above = mizzen("render", "dev")
        (project.root / "a" / "b").mkdir(parents=True)
        monkeypatch.chdir(project.root / "a" / "b")

        assert (0, above.stdout) == (
            mizzen("render", "dev").exit_code,
            above.stdout,
        )

    def test_several_apps(self, project, mizzen):
        """
        Of several apps, one has to be chosen.
        """
        project.change("pyproject.toml", ":app", ':app", "shop_infra:other')
        unclear = mizzen("render", "dev")
        project.change(
            "shop_infra.py", ", exposure=NodePort({web: 30080})", ""
        )
        chosen = mizzen("render", "dev", "--app", "other")

        assert 2 == unclear.exit_code
        assert (
            "The project has several apps; choose one of: 'other', 'shop'.\n"
        ) == unclear.stderr
        assert (0, 'name: "other-dev"') == (
            chosen.exit_code,
            chosen.stdout.splitlines()[3].strip(),
        )

    def test_no_project(self, mizzen, monkeypatch):
        """
        Outside of all projects, the message says where to start.
        """
        monkeypatch.chdir("/")
        done = mizzen("render", "dev")

        assert (2, "") == (done.exit_code, done.stdout)
        assert (
            "No pyproject.toml with [tool.mizzen] here or above. Start in "
            "the project's folder.\n"
        ) == done.stderr

    def test_unknown_stack(self, mizzen):
        """
        Of an unknown stack, the known ones are told.
        """
        done = mizzen("render", "prod")

        assert (2, "Stack 'prod' has no file; choose one of: 'dev'.\n") == (
            done.exit_code,
            done.stderr,
        )


class TestFolder:
    NAMES = (
        "0.namespace.yaml",
        "web.deployment.yaml",
        "web.env.yaml",
        "web.files.yaml",
        "web.network-policy.yaml",
        "web.service-account.yaml",
        "web.service.yaml",
        "worker.deployment.yaml",
        "worker.network-policy.yaml",
        "worker.service-account.yaml",
    )

    @pytest.fixture(name="rendered")
    def _rendered(self, mizzen):
        def rendered(*options):
            done = mizzen("render", "dev", "--output", "out/k8s", *options)
            assert (0, "") == (done.exit_code, done.output)
            return sorted(path.name for path in Path("out/k8s").iterdir())

        return rendered

    def test_files(self, mizzen, rendered):
        """
        There is one file for each object, the namespace first.
        """
        names = rendered()
        written = [
            yaml.safe_load(Path("out/k8s", name).read_text())
            for name in self.NAMES
        ]
        printed = list(yaml.safe_load_all(mizzen("render", "dev").stdout))

        assert [".mizzen-files", *self.NAMES] == names
        assert len(printed) == len(written)
        assert all(body in printed for body in written)

    def test_stable(self, project, rendered):
        """
        A file keeps its name when the hash in its object's name changes.
        """
        names = rendered()
        before = Path("out/k8s/web.files.yaml").read_text()
        project.change("shop_infra.py", "a = 1", "a = 2")

        assert names == rendered()
        assert before != Path("out/k8s/web.files.yaml").read_text()

    def test_gone(self, project, rendered):
        """
        Files of objects that are gone go, and those of others stay.
        """
        rendered()
        Path("out/k8s/kustomization.yaml").write_text("mine")
        project.change("shop_infra.py", "[web, worker]", "[web]")
        kept = [name for name in self.NAMES if not name.startswith("worker")]

        assert [
            ".mizzen-files",
            *kept[:1],
            "kustomization.yaml",
            *kept[1:],
        ] == (rendered())

    def test_format(self, rendered):
        """
        In another format, all files are others.
        """
        rendered()
        names = rendered("--format=json")

        assert [".mizzen-files"] == [n for n in names if "json" not in n]
        assert (
            "Namespace"
            == json.loads(Path("out/k8s/0.namespace.json").read_text())["kind"]
        )

    def test_foreign(self, mizzen):
        """
        A file of somebody else is never replaced.
        """
        Path("out").mkdir()
        Path("out/web.service.yaml").write_text("mine")
        done = mizzen("render", "dev", "--output", "out")

        assert 2 == done.exit_code
        assert (
            "File web.service.yaml in 'out' was not written by mizzen. "
            "Choose another folder, or move the file away.\n"
        ) == done.stderr
        assert [Path("out/web.service.yaml")] == list(Path("out").iterdir())
        assert "mine" == Path("out/web.service.yaml").read_text()

    def test_other_folders(self, rendered):
        """
        Nothing outside of the folder is touched, whatever its list says.
        """
        rendered()
        Path("out/mine").write_text("mine")
        Path("out/k8s/.mizzen-files").write_text("../mine\n")

        Path("out/k8s/0.namespace.yaml").unlink()
        for name in self.NAMES[1:]:
            Path("out/k8s", name).unlink()
        rendered()

        assert "mine" == Path("out/mine").read_text()

    def test_unwritable(self, mizzen):
        """
        A folder that cannot be is named.
        """
        Path("out").write_text("a file")
        done = mizzen("render", "dev", "--output", "out/k8s")

        assert (
            2,
            "Folder 'out/k8s' cannot be written: Not a directory.\n",
        ) == (
            done.exit_code,
            done.stderr,
        )


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
