"""
Runs of jobs, by a kubectl that answers from files.
"""

import json
import os
import stat
import sys

import pytest

from click.testing import CliRunner

from mizzen import CronJob, Image, SpecError, runs
from mizzen.cli import main


# Each call takes the next of the answers to its first words.
KUBECTL = """\
#!{python}
import json, pathlib, sys
folder = pathlib.Path({folder!r})
words = sys.argv[5:]
with (folder / "calls").open("a") as calls:
    given = sys.stdin.read() if words[0] == "create" else ""
    calls.write(json.dumps([sys.argv[1:5], words, given]) + "\\n")
path = folder / "answers.json"
answers = json.loads(path.read_text())
left = answers[" ".join(words[:2])]
code, text = left.pop(0) if len(left) > 1 else left[0]
path.write_text(json.dumps(answers))
print(text, file=sys.stderr if code else sys.stdout)
sys.exit(code)
"""


def items(*found):
    """
    The answer with a list of objects.
    """
    return [0, json.dumps({"items": found})]


def pod(**state):
    """
    A pod of a run in some state.
    """
    return {
        "metadata": {"name": "run-1-x", "creationTimestamp": "1"},
        "status": {"containerStatuses": [{"state": state}]},
    }


def job(*conditions, failed=0):
    """
    A job in the cluster.
    """
    return {
        "metadata": {"name": "run-1", "creationTimestamp": "1"},
        "status": {
            "failed": failed,
            "conditions": [{"status": "True", "type": c} for c in conditions],
        },
    }


@pytest.fixture(name="deployed")
def _deployed(shop, desired):
    """
    The Job of the shop as Kubernetes keeps it.
    """
    (body,) = (m.body for m in desired(shop).of("migrate") if m.kind == "Job")
    labels = body["spec"]["template"]["metadata"]["labels"]
    labels["batch.kubernetes.io/job-name"] = body["metadata"]["name"]
    labels["controller-uid"] = "8f2c"
    body["metadata"]["creationTimestamp"] = "2"

    return body


@pytest.fixture(name="kubectl")
def _kubectl(tmp_path, monkeypatch):
    """
    A cluster that gives the answers.
    """
    program = tmp_path / "kubectl"
    program.write_text(
        KUBECTL.format(python=sys.executable, folder=str(tmp_path))
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    def kubectl(**answers):
        found = {
            key.replace("_", " "): value for key, value in answers.items()
        }
        (tmp_path / "answers.json").write_text(json.dumps(found))
        return runs.Kubectl(context="c", namespace="n", pause_seconds=0)

    return kubectl


@pytest.fixture(name="run")
def _run(kubectl, deployed):
    """
    Runs the shop's job, whose pods are in one state after the other.
    """

    def run(pods, *jobs, args=()):
        answers = kubectl(
            get_job=[items({**deployed}), *([0, json.dumps(j)] for j in jobs)],
            get_pods=[items(*found) for found in pods],
            create_=[[0, json.dumps(job())]],
            logs_=[[0, "said"]],
            **{
                "create_-f": [[0, json.dumps(job())]],
                "logs_--follow": [[0, "said"]],
            },
        )
        return runs.run(answers, "migrate", "Job", "shop-dev", args)

    return run


@pytest.fixture(name="calls")
def _calls(tmp_path):
    """
    What kubectl was asked.
    """

    def calls():
        lines = (tmp_path / "calls").read_text().splitlines()
        return [json.loads(line) for line in lines]

    return calls


class TestOneOff:
    def test_job(self, deployed):
        """
        A run is what is deployed, under a name of its own, once, and gone a
        day after its end; Kubernetes' own marks are left out.
        """
        metadata = deployed["spec"]["template"]["metadata"]
        quiet = {"sidecar.istio.io/inject": "false"}
        metadata["annotations"] = {**quiet, "batch.kubernetes.io/any": "1"}
        made = runs.one_off(deployed, ())
        before = deployed["spec"]["template"]
        labels = dict(before["metadata"]["labels"])
        del labels["batch.kubernetes.io/job-name"], labels["controller-uid"]

        assert {
            "generateName": "migrate-run-",
            "namespace": "shop-dev",
            "labels": {**labels, "app.kubernetes.io/component": "run"},
        } == made["metadata"]
        assert {
            "activeDeadlineSeconds": 600,
            "backoffLimit": 0,
            "ttlSecondsAfterFinished": 86400,
            "template": {
                "metadata": {"labels": labels, "annotations": quiet},
                "spec": before["spec"],
            },
        } == made["spec"]

    def test_cron_job(self, desired):
        """
        Of a CronJob, what it starts is run; arguments replace its own.
        """
        part = CronJob("tidy", image=Image("a/b:1"), schedule="@daily")
        made = runs.one_off(
            desired(part).get("CronJob", "tidy"), ("--all", "now")
        )
        (container,) = made["spec"]["template"]["spec"]["containers"]

        assert "Job" == made["kind"]
        assert ["--all", "now"] == container["args"]


class TestRun:
    def test_exit_code(self, run, calls, capfd):
        """
        What the pod says is shown, and its exit code returned.
        """
        pods = [
            [],
            [pod(waiting={"reason": "ContainerCreating"})],
            [pod(running={})],
            [pod(running={})],
            [pod(terminated={"exitCode": 3})],
        ]

        assert 3 == run(pods, job(), args=("--check",))
        assert "said\n" == capfd.readouterr().out
        where, words, given = next(c for c in calls() if c[1][0] == "create")
        (container,) = json.loads(given)["spec"]["template"]["spec"][
            "containers"
        ]
        assert ["--context", "c", "--namespace", "n"] == where
        assert ["create", "-f", "-", "-o", "json"] == words
        assert ["--check"] == container["args"]

    @pytest.mark.parametrize(
        "pods", [[[]], [[pod(running={})], []]], ids=["before", "after"]
    )
    def test_no_pod(self, run, pods):
        """
        A job that ends without a pod, as at its deadline, has failed.
        """
        assert runs.FAILED == run(pods, job("Failed"))

    @pytest.mark.parametrize(
        ("waiting", "said"),
        [
            (
                {"reason": "ErrImagePull", "message": "no such tag"},
                "no such tag",
            ),
            ({"reason": "InvalidImageName"}, "InvalidImageName"),
        ],
    )
    def test_hopeless(self, run, waiting, said):
        """
        What cannot start is not waited for.
        """
        with pytest.raises(SpecError) as ei:
            run([[pod(waiting=waiting)]], job())

        assert f"Job 'run-1' cannot start: {said}" == str(ei.value)

    def test_passing(self, run, capfd):
        """
        A registry that does not answer may do so a moment later.
        """
        away = {
            "reason": "ErrImagePull",
            "message": "429 Too Many Requests",
        }
        pods = [
            [pod(waiting=away)],
            [pod(waiting=away)],
            [pod(terminated={"exitCode": 4})],
        ]

        assert 4 == run(pods, job())
        assert "said\n" == capfd.readouterr().out

    def test_lasting(self, run, monkeypatch):
        """
        It is not waited for without end.
        """
        clock = iter(range(1, 1000, 40))
        monkeypatch.setattr("mizzen.runs.time.monotonic", lambda: next(clock))
        away = {"reason": "ImagePullBackOff"}
        with pytest.raises(SpecError, match="cannot start: ImagePullBackOff"):
            run([[pod(waiting=away)]], job())

    def test_removed(self, run, calls, monkeypatch):
        """
        A job that nobody waits for any more goes, as at Ctrl-C.
        """

        def stopped(*_):
            raise KeyboardInterrupt

        monkeypatch.setattr("mizzen.runs.Kubectl.show_logs", stopped)
        with pytest.raises(KeyboardInterrupt):
            run([[pod(running={})]], job())

        assert ["delete", "job", "run-1", "--wait=false"] == calls()[-1][1]

    def test_not_deployed(self, kubectl):
        """
        What was never deployed cannot be run.
        """
        with pytest.raises(SpecError) as ei:
            runs.run(
                kubectl(get_job=[items()]), "migrate", "Job", "shop-dev", ()
            )

        assert (
            "Job 'migrate' is not deployed in namespace 'n' of context 'c'. "
            "Deploy the stack first."
        ) == str(ei.value)

    def test_refused(self, kubectl):
        """
        What kubectl says against it is passed on.
        """
        with pytest.raises(SpecError) as ei:
            kubectl(get_jobs=[[1, "no context"]]).get("jobs", labels={})

        assert "kubectl get failed: no context" == str(ei.value)

    def test_no_kubectl(self, monkeypatch, tmp_path):
        """
        Without kubectl, its absence is the message.
        """
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(SpecError) as ei:
            runs.Kubectl(context="c", namespace="n").ask("get", "jobs")

        assert ("kubectl is not there. Install it and put it on PATH.") == str(
            ei.value
        )


class TestCommand:
    @pytest.fixture(name="command")
    def _command(self, root, monkeypatch):
        """
        The command in the example app's project.
        """
        monkeypatch.chdir(root)

        def command(*args):
            return CliRunner().invoke(main, ["run", *args])

        return command

    def test_runs(self, command, kubectl, deployed, calls):
        """
        The job of the stack runs in the cluster of the stack, with other
        arguments if there are some.
        """
        kubectl(
            get_job=[items(deployed)],
            get_pods=[items(pod(terminated={"exitCode": 4}))],
            **{
                "create_-f": [[0, json.dumps(job())]],
                "logs_--follow": [[0, "said"]],
            },
        )
        result = command("migrate", "--stack", "prod", "--", "--check")
        where, words, _ = calls()[0]

        assert 4 == result.exit_code
        assert ["--context", "prod", "--namespace", "multi-prod"] == where
        assert (
            "app.kubernetes.io/name=migrate,"
            "app.kubernetes.io/instance=multi-prod,"
            "app.kubernetes.io/component=job"
        ) == words[3]

    @pytest.mark.parametrize(
        ("args", "text"),
        [
            (
                ["api", "--stack", "prod"],
                "Job 'api' is unknown; choose one of: 'migrate'.",
            ),
            (
                ["migrate", "--stack", "dev"],
                (
                    "Stack 'dev' names no context. Name the cluster, like "
                    "--context kind-dev."
                ),
            ),
            (
                ["migrate", "--stack", "prod", "--context", "other"],
                (
                    "Stack 'prod' goes to context 'prod', but --context names "
                    "'other'."
                ),
            ),
        ],
    )
    def test_refused(self, command, args, text):
        """
        Jobs and clusters are those that the project and the user name.
        """
        result = command(*args)

        assert 2 == result.exit_code
        assert text in result.output
