"""
Why parts do not become ready: objects as a cluster has given them.
"""

import copy
import datetime as dt
import json
import math

from pathlib import Path

import pytest

from hypothesis import given, settings
from hypothesis import strategies as st

from mizzen._lenient import Lenient
from mizzen.diagnosis import diagnose
from mizzen.live import Live
from mizzen.observation import status_of
from mizzen.status import to_document


RECORDED = [
    json.loads(line)
    for line in (Path(__file__).parent / "recorded" / "troubles.jsonl")
    .read_text()
    .splitlines()
]
LABEL = "app.kubernetes.io/name"
PARTS = {
    name: name
    for body in RECORDED
    for name in [body["metadata"].get("labels", {}).get(LABEL)]
    if name
}
NOW = dt.datetime(2026, 11, 23, 20, 30, tzinfo=dt.UTC)
STUCK, HOPELESS, PASSING = 60, 0, math.inf


def live(bodies=None):
    """
    An app as the cluster has it.
    """
    return Live.of(
        RECORDED if bodies is None else bodies, "lab-dev", {**PARTS}
    )


@pytest.fixture(name="found", scope="module")
def _found():
    return {each.part: each for each in diagnose(live())}


@pytest.fixture(name="bodies")
def _bodies():
    """
    What was recorded, to be changed.
    """
    return copy.deepcopy(RECORDED)


def about(bodies, kind, part):
    """
    The object of *kind* of a part.
    """
    (found,) = (
        body
        for body in bodies
        if body["kind"] == kind
        and body["metadata"].get("labels", {}).get(LABEL) == part
    )
    return found


def only(bodies, part):
    """
    The diagnoses of one part.
    """
    return [each for each in diagnose(live(bodies)) if each.part == part]


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
        'cannot mount volume "s" : secret "gone" not found',
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
        Where there was no version before, nothing runs; jobs have none.
        """
        assert "No pod of it is ready" == found["crash"].meanwhile
        assert not found["migrate"].meanwhile

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


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from(["", "Running", "True", "Pod", "1e9Gi", "10"])
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


def paths(node, path=()):
    """
    Paths to everything within *node*.
    """
    yield path
    if isinstance(node, dict):
        for key, value in node.items():
            yield from paths(value, (*path, key))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from paths(value, (*path, number))


@st.composite
def damaged(draw):
    """
    What was recorded of one part, with some values replaced by any others.
    """
    part = draw(st.sampled_from(sorted(PARTS)))
    bodies = copy.deepcopy(
        [
            body
            for body in RECORDED
            if part in json.dumps(body["metadata"]) or body["kind"] == "Node"
        ]
    )
    for _ in range(draw(st.integers(1, 5))):
        path = draw(st.sampled_from([*paths(bodies)][1:]))
        node = bodies
        for key in path[:-1]:
            node = node[key]
        node[path[-1]] = draw(JSON)
        bodies = json.loads(json.dumps(bodies))
    return bodies


class TestAnything:
    @settings(max_examples=100)
    @given(damaged())
    def test_damaged_objects(self, bodies):
        """
        Whatever stands in an object, a diagnosis and a status come out.
        """
        found = live(bodies)
        status = status_of(
            found, stack="dev", namespace="lab", parts=PARTS, now=NOW
        )

        assert json.dumps(to_document(status))
        assert all(str(each).endswith(".") for each in diagnose(found))

    @given(st.lists(JSON, max_size=3))
    def test_no_objects(self, bodies):
        """
        What is no object at all is left out.
        """
        assert () == live(bodies).workloads

    def test_lenient(self):
        """
        What is not there is empty, and can be asked on.
        """
        nothing = Lenient([1])["a"]["b"]

        assert not nothing
        assert ("", 0, [], []) == (
            nothing.text,
            nothing.number,
            [*nothing],
            [*nothing.items()],
        )
