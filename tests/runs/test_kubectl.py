"""
Runs whose kubectl refuses, is missing or loses contact.
"""

import pytest

from mizzen import SpecError, runs
from mizzen.kubectl import Kubectl

from .support import NOW, at, items, job, pod


AWAY = [1, "The connection to the server 10.0.0.1:6443 was refused"]
LOST = [1, "error: unexpected EOF"]


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
