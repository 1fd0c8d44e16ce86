"""
Updates that are watched: events of an engine, and objects as a cluster has
given them.
"""

import copy
import json
import os
import sys

from pathlib import Path

import pytest

from click.testing import CliRunner

from mizzen import SpecError
from mizzen.cli import main
from mizzen.live import Live
from mizzen.rollouts import Watch, roll_out


RECORDED = [
    json.loads(line)
    for line in (Path(__file__).parent / "recorded" / "troubles.jsonl")
    .read_text()
    .splitlines()
]
LABEL = "app.kubernetes.io/name"


class Clock:
    """
    Time that goes by where somebody asks for it.
    """

    latest = 0.0

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        """
        What time it is.
        """
        self.now += 5
        Clock.latest = self.now

        return self.now


def step(part, kind, op="update", *, name=None, **inputs):
    """
    What the engine tells of a resource of *part*.
    """
    group = {"Job": "batch", "Image": "docker-build:index"}.get(kind, "apps")
    token = (
        f"{group}:Image"
        if kind == "Image"
        else f"kubernetes:{group}/v1:{kind}"
    )
    parent = (
        f"urn:pulumi:dev::lab::mizzen:index:App$mizzen:index:Service::{part}"
    )
    state = {
        "parent": parent,
        "inputs": {"metadata": {"name": name or part}, **inputs},
    }
    deleted = op.startswith("delete")
    return {
        "op": op,
        "urn": parent.replace(f"::{part}", f"${token}::{part}-{kind.lower()}"),
        "old": state if op != "create" else None,
        "new": None if deleted else state,
    }


def begins(*words, **named):
    """
    The engine begins with a resource.
    """
    return {"resourcePreEvent": {"metadata": step(*words, **named)}}


def ends(*words, **named):
    """
    The engine is done with a resource.
    """
    return {"resOutputsEvent": {"metadata": step(*words, **named)}}


def fails(*words, **named):
    """
    The engine has failed with a resource.
    """
    return {"resOpFailedEvent": {"metadata": step(*words, **named)}}


class Events:
    """
    An update that goes on for as long as somebody waits.
    """

    def __init__(self, *events, error=None):
        self._events = events
        self._error = error
        self.closed = False

    def __call__(self):
        """
        What happens.
        """
        try:
            yield from self._events
            if self._error:
                raise self._error
            # Longer than any deadline here.
            for _ in range(200):
                yield {}
        finally:
            self.closed = True


def look_at(bodies=RECORDED):
    """
    The app as the cluster has it.
    """
    parts = [
        each["metadata"].get("labels", {}).get(LABEL) for each in RECORDED
    ]
    return Live.of(bodies, "lab-dev", {part: part for part in parts if part})


@pytest.fixture(name="watched")
def _watched():
    """
    Goes through an update of the recorded app.
    """

    def watched(events, look=look_at, deadline=300):
        lines = []
        watch = Watch(look=look, deadline_seconds=deadline, clock=Clock())
        return roll_out(events(), watch, lines.append), lines

    return watched


class TestProgress:
    def test_words(self, watched):
        """
        What happens is told by part: images, workloads, jobs; what nobody
        asks about is not.
        """
        _, lines = watched(
            Events(
                begins("api", "Image", "create"),
                ends("api", "Image", "create", push=True),
                begins("web", "Image", "update"),
                ends("web", "Image", "update"),
                begins("okjob", "Job", "create", name="okjob-abc"),
                ends("okjob", "Job", "create", name="okjob-abc"),
                begins("fine", "Deployment"),
                begins("fine", "Service"),
                ends("fine", "Service"),
                ends("fine", "Deployment"),
                begins("gone", "Deployment", "delete"),
                ends("gone", "Deployment", "delete"),
                {"diagnosticEvent": {"severity": "info", "message": "hm"}},
                error=SpecError("enough"),
            )
        )

        assert [
            "api: its image is being built",
            "api: its image is built and pushed",
            "web: its image is being built",
            "web: its image is built",
            "okjob: Job is done",
            "fine: Deployment is updated and ready",
            "gone: Deployment is deleted",
        ] == lines

    def test_unchanged(self, watched):
        """
        What stays the same, and what belongs to no part, is not told.
        """
        outside = begins("fine", "Deployment")
        outside["resourcePreEvent"]["metadata"]["new"]["parent"] = ""
        _, lines = watched(
            Events(
                begins("fine", "Deployment", "same"),
                outside,
                error=SpecError("enough"),
            )
        )

        assert [] == lines

    def test_pods(self, watched):
        """
        How many pods are ready is told when it changes.
        """
        bodies = copy.deepcopy(RECORDED)
        (made,) = (
            body
            for body in bodies
            if body["kind"] == "Deployment"
            and body["metadata"]["name"] == "fine"
        )
        made["spec"]["replicas"] = 3
        outcome, lines = watched(
            Events(begins("fine", "Deployment")),
            look=lambda: look_at(bodies),
            deadline=20,
        )

        assert ["fine: 1 of 3 ready"] == lines
        assert ("fine: Deployment fine: is not ready after 20 s.",) == tuple(
            map(str, outcome.diagnoses)
        )


class TestEnd:
    @pytest.mark.parametrize(
        ("part", "kind", "name", "seconds"),
        [
            ("crash", "Deployment", "crash", 30),
            ("migrate", "Job", "migrate-abc", 30),
            ("nosecret", "Deployment", "nosecret", 100),
            ("quota", "Deployment", "quota", 100),
        ],
    )
    def test_hopeless(self, part, kind, name, seconds):
        """
        An update ends by itself and is cancelled when it cannot become
        better: soon if that is sure, later if somebody may help.
        """
        clock = Clock()
        events = Events(begins(part, kind, name=name))
        watch = Watch(look=look_at, deadline_seconds=300, clock=clock)
        outcome = roll_out(events(), watch, lambda _: None)

        assert outcome.cancelled
        assert not outcome.well
        assert [part] == [each.part for each in outcome.diagnoses]
        assert seconds > clock.now
        assert events.closed

    def test_deadline(self, watched):
        """
        A probe may be answered otherwise until the deadline is over.
        """
        outcome, lines = watched(
            Events(begins("ready404", "Deployment")), deadline=100
        )
        (diagnosis,) = outcome.diagnoses

        assert ["ready404: 0 of 1 ready"] == lines
        assert diagnosis.cause.words.endswith("is answered: status 404")

    def test_slow_start(self, watched):
        """
        What a startup probe allows is allowed here too.
        """
        bodies = copy.deepcopy(RECORDED)
        for body in bodies:
            if body["kind"] == "Deployment":
                (container,) = body["spec"]["template"]["spec"]["containers"]
                container["startupProbe"] = {
                    "periodSeconds": 10,
                    "failureThreshold": 50,
                }
        outcome, _ = watched(
            Events(begins("ready404", "Deployment"), *[{}] * 30),
            look=lambda: look_at(bodies),
            deadline=20,
        )

        assert not outcome.well
        assert Clock.latest > 500

    def test_long_job(self, watched):
        """
        A job has a deadline of its own.
        """
        bodies = copy.deepcopy(RECORDED)
        for body in bodies:
            if body["metadata"]["name"] == "okjob-abc":
                body["status"] = {}
        outcome, _ = watched(
            Events(begins("okjob", "Job", name="okjob-abc")),
            look=lambda: look_at(bodies),
            deadline=20,
        )

        assert outcome.well

    def test_others(self, watched):
        """
        Parts that the update does not touch are no reason to end it.
        """
        outcome, _ = watched(Events(begins("fine", "Deployment")))

        assert outcome.well

    def test_done(self, watched):
        """
        What is done is not waited for any more.
        """
        outcome, _ = watched(
            Events(begins("crash", "Deployment"), ends("crash", "Deployment"))
        )

        assert outcome.well

    def test_failed(self, watched):
        """
        When Pulumi gives up by itself, the cluster is asked why; its own
        words are kept.
        """
        outcome, _ = watched(
            Events(
                begins("nosecret", "Deployment"),
                fails("nosecret", "Deployment"),
                error=SpecError("1 error", ["timed out"]),
            )
        )

        assert ("timed out",) == outcome.problems
        assert ["nosecret"] == [each.part for each in outcome.diagnoses]
        assert not outcome.cancelled

    def test_failed_elsewhere(self, watched):
        """
        A failure that is about no part has no diagnosis.
        """
        outcome, _ = watched(Events(error=SpecError("no such key")))

        assert ("no such key",) == outcome.problems
        assert () == outcome.diagnoses

    def test_cluster_away(self, watched):
        """
        While the cluster does not answer, the update goes on.
        """

        def away():
            msg = "kubectl get failed"
            raise SpecError(msg)

        update = [begins("crash", "Deployment"), *[{}] * 9]
        outcome, lines = watched(
            Events(*update, error=SpecError("timed out")), look=away
        )

        assert [] == lines
        assert ("timed out",) == outcome.problems
        assert () == outcome.diagnoses


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
        name = "lab_with_rollouts"
        (tmp_path / f"{name}.py").write_text(PROJECT)
        (tmp_path / "pyproject.toml").write_text(
            f'[tool.mizzen]\napps = ["{name}:app"]\nenvironments = "{name}"\n'
        )
        (tmp_path / "crash").mkdir()
        (tmp_path / "crash" / "Dockerfile").write_text("FROM a/b:1\n")
        (tmp_path / "Pulumi.yaml").write_text("name: lab\nruntime: python\n")
        recorded = Path(__file__).parent / "recorded" / "troubles.jsonl"
        for program, text in (("pulumi", PULUMI), ("kubectl", KUBECTL)):
            path = tmp_path / program
            path.write_text(
                text.format(
                    python=sys.executable,
                    folder=str(tmp_path),
                    recorded=str(recorded),
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
        ):
            (tmp_path / "Pulumi.dev.yaml").write_text(
                "config:\n  lab:environment: dev\n  lab:context: kind-lab\n"
                f"{versions}"
            )
            (tmp_path / "outputs").write_text(outputs)
            (tmp_path / "state").write_text('{"deployment": {}}')
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
        program = Path("lab_with_rollouts.py")
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
        Beside a job that has failed, nothing runs meanwhile.
        """
        job = begins("crash", "Job", "create", name="migrate-abc")
        program = Path("lab_with_rollouts.py")
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
            "To go back: "
        ) in done.stdout

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
