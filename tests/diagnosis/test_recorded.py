"""
Why parts do not become ready: objects as a cluster has given them.
"""

import copy

import pytest

from mizzen.diagnosis import diagnose

from .support import HOPELESS, PASSING, STUCK, about, live, only


@pytest.fixture(name="found", scope="module")
def _found():
    return {each.part: each for each in diagnose(live())}


CAUSES = {
    "notag": (
        "image",
        STUCK,
        (
            "cannot pull image 'python:nosuch': its registry's host name is "
            "unknown to the node (no such host)"
        ),
    ),
    "badname": (
        "image",
        HOPELESS,
        (
            "cannot pull image 'Bad Name:1': that is no name of an image "
            "(repository name (library/Bad Name) must be lowercase)"
        ),
    ),
    "never": (
        "image",
        HOPELESS,
        (
            "cannot pull image 'python:neverthere': the node has no such image, "
            "and is not to ask"
        ),
    ),
    "crash": (
        "crash",
        HOPELESS,
        "container 'crash' ended with exit code 3, 3 times",
    ),
    "exits": (
        "crash",
        HOPELESS,
        (
            "container 'exits' ended with exit code 0, but is to go on running, "
            "3 times"
        ),
    ),
    "db": (
        "crash",
        HOPELESS,
        "container 'db' ended with exit code 1, 3 times",
    ),
    "init": (
        "crash",
        HOPELESS,
        "container 'wait' ended with exit code 7, 3 times",
    ),
    "nocmd": (
        "crash",
        HOPELESS,
        (
            "container 'nocmd' could not be started: exec: \"/nosuch\": stat "
            "/nosuch: no such file or directory: unknown, 3 times"
        ),
    ),
    "oom": (
        "memory",
        HOPELESS,
        (
            "container 'oom' used more memory than its limit of 64Mi and was "
            "killed, 3 times"
        ),
    ),
    "live": (
        "probe",
        HOPELESS,
        (
            "is restarted again and again: its liveness probe by 'sh -c echo not "
            "well; exit 1' is answered: not well"
        ),
    ),
    "startup": (
        "probe",
        HOPELESS,
        (
            "is restarted again and again: its startup probe of / at port 8000 "
            "is answered: connection refused"
        ),
    ),
    "ready404": (
        "probe",
        PASSING,
        (
            "runs, but its readiness probe of /nosuch at port 8000 is answered: "
            "status 404"
        ),
    ),
    "refused": (
        "probe",
        PASSING,
        (
            "runs, but its readiness probe of / at port 8000 is answered: "
            "connection refused"
        ),
    ),
    "slow": (
        "probe",
        PASSING,
        (
            "runs, but its readiness probe by 'sleep 5' is answered: command "
            'timed out: "sleep 5" timed out after 1s'
        ),
    ),
    "big": (
        "scheduling",
        STUCK,
        (
            "fits on no node: 0/1 nodes are available: 1 Insufficient cpu, 1 "
            "Insufficient memory; cpu: asked for 200, node node 2; memory: asked "
            "for 900.0Gi, node node 23.5Gi"
        ),
    ),
    "where": (
        "scheduling",
        STUCK,
        (
            "fits on no node: 0/1 nodes are available: 1 node(s) didn't match "
            "Pod's node affinity/selector; asked for nodes with disk=ssd"
        ),
    ),
    "noclaim": (
        "volume",
        STUCK,
        (
            "fits on no node: 0/1 nodes are available: persistentvolumeclaim "
            '"never-made" not found; claim never-made is not there'
        ),
    ),
    "unbound": (
        "volume",
        STUCK,
        (
            "fits on no node: 0/1 nodes are available: pod has unbound immediate "
            "PersistentVolumeClaims; claim lost is pending: "
            'storageclass.storage.k8s.io "nosuch" not found'
        ),
    ),
    "novolume": (
        "volume",
        STUCK,
        'cannot mount volume "s": secret "gone" not found',
    ),
    "nosecret": (
        "configuration",
        STUCK,
        (
            "container 'nosecret' is configured wrongly: secret \"gone\" not "
            "found"
        ),
    ),
    "nokey": (
        "configuration",
        STUCK,
        (
            "container 'nokey' is configured wrongly: couldn't find key a in "
            "ConfigMap lab/kube-root-ca.crt"
        ),
    ),
    "root": (
        "configuration",
        STUCK,
        (
            "container 'root' is configured wrongly: container has runAsNonRoot "
            "and image will run as root"
        ),
    ),
    "quota": (
        "quota",
        STUCK,
        (
            "may not make pods: exceeded quota: small, requested: "
            "requests.memory=16Mi, used: requests.memory=0, limited: "
            "requests.memory=8Mi"
        ),
    ),
    "account": (
        "admission",
        STUCK,
        (
            "may not make pods: error looking up service account lab/gone: "
            'serviceaccount "gone" not found'
        ),
    ),
    "migrate": (
        "job",
        HOPELESS,
        "has failed: it ended with exit code 1, 2 times",
    ),
    "slowjob": ("job", HOPELESS, "took longer than 10 s and was stopped"),
}


class TestCauses:
    @pytest.mark.parametrize("part", CAUSES)
    def test_cause(self, part, found):
        """
        Each way not to become ready is told from all others, in words and
        with what there is to know; and whether waiting helps.
        """
        cause = found[part].cause

        assert CAUSES[part] == (cause.id, cause.patience_seconds, cause.words)

    def test_ready(self, found):
        """
        Nothing is said of what is ready or done.
        """
        assert not {"fine", "okjob"} & found.keys()

    def test_pod_security(self, found):
        """
        What the namespace's level of Pod Security wants is said in full.
        """
        assert found["strict"].cause.words.startswith(
            'may not make pods: violates PodSecurity "restricted:latest": '
            "allowPrivilegeEscalation != false (container"
        )

    def test_sentence(self, found):
        """
        A diagnosis names part, pod and cause.
        """
        assert (
            "crash: pod crash-5b6cfb6ff-4ccbk: container 'crash' ended with "
            "exit code 3, 3 times."
        ) == str(found["crash"])
        assert str(found["quota"]).startswith("quota: Deployment quota: may")

    def test_order(self):
        """
        What is hopeless comes first, what may pass last.
        """
        patience = [d.cause.patience_seconds for d in diagnose(live())]

        assert patience == sorted(patience)


class TestLogs:
    @pytest.mark.parametrize(
        ("part", "pod", "container", "previous"),
        [
            ("crash", "crash-5b6cfb6ff-4ccbk", "crash", False),
            ("init", "init-7cc94fd5d6-42v6q", "wait", False),
            ("startup", "startup-64c96d9894-24zt8", "startup", True),
            ("migrate", "migrate-abc-8mxfq", "migrate", False),
        ],
    )
    def test_place(self, part, pod, container, previous, found):
        """
        It is known where to read what a container said before it ended: of
        one that runs again, from the time before; of a job, its last try.
        """
        log = found[part].cause.log

        assert (pod, container, previous) == (
            log.pod,
            log.container,
            log.previous,
        )

    @pytest.mark.parametrize("part", ["nocmd", "notag", "quota", "slowjob"])
    def test_none(self, part, found):
        """
        What never ran has said nothing.
        """
        assert found[part].cause.log is None


class TestMeanwhile:
    def test_version_before(self, found):
        """
        While a new version does not start, the one before goes on.
        """
        assert (
            "The version before goes on: 1 pod of python:3.13-slim"
        ) == found["rolled"].meanwhile

    def test_nothing(self, found):
        """
        Where there was no version before, nothing runs; jobs have none, and
        one that has failed has another try.
        """
        assert "No pod of it is ready" == found["crash"].meanwhile
        assert (
            "The next `mizzen up` tries it again" == found["migrate"].meanwhile
        )

    def test_some(self, bodies):
        """
        Pods of the new version that are ready are counted.
        """
        about(bodies, "Deployment", "fine")["spec"]["replicas"] = 3
        pod = about(bodies, "Pod", "fine")
        other = copy.deepcopy(pod)
        other["metadata"]["name"] = "fine-other"
        other["status"] = {"phase": "Pending"}
        (found,) = only([*bodies, pod, other], "fine")

        assert ("fine-other",) == found.pods
        assert "2 pods of 3 are ready" == found.meanwhile
