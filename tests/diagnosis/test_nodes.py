"""
Why parts do not become ready: what nodes, disks and processors do.
"""

import copy

import pytest

from .support import HOPELESS, PASSING, STUCK, about, only


def event(pod, reason, message):
    """
    What happened to a pod.
    """
    return {
        "kind": "Event",
        "metadata": {"creationTimestamp": "2026-11-23T20:29:00Z"},
        "reason": reason,
        "message": message,
        "involvedObject": {"kind": "Pod", "name": pod["metadata"]["name"]},
    }


def on_node(bodies, pod, **ready):
    """
    Put a pod on a node, whose readiness this is.
    """
    pod["spec"]["nodeName"] = "lost"
    bodies.append(
        {
            "kind": "Node",
            "metadata": {"name": "lost"},
            "status": {
                "allocatable": {"cpu": "2"},
                "conditions": [{"type": "Ready", **ready}],
            },
        }
    )


class TestNode:
    """
    The node that a pod is on.
    """

    @pytest.mark.parametrize(
        ("message", "more"),
        [
            (
                "Kubelet stopped posting node status.",
                ": Kubelet stopped posting node status",
            ),
            ("", ""),
        ],
    )
    def test_not_ready(self, bodies, message, more):
        """
        Pods of a node that does not answer are not ready, although their
        containers all are.
        """
        pod = about(bodies, "Pod", "refused")
        pod["status"]["containerStatuses"][0]["ready"] = True
        on_node(bodies, pod, status="Unknown", message=message)
        (found,) = only(bodies, "refused")

        assert found.cause.words == (
            f"is on node lost, which is not ready{more}"
        )
        assert ("node", STUCK) == (
            found.cause.id,
            found.cause.patience_seconds,
        )

    @pytest.mark.parametrize(("part", "number"), [("db", 1), ("refused", 0)])
    def test_leaving(self, bodies, part, number):
        """
        A pod that leaves such a node keeps a StatefulSet from making
        another one, and nobody else.
        """
        pod = about(bodies, "Pod", part)
        pod["metadata"]["deletionTimestamp"] = "2026-11-23T20:30:00Z"
        on_node(bodies, pod, status="False", message="no network")

        assert number == len(only(bodies, part))

    def test_leaving_well(self, bodies):
        """
        A pod that leaves a node that answers is about to go.
        """
        pod = about(bodies, "Pod", "db")
        pod["metadata"]["deletionTimestamp"] = "2026-11-23T20:30:00Z"
        on_node(bodies, pod, status="True", message="kubelet is posting")

        assert [] == only(bodies, "db")

    @pytest.mark.parametrize(
        ("message", "words"),
        [
            (
                (
                    "Pod was rejected: Node didn't have enough resource: cpu, "
                    "requested: 500, used: 1900, capacity: 2000"
                ),
                (
                    "Pod was rejected: Node didn't have enough resource: cpu, "
                    "requested: 500, used: 1900, capacity: 2000"
                ),
            ),
            ("", "OutOfcpu"),
        ],
    )
    def test_given_up(self, bodies, message, words):
        """
        A pod that its node has not taken says why.
        """
        pod = about(bodies, "Pod", "refused")
        pod["status"] = {
            "phase": "Failed",
            "reason": "OutOfcpu",
            "message": message,
        }
        (found,) = only(bodies, "refused")

        assert f"was given up by its node: {words}" == found.cause.words

    def test_failed(self, bodies):
        """
        A pod that has failed by itself is told by its container.
        """
        pod = about(bodies, "Pod", "crash")
        pod["status"]["phase"] = "Failed"
        (found,) = only(bodies, "crash")

        assert "crash" == found.cause.id

    def test_gates(self, bodies):
        """
        What holds a pod back from all nodes is named.
        """
        pod = about(bodies, "Pod", "big")
        pod["spec"]["schedulingGates"] = [{"name": "example.com/quota"}]
        pod["status"]["conditions"] = [
            {
                "type": "PodScheduled",
                "status": "False",
                "reason": "SchedulingGated",
                "message": "Scheduling is blocked due to non-empty "
                "scheduling gates",
            }
        ]
        (found,) = only(bodies, "big")

        assert (
            "waits until somebody removes its gates example.com/quota"
        ) == found.cause.words

    def test_taints(self, bodies):
        """
        Taints are told as the scheduler tells them.
        """
        pod = about(bodies, "Pod", "big")
        for condition in pod["status"]["conditions"]:
            condition["message"] = (
                "0/3 nodes are available: 3 node(s) had untolerated taint "
                "{dedicated: gpu}. preemption: 0/3 nodes are available: 3 "
                "Preemption is not helpful for scheduling."
            )
        (found,) = only(bodies, "big")

        assert (
            "fits on no node: 0/3 nodes are available: 3 node(s) had "
            "untolerated taint {dedicated: gpu}"
        ) == found.cause.words


class TestDisk:
    """
    The disks of a pod.
    """

    @pytest.mark.parametrize(
        ("message", "words"),
        [
            (
                (
                    'Multi-Attach error for volume "pvc-1" Volume is already used '
                    "by pod(s) db-0"
                ),
                'volume "pvc-1": Volume is already used by pod(s) db-0',
            ),
            (
                (
                    'AttachVolume.Attach failed for volume "pvc-1" : rpc error: '
                    "code = Internal desc = too many volumes"
                ),
                (
                    'volume "pvc-1": rpc error: code = Internal desc = too many '
                    "volumes"
                ),
            ),
        ],
    )
    def test_attach(self, bodies, message, words):
        """
        A disk that is in use elsewhere, or too many, is named.
        """
        for body in bodies:
            if body.get("reason") == "FailedMount":
                body.update(reason="FailedAttachVolume", message=message)
        (found,) = only(bodies, "novolume")

        assert f"cannot mount {words}" == found.cause.words


class TestProcessor:
    """
    Images for another kind of processor.
    """

    FORMAT = (
        "failed to create containerd task: failed to create shim task: OCI "
        "runtime create failed: runc create failed: unable to start "
        'container process: exec: "/app": exec format error: unknown'
    )
    WORDS = (
        'could not be started: exec: "/app": exec format error: unknown, as '
        "of an image that is built for another kind of processor"
    )

    def test_ended(self, bodies):
        """
        Whose program the node cannot run says that its image is for another
        kind of processor.
        """
        pod = about(bodies, "Pod", "nocmd")
        status = pod["status"]["containerStatuses"][0]
        for state in (status["state"], status["lastState"]):
            if "terminated" in state:
                state["terminated"]["message"] = self.FORMAT
        (found,) = only(bodies, "nocmd")

        assert f"container 'nocmd' {self.WORDS}, 3 times" == found.cause.words

    def test_refused(self, bodies):
        """
        The same before it has ended for the first time.
        """
        pod = about(bodies, "Pod", "nocmd")
        pod["status"]["containerStatuses"][0]["state"] = {
            "waiting": {"reason": "RunContainerError", "message": self.FORMAT}
        }
        (found,) = only(bodies, "nocmd")

        assert f"container 'nocmd' {self.WORDS}" == found.cause.words


class TestPull:
    """
    Images that are tried again and again.
    """

    BACK_OFF = 'Back-off pulling image "python:nosuch"'

    @pytest.fixture(name="pod")
    def _pod(self, bodies):
        pod = about(bodies, "Pod", "notag")
        pod["status"]["containerStatuses"][0]["state"] = {
            "waiting": {
                "reason": "ImagePullBackOff",
                "message": self.BACK_OFF,
            }
        }
        bodies[:] = [b for b in bodies if b.get("reason") != "Failed"]
        return pod

    def test_event(self, bodies, pod):
        """
        A node that tells no reason in between has told it before.
        """
        said = (
            'Failed to pull image "python:nosuch": rpc error: code = Unknown '
            "desc = toomanyrequests: You have reached your pull rate limit"
        )
        (found,) = only([*bodies, event(pod, "Failed", said)], "notag")

        assert found.cause.words == (
            "cannot pull image 'python:nosuch': its registry was asked too "
            "often (You have reached your pull rate limit)"
        )
        assert STUCK == found.cause.patience_seconds

    @pytest.mark.usefixtures("pod")
    def test_no_event(self, bodies):
        """
        Where that is forgotten, it is said that the node waits.
        """
        (found,) = only(bodies, "notag")

        assert self.BACK_OFF in found.cause.words


class TestInit:
    """
    Containers before the others.
    """

    @pytest.fixture(name="pod")
    def _pod(self, bodies):
        pod = about(bodies, "Pod", "init")
        status = pod["status"]["initContainerStatuses"][0]
        status.update(state={"running": {}}, lastState={}, restartCount=0)
        return pod

    def test_runs(self, bodies, pod):
        """
        One that goes on running is what the others wait for.
        """
        (found,) = only(bodies, "init")

        assert (
            "waits for its init container 'wait', which still runs"
        ) == found.cause.words
        assert (pod["metadata"]["name"], "wait") == (
            found.cause.log.pod,
            found.cause.log.container,
        )
        assert PASSING == found.cause.patience_seconds

    def test_sidecar(self, bodies, pod):
        """
        A sidecar is to go on running.
        """
        pod["spec"]["initContainers"][0]["restartPolicy"] = "Always"
        (found,) = only(bodies, "init")

        assert "runs, and is not ready yet" == found.cause.words

    def test_job(self, bodies):
        """
        A job whose init container fails says so.
        """
        pods = [
            body
            for body in bodies
            if body["kind"] == "Pod"
            and body["metadata"]["labels"].get("app.kubernetes.io/name")
            == "migrate"
        ]
        for pod in pods:
            status = pod["status"]["containerStatuses"][0]
            before = copy.deepcopy(status)
            before["name"] = "wait"
            pod["spec"]["initContainers"] = [{"name": "wait"}]
            beside = {"name": "log", "ready": False, "state": {"running": {}}}
            pod["status"]["initContainerStatuses"] = [beside, before]
            status["state"] = {"waiting": {"reason": "PodInitializing"}}
        (found,) = only(bodies, "migrate")

        assert (
            "has failed: its init container ended with exit code 1, 2 times"
        ) == found.cause.words
        assert "wait" == found.cause.log.container
        assert HOPELESS == found.cause.patience_seconds
