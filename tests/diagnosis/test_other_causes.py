"""
Why parts do not become ready: what no recorded object shows.
"""

import copy

import pytest

from tests.troubles import LABEL

from .support import HOPELESS, PASSING, STUCK, about, only


PULLS = {
    'failed to resolve reference "h/a:1": h/a:1: not found': (
        "its registry has no such image (not found)",
        HOPELESS,
    ),
    "pull access denied, repository does not exist": (
        "its registry refuses the node, which needs the stack's pullSecrets",
        HOPELESS,
    ),
    "dial tcp 10.0.0.1:443: connect: connection refused": (
        "its registry does not answer (connection refused)",
        STUCK,
    ),
    "tls: failed to verify certificate: x509: unknown authority": (
        "the node does not trust its registry (unknown authority)",
        HOPELESS,
    ),
    "no match for platform in manifest: not found": (
        "its registry has no such image (not found)",
        HOPELESS,
    ),
    "something new": ("something new", HOPELESS),
    "": ("ErrImagePull", STUCK),
}


class TestOtherCauses:
    """
    What no recorded object shows.
    """

    @pytest.mark.parametrize("message", PULLS)
    def test_pull(self, message, bodies):
        """
        Reasons why an image cannot be pulled are told in words.
        """
        pod = about(bodies, "Pod", "notag")
        waiting = {"reason": "ErrImagePull", "message": message}
        pod["status"]["containerStatuses"][0]["state"] = {"waiting": waiting}
        (found,) = only(bodies, "notag")
        words, patience = PULLS[message]

        assert f"cannot pull image 'python:nosuch': {words}" == (
            found.cause.words
        )
        assert patience == found.cause.patience_seconds

    def test_create_error(self, bodies):
        """
        A container that the node refuses to make is told with the reason.
        """
        pod = about(bodies, "Pod", "nosecret")
        waiting = {"reason": "CreateContainerError", "message": "no space"}
        pod["status"]["containerStatuses"][0]["state"] = {"waiting": waiting}
        (found,) = only(bodies, "nosecret")

        assert (
            "container 'nosecret' could not be started: no space"
        ) == found.cause.words

    def test_killed(self, bodies):
        """
        A container that was killed, and not for its memory, says so.
        """
        pod = about(bodies, "Pod", "crash")
        status = pod["status"]["containerStatuses"][0]
        status["lastState"]["terminated"]["exitCode"] = 137
        (found,) = only(bodies, "crash")

        assert (
            "container 'crash' ended with exit code 137 (it was killed), 3 "
            "times"
        ) == found.cause.words

    def test_first_end(self, bodies):
        """
        One end alone may pass: what it needs may not be there yet.
        """
        pod = about(bodies, "Pod", "crash")
        status = pod["status"]["containerStatuses"][0]
        status["state"] = status["lastState"]
        status["restartCount"] = 0
        (found,) = only(bodies, "crash")

        assert "container 'crash' ended with exit code 3" == found.cause.words
        assert PASSING == found.cause.patience_seconds

    def test_evicted(self, bodies):
        """
        A pod that its node has put out says why.
        """
        pod = about(bodies, "Pod", "refused")
        pod["status"] = {
            "phase": "Failed",
            "reason": "Evicted",
            "message": "The node was low on resource: memory.",
        }
        (found,) = only(bodies, "refused")

        assert (
            "was evicted: The node was low on resource: memory"
        ) == found.cause.words

    @pytest.mark.parametrize(
        ("reason", "words"),
        [
            ("FailedCreatePodSandBox", "gets no network: no address is left"),
            ("FailedAttachVolume", "cannot mount no address is left"),
            ("Pulling", "is being started"),
        ],
    )
    def test_waiting_pod(self, reason, words, bodies):
        """
        A pod that waits for network or disk says so; one that pulls its
        image starts.
        """
        for body in bodies:
            if body.get("reason") == "FailedMount":
                body.update(reason=reason, message="no address is left")
        (found,) = only(bodies, "novolume")

        assert words == found.cause.words

    def test_sidecars(self, bodies):
        """
        A pod whose containers all are ready, and which itself is not yet, is
        being started.
        """
        pod = about(bodies, "Pod", "refused")
        pod["status"]["containerStatuses"][0]["ready"] = True
        (found,) = only(bodies, "refused")

        assert "is being started" == found.cause.words

    def test_waiting_for_init(self, bodies):
        """
        Where init containers run, containers wait for them.
        """
        pod = about(bodies, "Pod", "init")
        status = pod["status"]
        status["initContainerStatuses"][0]["state"] = {
            "terminated": {"exitCode": 0}
        }
        (found,) = only(bodies, "init")

        assert "is being started" == found.cause.words

    @pytest.mark.parametrize(
        ("probe", "words"),
        [
            ({"tcpSocket": {"port": "http"}}, " of port http"),
            ({"grpc": {"port": 9000}}, " of port 9000"),
            ({"periodSeconds": 2}, ""),
        ],
    )
    def test_other_probes(self, probe, words, bodies):
        """
        Each kind of probe says what it asks.
        """
        pod = about(bodies, "Pod", "refused")
        pod["spec"]["containers"][0]["readinessProbe"] = probe
        (found,) = only(bodies, "refused")

        assert (
            f"runs, but its readiness probe{words} is answered: connection "
            "refused"
        ) == found.cause.words

    def test_no_probe_yet(self, bodies):
        """
        A container that runs and was not asked yet is about to be ready.
        """
        events = [b for b in bodies if b.get("reason") == "Unhealthy"]
        rest = [body for body in bodies if body not in events]
        (found,) = only(rest, "refused")

        assert "runs, and is not ready yet" == found.cause.words
        assert "slow" == found.cause.id

    def test_scale_up(self, bodies):
        """
        Where a node is on its way, waiting helps.
        """
        pod = about(bodies, "Pod", "big")
        event = {
            "kind": "Event",
            "metadata": {"creationTimestamp": "2026-11-23T20:29:00Z"},
            "reason": "TriggeredScaleUp",
            "message": "pod triggered scale-up",
            "involvedObject": {
                "kind": "Pod",
                "name": pod["metadata"]["name"],
            },
        }
        (found,) = only([*bodies, event], "big")

        assert found.cause.words.endswith("; a new node is on its way")
        assert PASSING == found.cause.patience_seconds

    def test_unseen_nodes(self, bodies):
        """
        Without a right to see nodes, it is said what the pod asks for.
        """
        rest = [body for body in bodies if body["kind"] != "Node"]
        (found,) = only(rest, "big")

        assert found.cause.words.endswith(
            "; cpu: asked for 200; memory: asked for 900.0Gi"
        )

    def test_little_memory(self, bodies):
        """
        Less than a gibibyte is written as it is; what a node has not at all
        is said.
        """
        pod = about(bodies, "Pod", "big")
        (container,) = pod["spec"]["containers"]
        container["resources"] = {"requests": {"memory": "64Mi"}}
        node = next(body for body in bodies if body["kind"] == "Node")
        node["status"]["allocatable"] = {"cpu": "2"}
        (found,) = only(bodies, "big")

        assert found.cause.words.endswith(
            "memory: asked for 64Mi, node node none"
        )

    def test_strange_requests(self, bodies):
        """
        Where it cannot be told what a pod asks for, the rest is said.
        """
        pod = about(bodies, "Pod", "big")
        pod["spec"]["containers"] = None
        (found,) = only(bodies, "big")

        assert found.cause.words.endswith("1 Insufficient memory")

    def test_bound_claims(self, bodies):
        """
        Of several claims, those are named that are not bound.
        """
        pod = about(bodies, "Pod", "unbound")
        pod["spec"]["volumes"].append({"name": "files", "emptyDir": {}})
        (found,) = only(bodies, "unbound")

        assert 1 == found.cause.words.count("; claim ")

    def test_refused_pods_of_stores(self, bodies):
        """
        A StatefulSet tells by events alone that it may not make pods; once
        it could, that is over.
        """
        store = about(bodies, "StatefulSet", "db")
        rest = [b for b in bodies if b is not about(bodies, "Pod", "db")]
        event = {
            "kind": "Event",
            "metadata": {"creationTimestamp": "2026-11-23T20:29:00Z"},
            "reason": "FailedCreate",
            "message": "create Pod db-0 in StatefulSet db failed error: pods "
            '"db-0" is forbidden: exceeded quota: small',
            "involvedObject": {
                "kind": "StatefulSet",
                "name": store["metadata"]["name"],
            },
        }
        (found,) = only([*rest, event], "db")

        assert "may not make pods: exceeded quota: small" == found.cause.words
        assert "quota" == found.cause.id
        assert [] == only(rest, "db")

    def test_job_without_pod(self, bodies):
        """
        A job whose pods are gone says what Kubernetes says.
        """
        pods = [
            body
            for body in bodies
            if body["kind"] == "Pod"
            and body["metadata"]["labels"][LABEL] == "migrate"
        ]
        rest = [body for body in bodies if body not in pods]
        (found,) = only(rest, "migrate")

        assert (
            "has failed: Job has reached the specified backoff limit"
        ) == found.cause.words

    def test_several_pods(self, bodies):
        """
        What several pods have in common is said once.
        """
        pod = about(bodies, "Pod", "nosecret")
        other = copy.deepcopy(pod)
        other["metadata"]["name"] = "other"
        (found,) = only([*bodies, other], "nosecret")

        assert 2 == len(found.pods)
        assert "pod nosecret-554767954c-ffl5w and 1 more" == found.subject
