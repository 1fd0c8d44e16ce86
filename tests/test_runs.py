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
from mizzen.kubectl import Kubectl


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


def pod(init=None, status=None, **state):
    """
    A pod of a run in some state, and its init container.
    """
    container = {"name": "migrate", "image": "acme/api:v5"}
    first = {"name": "fetch", "image": "acme/fetch:v1"}
    return {
        "kind": "Pod",
        "metadata": {"name": "run-1-x", "creationTimestamp": "1"},
        "spec": {"containers": [container], "initContainers": [first]},
        "status": {
            "containerStatuses": [
                # Nodes sort them by name.
                {"name": "beside", "state": {"running": NOW}, "ready": True},
                {"name": "migrate", "state": state},
            ],
            "initContainerStatuses": [{"name": "fetch", "state": init}]
            if init
            else [],
            **(status or {}),
        },
    }


def job(*conditions, **said):
    """
    A job in the cluster.
    """
    return {
        "kind": "Job",
        "metadata": {"name": "run-1", "creationTimestamp": "1"},
        "spec": {"activeDeadlineSeconds": 600},
        "status": {
            "conditions": [
                {"status": "True", "type": each, **said} for each in conditions
            ],
        },
    }


def event(kind, name, reason, message):
    """
    What happened to an object.
    """
    return {
        "kind": "Event",
        "involvedObject": {"kind": kind, "name": name},
        "reason": reason,
        "message": message,
    }


def at(second, text):
    """
    A line of a log.
    """
    return f"2026-11-30T10:00:{second}Z {text}"


REMOVED = ["delete", "job", "run-1", "--wait=false", "--ignore-not-found"]
NOW = {"startedAt": "2026-11-30T10:00:00Z"}
AWAY = [1, "The connection to the server 10.0.0.1:6443 was refused"]
LOST = [1, "error: unexpected EOF"]
FETCHING = {"waiting": {"reason": "PodInitializing"}}


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
        return Kubectl(context="c", namespace="n", pause_seconds=0)

    return kubectl


@pytest.fixture(name="run")
def _run(kubectl, deployed):
    """
    Runs the shop's job, whose pods are in one state after the other; an
    answer of kubectl stands for itself.
    """

    def run(pods, *jobs, args=(), events=((),), logs=(), **more):
        answers = kubectl(
            get_job=[
                items({**deployed}),
                *(
                    j if isinstance(j, list) else [0, json.dumps(j)]
                    for j in jobs
                ),
            ],
            get_pods=[
                f if f and isinstance(f[0], int) else items(*f) for f in pods
            ],
            get_events=[
                f if f and isinstance(f[0], int) else items(*f) for f in events
            ],
            **{
                "create_-f": [[0, json.dumps(job())]],
                "logs_run-1-x": list(logs) or [[0, at("01", "said")]],
                "delete_job": [[0, ""]],
                **more,
            },
        )
        return runs.run(answers, "migrate", "Job", "shop-dev", args)

    return run


@pytest.fixture(name="clock")
def _clock(monkeypatch):
    """
    Lets forty seconds go by whenever somebody looks.
    """
    clock = iter(range(1, 1000, 40))
    monkeypatch.setattr("mizzen.runs._clock", lambda: next(clock))


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

    def test_deadline(self, deployed):
        """
        Another deadline may be set, and there may be none.
        """
        spec = runs.one_off(deployed, (), 1800)["spec"]
        del deployed["spec"]["activeDeadlineSeconds"]

        assert 1800 == spec["activeDeadlineSeconds"]
        assert (
            "activeDeadlineSeconds" not in runs.one_off(deployed, ())["spec"]
        )

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
            [pod(running=NOW)],
            [pod(running=NOW)],
            [pod(terminated={"exitCode": 3})],
        ]

        assert 3 == run(pods, job(), args=("--check",))
        shown = capfd.readouterr()
        assert "said\n" == shown.out
        assert (
            "Job 'run-1' has failed: it ended with exit code 3.\n" == shown.err
        )
        where, words, given = next(c for c in calls() if c[1][0] == "create")
        (container,) = json.loads(given)["spec"]["template"]["spec"][
            "containers"
        ]
        assert ["--context", "c", "--namespace", "n"] == where
        assert ["create", "-f", "-", "-o", "json"] == words
        assert ["--check"] == container["args"]

    def test_complete(self, run, calls):
        """
        A job that is complete has succeeded, though its pod is gone; it goes.
        """
        assert 0 == run([[]], job("Complete"))
        assert REMOVED == calls()[-1][1]

    def test_kept(self, run, capfd):
        """
        What could not be removed at its end has succeeded all the same.
        """
        ended = [[pod(terminated={"exitCode": 0})]]

        assert 0 == run(ended, job(), delete_job=[[1, "forbidden"]])
        assert (
            "Job 'run-1' is left as it is: kubectl delete failed: forbidden\n"
        ) == capfd.readouterr().err

    @pytest.mark.parametrize(
        "pods", [[[]], [[pod(running=NOW)], []]], ids=["before", "after"]
    )
    def test_deadline(self, run, pods, capfd):
        """
        A job that ends without a pod, as at its deadline, has failed, and it
        is said why.
        """
        jobs = [job(), job("Failed", reason="DeadlineExceeded")]

        assert runs.FAILED == run(pods, *jobs[len(pods) % 2 :])
        assert (
            "Job 'run-1' took longer than 600 s and was stopped.\n"
        ) == capfd.readouterr().err

    @pytest.mark.parametrize("condition", ["Failed", "FailureTarget"])
    def test_stopped(self, run, condition, capfd):
        """
        Its deadline has stopped it, though it ended well when it was told.
        """
        jobs = [
            job(condition, reason="DeadlineExceeded"),
            job("Failed", reason="DeadlineExceeded"),
        ]

        assert runs.FAILED == run([[pod(terminated={"exitCode": 0})]], *jobs)
        assert "took longer than 600 s" in capfd.readouterr().err

    def test_other_error(self, run, monkeypatch, capfd):
        """
        A job whose run nobody can watch goes on, and it is said how to.
        """

        def broken(*_):
            raise BrokenPipeError

        monkeypatch.setattr("mizzen.runs._Run._show_log", broken)
        with pytest.raises(BrokenPipeError):
            run([[pod(running=NOW)]], job())

        assert (
            "Job 'run-1' is left as it is. Follow it by: kubectl --context c "
            "--namespace n logs --follow job/run-1\n"
        ) == capfd.readouterr().err

    @pytest.mark.usefixtures("clock")
    def test_again(self, run):
        """
        What stood in its way once, and went, is given its time again.
        """
        limited = {"reason": "ErrImagePull", "message": "429 Too Many"}
        pods = [
            [pod(waiting=limited)],
            [pod(waiting={"reason": "ContainerCreating"})],
            [pod(waiting=limited)],
            [pod(terminated={"exitCode": 0})],
        ]

        assert 0 == run(pods, job())

    def test_init(self, run, calls, capfd):
        """
        Where an init container fails, it is said, with what it said last.
        """
        failed = pod(init={"terminated": {"exitCode": 7}}, **FETCHING)
        jobs = [job("Failed", reason="BackoffLimitExceeded")]

        assert runs.FAILED == run([[failed]], *jobs, logs=[[0, "no route"]])
        shown = capfd.readouterr()
        assert "" == shown.out
        assert (
            "Job 'run-1' has failed: its init container ended with exit code "
            "7, 1 times.\n    | no route\n"
        ).replace(", 1 times", "") == shown.err
        assert "fetch" in calls()[-1][1]

    @pytest.mark.parametrize(
        ("waiting", "said"),
        [
            (
                {"reason": "ErrImagePull", "message": "no such tag"},
                "cannot pull image 'acme/api:v5': no such tag",
            ),
            (
                {
                    "reason": "InvalidImageName",
                    "message": "couldn't parse image name",
                },
                (
                    "cannot pull image 'acme/api:v5': that is no name of an "
                    "image"
                ),
            ),
        ],
    )
    def test_hopeless(self, run, calls, waiting, said):
        """
        What cannot start is not waited for, and goes.
        """
        with pytest.raises(SpecError) as ei:
            run([[pod(waiting=waiting)]], job())

        assert (f"Job 'run-1' cannot start: its pod run-1-x {said}.") == str(
            ei.value
        )
        assert REMOVED == calls()[-1][1]

    def test_hopeless_init(self, run):
        """
        Nor is an init container that cannot be pulled.
        """
        away = {"waiting": {"reason": "ErrImagePull", "message": "not found"}}
        with pytest.raises(SpecError) as ei:
            run([[pod(init=away, **FETCHING)]], job())

        assert (
            "Job 'run-1' cannot start: its pod run-1-x cannot pull image "
            "'acme/fetch:v1': its registry has no such image."
        ) == str(ei.value)

    def test_crashing_init(self, run, capfd):
        """
        What an init container said that fails again and again is shown.
        """
        again = pod(
            status={
                "initContainerStatuses": [
                    {
                        "name": "fetch",
                        "restartCount": 3,
                        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
                        "lastState": {"terminated": {"exitCode": 7}},
                    }
                ]
            },
            **FETCHING,
        )
        with pytest.raises(SpecError) as ei:
            run([[again]], job(), logs=[[0, "no route"]])

        assert (
            "Job 'run-1' cannot start: its pod run-1-x container 'fetch' ended "
            "with exit code 7, 3 times."
        ) == str(ei.value)
        assert "    | no route\n" == capfd.readouterr().err

    @pytest.mark.usefixtures("clock")
    def test_admission(self, run):
        """
        A job that gets no pod does not wait for it without end.
        """
        said = 'pods "run-1-x" is forbidden: exceeded quota: small'
        with pytest.raises(SpecError) as ei:
            run(
                [[]],
                job(),
                events=[[event("Job", "run-1", "FailedCreate", said)]],
            )

        assert (
            "Job 'run-1' cannot start: it may not make pods: exceeded quota: "
            "small."
        ) == str(ei.value)

    @pytest.mark.usefixtures("clock")
    def test_full(self, run, capfd):
        """
        A cluster that is full gets room again; it is said once.
        """
        pods = [
            *[[pod(status={"containerStatuses": []})]] * 4,
            [pod(terminated={"exitCode": 0})],
        ]
        for each in pods[:4]:
            each[0]["status"]["conditions"] = [
                {
                    "type": "PodScheduled",
                    "status": "False",
                    "reason": "Unschedulable",
                    "message": "0/1 nodes are available: 1 Too many pods.",
                }
            ]

        assert 0 == run(pods, job())
        assert (
            "Job 'run-1' waits: its pod run-1-x fits on no node: 0/1 nodes are "
            "available: 1 Too many pods.\n"
        ) == capfd.readouterr().err

    def test_beside(self, run, calls):
        """
        What has started is not removed because a container beside it fails.
        """
        crashing = {
            "name": "fetch",
            "restartCount": 9,
            "state": {"waiting": {"reason": "CrashLoopBackOff"}},
            "lastState": {"terminated": {"exitCode": 7}},
        }
        beside = {"initContainerStatuses": [crashing]}
        pods = [
            [pod(status=beside, running=NOW)],
            [pod(terminated={"exitCode": 4})],
        ]

        assert 4 == run(pods, job())
        assert not [c for c in calls() if c[1][0] == "delete"]

    def test_unseen_events(self, run):
        """
        Who may not see events waits without them.
        """
        pods = [[], [pod(terminated={"exitCode": 4})]]

        assert 4 == run(pods, job(), events=[[1, "events is forbidden"]])

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

    @pytest.mark.usefixtures("clock")
    def test_lasting(self, run):
        """
        It is not waited for without end.
        """
        away = {"reason": "ImagePullBackOff"}
        with pytest.raises(SpecError, match="cannot pull image 'acme/api:v5'"):
            run([[pod(waiting=away)]], job())

    def test_removed(self, run, calls, monkeypatch):
        """
        A job goes at Ctrl-C.
        """

        def stopped(*_):
            raise KeyboardInterrupt

        monkeypatch.setattr("mizzen.runs.Kubectl.show_log", stopped)
        with pytest.raises(KeyboardInterrupt):
            run([[pod(running=NOW)]], job())

        assert REMOVED == calls()[-1][1]


class TestLostContact:
    @pytest.mark.parametrize(
        "said",
        [
            AWAY[1],
            "Unable to connect: net/http: TLS handshake timeout",
            "error: unexpected EOF",
        ],
    )
    def test_tolerated(self, run, calls, said):
        """
        A cluster that does not answer for a moment loses no job.
        """
        away = [1, said]
        pods = [[pod(running=NOW)], away, [pod(terminated={"exitCode": 4})]]

        assert 4 == run(pods, job(), away, job())
        assert not [c for c in calls() if c[1][0] == "delete"]

    @pytest.mark.parametrize("away", [AWAY, [1, "pods is forbidden"]])
    def test_lasting(self, run, calls, monkeypatch, away):
        """
        A job that cannot be followed any more goes on, and it is said how to
        follow it.
        """
        monkeypatch.setattr("mizzen.runs._PATIENCE_SECONDS", 0.01)
        with pytest.raises(SpecError) as ei:
            run([[pod(running=NOW)], away], job())

        assert (
            f"kubectl get failed: {away[1]}\nJob 'run-1' is left as it is. "
            "Follow it by: kubectl --context c --namespace n logs --follow "
            "job/run-1"
        ) == str(ei.value)
        assert not [c for c in calls() if c[1][0] == "delete"]

    def test_log(self, run, calls, capfd):
        """
        A log that breaks off goes on where it was, without lines that were
        shown before.
        """
        first = "\n".join([at("01.5", "a"), at("02.25", "b")])
        then = "\n".join(
            [
                at("02", "earlier"),
                at("02.25", "b"),
                at("02.25", "b again"),
                at("02.3", "c"),
            ]
        )
        pods = [[pod(running=NOW)], [pod(terminated={"exitCode": 0})]]

        # What kubectl has printed when the connection breaks is kept.
        assert 0 == run(pods, job(), logs=[[0, first], [0, then]])
        assert "a\nb\nb again\nc\n" == capfd.readouterr().out
        again = [c[1] for c in calls() if c[1][0] == "logs"][1]
        assert ["--since-time", "2026-11-30T10:00:02.25Z"] == again[-2:]

    def test_broken_log(self, run, capfd):
        """
        A log that cannot be had for a moment is asked for again.
        """
        ended = [[pod(terminated={"exitCode": 0})]]

        assert 0 == run(ended, job(), logs=[LOST, [0, at("01", "a")]])
        shown = capfd.readouterr()
        assert ("a\n", "") == (shown.out, shown.err)

    def test_no_log(self, run, capfd):
        """
        Where it cannot be had at all, that is said once.
        """
        pods = [
            [pod(running=NOW)],
            [pod(running=NOW)],
            [pod(terminated={"exitCode": 0})],
        ]

        assert 0 == run(pods, job(), logs=[[1, "pods/log is forbidden"]])
        assert (
            "Its log is out of reach: pods/log is forbidden\n"
        ) == capfd.readouterr().err

    def test_broken_off(self, run, monkeypatch, capfd):
        """
        Where a log has broken off, nothing is said of it while it runs.
        """
        pods = [[pod(running=NOW)], [pod(terminated={"exitCode": 0})]]
        monkeypatch.setattr("mizzen.runs._PATIENCE_SECONDS", 0)

        assert 0 == run(pods, job(), logs=[LOST, [0, at("01", "a")]])
        shown = capfd.readouterr()
        assert ("a\n", "") == (shown.out, shown.err)

    def test_same_microsecond(self, run, capfd):
        """
        Lines of one microsecond are shown once, in their order.
        """
        lines = "\n".join([at("02.000000100", "a"), at("02.000000900", "b")])
        pods = [[pod(running=NOW)], [pod(terminated={"exitCode": 0})]]

        assert 0 == run(pods, job(), logs=[[0, lines], [0, lines]])
        assert "a\nb\n" == capfd.readouterr().out

    def test_words_of_the_node(self, run, capfd):
        """
        What stands in place of a log is shown.
        """
        ended = [[pod(terminated={"exitCode": 0})]]

        assert 0 == run(ended, job(), logs=[[0, "unable to retrieve logs"]])
        assert "unable to retrieve logs\n" == capfd.readouterr().out


class TestKubectl:
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
            Kubectl(context="c", namespace="n").ask("get", "jobs")

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
            get_events=[items()],
            **{
                "create_-f": [[0, json.dumps(job())]],
                "logs_run-1-x": [[0, at("01", "said")]],
            },
        )
        result = command(
            *(
                "migrate",
                "--stack",
                "prod",
                "--deadline",
                "2h",
                "--",
                "--check",
            )
        )
        where, words, _ = calls()[0]
        made = json.loads(calls()[1][2])

        assert 7200 == made["spec"]["activeDeadlineSeconds"]

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
                ["migrate", "--stack", "prod", "--deadline", "soon"],
                "'soon' is no duration; write it like 90s, 30m or 2h.",
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
