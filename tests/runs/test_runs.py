"""
Runs of jobs: what is made for them, and how they end.
"""

import json

import pytest

from mizzen import CronJob, Image, SpecError, runs

from .support import NOW, event, job, pod


REMOVED = ["delete", "job", "run-1", "--wait=false", "--ignore-not-found"]
FETCHING = {"waiting": {"reason": "PodInitializing"}}


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
