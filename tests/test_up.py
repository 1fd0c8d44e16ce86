"""
``mizzen up``: what is said of an update, and how it ends.
"""

import json
import os
import sys

from pathlib import Path

import pytest

from click.testing import CliRunner

from mizzen.cli import main

from .engine_events import begins, ends
from .troubles import FILE


PROJECT = """\
from mizzen import App, Dockerfile, Environment, Image, Worker

fine = Worker("fine", image=Image("a/b:1"))
crash = Worker("crash", image=Dockerfile("crash"))
app = App("lab", edition="2026", parts=[fine, crash])
DEV = Environment("dev")
"""
PULUMI = """\
#!{python}
import pathlib, signal, sys, time
folder = pathlib.Path({folder!r})
signal.signal(signal.SIGINT, lambda *_: (folder / "cancelled").touch() or sys.exit(1))
name = "state" if sys.argv[2] == "export" else {{"stack": "outputs"}}.get(
    sys.argv[1], sys.argv[1]
)
text = (folder / name).read_text()
sys.stdout.write(text.replace("FAIL\\n", "").replace("HANG\\n", ""))
sys.stdout.flush()
if "HANG" in text:
    time.sleep(600)
sys.exit(1 if "FAIL" in text else 0)
"""
KUBECTL = """\
#!{python}
import json, pathlib, sys
words = sys.argv[5:]
if words[0] == "logs":
    sys.exit(print("starting\\nno DATABASE_URL"))
kind = {{"events": "Event", "nodes": "Node"}}.get(words[1])
bodies = map(json.loads, pathlib.Path({recorded!r}).read_text().splitlines())
items = [
    b for b in bodies
    if (b["kind"] == kind if kind else b["kind"] not in ("Event", "Node"))
]
print(json.dumps({{"items": items}}))
"""


class TestCommand:
    @pytest.fixture(name="up")
    def _up(self, tmp_path, monkeypatch):
        """
        Runs the command in a project, with programs in the places of pulumi
        and kubectl that say what was recorded.
        """
        name = "lab_with_updates"
        (tmp_path / f"{name}.py").write_text(PROJECT)
        (tmp_path / "pyproject.toml").write_text(
            f'[tool.mizzen]\napps = ["{name}:app"]\nenvironments = "{name}"\n'
        )
        (tmp_path / "crash").mkdir()
        (tmp_path / "crash" / "Dockerfile").write_text("FROM a/b:1\n")
        (tmp_path / "Pulumi.yaml").write_text("name: lab\nruntime: python\n")
        for program, text in (("pulumi", PULUMI), ("kubectl", KUBECTL)):
            path = tmp_path / program
            path.write_text(
                text.format(
                    python=sys.executable,
                    folder=str(tmp_path),
                    recorded=str(FILE),
                )
            )
            path.chmod(0o755)
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        monkeypatch.delitem(sys.modules, name, raising=False)

        def up(
            events,
            *words,
            changes=(),
            ending="",
            answer=None,
            versions="",
            outputs='{"url": "http://lab"}',
            resources=(),
        ):
            (tmp_path / "Pulumi.dev.yaml").write_text(
                "config:\n  lab:environment: dev\n  lab:context: kind-lab\n"
                f"{versions}"
            )
            (tmp_path / "outputs").write_text(outputs)
            state = {"deployment": {"resources": [*resources]}}
            (tmp_path / "state").write_text(json.dumps(state))
            for file, told, last in (
                ("preview", changes, ""),
                ("up", events, ending),
            ):
                lines = [f"{json.dumps(event)}\n" for event in told]
                (tmp_path / file).write_text("".join([*lines, last]))
            return CliRunner().invoke(
                main, ["up", "dev", *words], input=answer
            )

        return up

    CHANGES = (begins("fine", "Deployment", "create"),)

    def test_done(self, up):
        """
        The report comes first, then what happens, the address last.
        """
        done = up(
            [begins("fine", "Deployment"), ends("fine", "Deployment")],
            "--yes",
            changes=self.CHANGES,
        )
        lines = done.stdout.splitlines()

        assert 0 == done.exit_code, done.output
        assert lines[0].startswith("dev: added")
        assert lines[-2].endswith(" s  fine: Deployment is updated and ready")
        assert "http://lab" == lines[-1]

    def test_crash(self, up, tmp_path):
        """
        Where a part cannot become ready, the update is cancelled, and why is
        said with the last lines of the log, what runs meanwhile and how to
        go back.
        """
        done = up([begins("crash", "Deployment")], "--yes", ending="HANG\n")
        (rest,) = done.stdout.split("0 of 1 ready\n")[1:]

        assert 1 == done.exit_code
        assert (
            "\ncrash: pod crash-5b6cfb6ff-4ccbk: container 'crash' ended with "
            "exit code 3, 3 times.\n"
            "    | starting\n"
            "    | no DATABASE_URL\n"
            "  No pod of it is ready.\n"
            "The update was ended: waiting does not help.\n"
            "To go back: undo the change, and: mizzen up dev\n"
        ) == rest
        assert (tmp_path / "cancelled").exists()

    def test_recorded_version(self, up):
        """
        A part whose version is recorded goes back by its record.
        """
        digest = f"sha256:{'0' * 64}"
        done = up(
            [begins("crash", "Deployment")],
            "--yes",
            ending="FAIL\n",
            versions=(
                "  lab:registry: ghcr.io/lab\n  lab:versions:\n"
                f"    crash: {{tag: v5, digest: '{digest}'}}\n"
            ),
        )

        assert "To go back: mizzen rollback crash --stack dev\n" in done.stdout

    def test_stateful_set(self, up):
        """
        A StatefulSet goes back once its pod that does not become ready is
        gone.
        """
        program = Path("lab_with_updates.py")
        program.write_text(program.read_text().replace("crash", "db"))
        Path("crash").rename("db")
        done = up([begins("db", "StatefulSet")], "--yes", ending="FAIL\n")

        assert done.stdout.endswith(
            "To go back: undo the change, and: mizzen up dev; then: kubectl "
            "--context kind-lab --namespace lab-dev delete pod db-0\n"
        )

    def test_failed(self, up):
        """
        What fails for other reasons says those.
        """
        message = {"severity": "error", "message": "error: no such key"}
        done = up([{"diagnosticEvent": message}], "--yes", ending="FAIL\n")

        assert 1 == done.exit_code
        assert "\nno such key\nTo go back: " in done.stdout

    def test_no_address(self, up):
        """
        An app that is not reached from outside has no address.
        """
        assert ["dev: no change"] == up([], outputs="{}").stdout.splitlines()

    def test_failed_job(self, up):
        """
        Beside a job that has failed, nothing runs meanwhile; the next update
        tries it again.
        """
        job = begins("crash", "Job", "create", name="migrate-abc")
        program = Path("lab_with_updates.py")
        program.write_text(program.read_text().replace("crash", "migrate"))
        Path("crash").rename("migrate")
        done = up(
            [json.loads(json.dumps(job).replace("crash", "migrate"))],
            "--yes",
            ending="FAIL\n",
        )

        assert (
            "has failed: it ended with exit code 1, 2 times.\n"
            "    | starting\n"
            "    | no DATABASE_URL\n"
            "  The next `mizzen up` tries it again.\n"
            "To go back: "
        ) in done.stdout

    def test_undone_errand(self, up):
        """
        What tells a store its accounts is run again where the update after
        it has failed.
        """
        urn = "urn:pulumi:dev::lab::kubernetes:batch/v1:Job::db-accounts-job"
        labels = {"app.kubernetes.io/component": "store"}
        new, old = (
            {
                "urn": urn,
                "id": name,
                "inputs": {"metadata": {"name": name, "labels": labels}},
            }
            for name in ("db-accounts-2", "db-accounts-1")
        )
        metadata = {"op": "replace", "urn": urn, "new": old}
        done = up(
            [],
            "--yes",
            changes=[{"resourcePreEvent": {"metadata": metadata}}],
            resources=[new, {**old, "delete": True}],
        )

        assert 0 == done.exit_code, done.output
        assert (
            "  Job db-accounts-1 is run again, since what came after it has "
            "failed\n"
        ) in done.stdout

    def test_failed_before(self, up):
        """
        A job that has failed before the update is tried again by it.
        """
        program = Path("lab_with_updates.py")
        program.write_text(program.read_text().replace("crash", "migrate"))
        Path("crash").rename("migrate")
        job = begins("migrate", "Job", "create", name="migrate-abc")
        done = up(
            [job, ends("migrate", "Job", "create", name="migrate-abc")],
            "--yes",
            changes=[job],
        )
        lines = [
            line.partition(" s  ")[2] for line in done.stdout.splitlines()
        ]

        assert 0 == done.exit_code
        assert [
            "Job migrate-abc has failed before and is tried again",
            "migrate: Job is done",
        ] == [*filter(None, lines)]

    def test_cluster_away(self, up, tmp_path):
        """
        Whether the cluster is there, the update itself finds out.
        """
        path = tmp_path / "kubectl"
        path.write_text(f"#!{sys.executable}\nraise SystemExit(1)\n")

        assert 0 == up([], "--yes").exit_code

    def test_wrong_program(self, up):
        """
        What cannot be previewed is not updated.
        """
        message = {"severity": "error", "message": "error: no such key"}
        done = up([], "--yes", changes=[{"diagnosticEvent": message}])

        assert 2 == done.exit_code
        assert "no such key" in done.stdout
        assert "http://lab" not in done.stdout

    def test_dangerous(self, up):
        """
        A change that loses data is refused, unless the stack's file
        acknowledges it.
        """
        disk = begins("db", "PersistentVolumeClaim", "delete")
        refused = up([], "--yes", changes=[disk])
        line = '"db: persistentvolumeclaim deleted"'
        allowed = up(
            [],
            "--yes",
            changes=[disk],
            versions=f"  lab:acknowledge: [{line}]\n",
        )

        assert (2, 0) == (refused.exit_code, allowed.exit_code), allowed.output
        assert refused.stderr.startswith(
            "Stack 'dev' is not updated:\n  - db: persistentvolumeclaim deleted (data at risk). "
        )

    def test_nobody_to_ask(self, up):
        """
        Without a terminal, a change has to be confirmed by an option; where
        nothing changes, nothing has to be.
        """
        refused = up([], changes=self.CHANGES)

        assert 2 == refused.exit_code
        assert (
            "Nobody can be asked here. Confirm the update by --yes.\n"
        ) == refused.stderr
        assert "http://lab\n" == up([]).stdout.splitlines(keepends=True)[-1]

    @pytest.mark.parametrize(
        ("answer", "code", "last"),
        [("y\n", 0, "http://lab"), ("n\n", 2, "Update stack 'dev'? [y/N]: n")],
    )
    def test_question(self, answer, code, last, up, monkeypatch):
        """
        A person is asked, after the report.
        """
        monkeypatch.setattr("mizzen.cli.up.is_terminal", lambda: True)
        done = up([], changes=self.CHANGES, answer=answer)

        assert code == done.exit_code
        assert last == done.stdout.splitlines()[-1]
