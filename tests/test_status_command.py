"""
``mizzen status``: what is printed, from objects as a cluster has given them.
"""

import copy
import json
import os
import sys

import pytest

from click.testing import CliRunner

from mizzen.cli import main

from .troubles import RECORDED


PROJECT = """\
from mizzen import App, Environment, Image, NodePort, Redis, Service, Worker

db = Redis("db", version=8, disk="1Gi")
fine = Service("fine", image=Image("a/b:1"), port=8000, uses=[db])
rolled = Worker("rolled", image=Image("a/b:1"))
app = App("lab", edition="2026", parts=[fine, rolled, db])
DEV = Environment("dev", exposure=NodePort({fine: 30080}))
"""
KUBECTL = """\
#!{python}
import json, pathlib, sys
folder = pathlib.Path({folder!r})
with (folder / "asked").open("a") as asked:
    asked.write(" ".join(sys.argv[1:]) + "\\n")
bodies = json.loads((folder / "bodies.json").read_text())
kind = {{"events": "Event", "nodes": "Node"}}.get(sys.argv[6])
if kind == "Node":
    sys.exit("nodes is forbidden")
items = [
    b for b in bodies
    if (b["kind"] == kind if kind else b["kind"] not in ("Event", "Node"))
]
print(json.dumps({{"items": items}}))
"""


@pytest.fixture(name="status")
def _status(tmp_path, monkeypatch):
    """
    Runs the command in a project, with a program in the place of kubectl
    that gives recorded objects.
    """
    name = "lab_with_status"
    (tmp_path / f"{name}.py").write_text(PROJECT)
    (tmp_path / "pyproject.toml").write_text(
        f'[tool.mizzen]\napps = ["{name}:app"]\nenvironments = "{name}"\n'
    )
    (tmp_path / "Pulumi.yaml").write_text("name: lab\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text(
        "config:\n  lab:environment: dev\n  lab:context: kind-lab\n"
    )
    program = tmp_path / "kubectl"
    program.write_text(
        KUBECTL.format(python=sys.executable, folder=str(tmp_path))
    )
    program.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.delitem(sys.modules, name, raising=False)

    def status(*words, bodies=RECORDED):
        (tmp_path / "bodies.json").write_text(json.dumps(bodies))
        done = CliRunner().invoke(main, ["status", "dev", *words])
        assert done.exception is None or isinstance(done.exception, SystemExit)
        return done

    return status


class TestCommand:
    def test_table(self, status):
        """
        One line for each part, then why parts are not ready, what runs
        meanwhile, and the last warnings.
        """
        done = status()
        lines = done.stdout.splitlines()

        assert 1 == done.exit_code
        assert lines[0].split() == (
            [
                "Part",
                "Runs",
                "as",
                "Ready",
                "Image",
                "Restarts",
                "Age",
                "Address",
            ]
        )
        assert lines[1].startswith(
            "fine    Deployment fine    1 of 1  python:"
        )
        assert lines[2].startswith(
            "rolled  Deployment rolled  0 of 1  python:"
        )
        assert lines[3].startswith(
            "db      StatefulSet db     0 of 1  python:"
        )
        assert (
            "rolled: pod rolled-5f59b6c544-g7bxd: cannot pull image "
            "'python:nosuch2': its registry's host name is unknown to the node "
            "(no such host)."
        ) == lines[4]
        assert (
            "  The version before goes on: 1 pod of python:3.13-slim."
        ) == lines[5]
        assert "Failed to pull image" in done.stdout
        assert "startup" not in done.stdout

    def test_part(self, status):
        """
        Of one part, its containers, pods and events are shown.
        """
        done = status("rolled")
        lines = done.stdout.splitlines()

        assert "fine" not in done.stdout
        assert "  probes          readiness: GET / at 8000" in lines
        assert "Failed (version before)" not in done.stdout
        assert any(
            line.startswith(
                "rolled-77d568755c-7b7xd  Running (version before)"
            )
            for line in lines
        )
        assert "Back-off pulling image" in done.stdout

    def test_well(self, status):
        """
        The exit code is 0 if all is ready.
        """
        done = status("fine", "--format", "json")
        found = json.loads(done.stdout)

        assert 0 == done.exit_code
        assert ["ready"] == [row["state"] for row in found["parts"]]

    def test_json(self, status):
        """
        Programs get all of it, with kinds of causes.
        """
        found = json.loads(status("--format", "json").stdout)
        rolled = found["parts"][1]

        assert ("rolled", "rolling out", 1, 0) == (
            rolled["part"],
            rolled["state"],
            rolled["wanted"],
            rolled["ready"],
        )
        assert ["image"] == [each["cause"] for each in rolled["diagnoses"]]
        assert {"fine", "rolled", "db"} >= {e["part"] for e in found["events"]}

    def test_quiet(self, status):
        """
        A stack in which nothing has happened has no events to show.
        """
        quiet = [b for b in copy.deepcopy(RECORDED) if b["kind"] != "Event"]

        assert "Event" not in status(bodies=quiet).stdout
        assert "Event" not in status("rolled", bodies=quiet).stdout
        assert "Pod " not in status("rolled", bodies=[]).stdout

    def test_failed_job(self, status):
        """
        Of a job nothing runs meanwhile.
        """
        bodies = json.loads(json.dumps(RECORDED).replace("migrate", "rolled"))
        done = status("rolled", bodies=bodies)

        assert "has failed: it ended with exit code 1, 2 times." in done.stdout

    def test_waiting_job(self, status):
        """
        Of a job that has not failed yet, nothing is said of a next try.
        """
        bodies = [
            {**each, "status": {}} if each["kind"] == "Job" else each
            for each in json.loads(
                json.dumps(RECORDED).replace("migrate", "rolled")
            )
        ]
        done = status("rolled", bodies=bodies)

        assert "rolled: pod rolled-abc" in done.stdout
        assert "tries it again" not in done.stdout

    def test_unknown_part(self, status):
        """
        A part that is not in the app is refused.
        """
        done = status("fne")

        assert (2, "") == (done.exit_code, done.stdout)
        assert (
            "Part 'fne' is unknown; choose one of: 'db', 'fine', 'rolled' "
            "(nearest to 'fne': 'fine').\n"
        ) == done.stderr
