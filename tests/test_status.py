"""
What runs, from objects as a cluster has given them.
"""

import datetime as dt

import pytest

from mizzen.cli._status_text import duration
from mizzen.live import Live
from mizzen.observation import age, status_of


NOW = dt.datetime(2026, 11, 23, 20, 30, tzinfo=dt.UTC)


def labels(name):
    """
    Labels of a part's objects.
    """
    return {
        "app.kubernetes.io/name": name,
        "app.kubernetes.io/instance": "lab-dev",
    }


def body(kind, name, *, spec=None, status=None, **metadata):
    """
    An object of a cluster.
    """
    return {
        "kind": kind,
        "metadata": {
            "name": name,
            "uid": f"{kind}-{name}",
            "labels": labels(name),
            "creationTimestamp": "2026-11-23T20:00:00Z",
            **metadata,
        },
        "spec": spec or {},
        "status": status or {},
    }


def ref(owner):
    """
    What an object of *owner* says of it.
    """
    metadata = owner["metadata"]
    return {
        "kind": owner["kind"],
        "name": metadata["name"],
        "uid": metadata["uid"],
    }


def pod(name, part, owner, *, ready=True, **marks):
    """
    A pod of *owner*.
    """
    conditions = [{"type": "Ready", "status": str(ready)}]
    return body(
        "Pod",
        name,
        labels={**labels(part), **marks},
        ownerReferences=[ref(owner)],
        status={"phase": "Running", "conditions": conditions},
    )


def observed(*bodies, parts=("web",)):
    """
    The status of an app with these objects.
    """
    names = {part: part for part in parts}
    live = Live.of(bodies, "lab-dev", names)
    return status_of(live, stack="dev", namespace="lab", parts=names, now=NOW)


def deployment(**spec):
    """
    A Deployment called web.
    """
    template = {
        "metadata": {"labels": labels("web")},
        "spec": {"containers": []},
    }
    return body(
        "Deployment", "web", spec={"replicas": 1, "template": template, **spec}
    )


class TestWorkloads:
    def test_daemon_set(self):
        """
        A DaemonSet has a pod for each node; those of an earlier generation
        are of the version before.
        """
        made = body(
            "DaemonSet",
            "web",
            annotations={"deprecated.daemonset.template.generation": "2"},
            status={"desiredNumberScheduled": 2},
        )
        (row,) = observed(
            made,
            pod("new", "web", made, **{"pod-template-generation": "2"}),
            pod("old", "web", made, **{"pod-template-generation": "1"}),
        ).parts

        assert (2, 1, "rolling out") == (row.wanted, row.ready, row.state)
        assert [("new", False), ("old", True)] == [
            (each.name, each.old) for each in row.pods
        ]

    def test_stateful_set(self):
        """
        Pods of a StatefulSet are told apart by their revision.
        """
        made = body("StatefulSet", "web", status={"updateRevision": "web-b"})
        (row,) = observed(
            made,
            pod("web-0", "web", made, **{"controller-revision-hash": "a"}),
        ).parts

        assert [True] == [each.old for each in row.pods]

    def test_cron_job(self):
        """
        A CronJob waits for its time, and its runs are not shown.
        """
        template = {
            "metadata": {"labels": {"app.kubernetes.io/version": "v5"}},
            "spec": {"containers": []},
        }
        made = body(
            "CronJob",
            "web",
            spec={"jobTemplate": {"spec": {"template": template}}},
        )
        run = body("Job", "web", ownerReferences=[{"kind": "CronJob"}])
        (row,) = observed(made, run).parts

        assert ("scheduled", "v5", 0) == (row.state, row.version, row.wanted)

    def test_newest_job(self):
        """
        Of several jobs of a part the newest counts, and runs that somebody
        started do not.
        """
        old = body("Job", "web-1", labels=labels("web"))
        new = body(
            "Job",
            "web-2",
            labels=labels("web"),
            creationTimestamp="2026-11-23T20:10:00Z",
            status={
                "succeeded": 1,
                "conditions": [{"type": "Complete", "status": "True"}],
            },
        )
        by_hand = body(
            "Job",
            "web-3",
            labels={**labels("web"), "app.kubernetes.io/component": "run"},
            creationTimestamp="2026-11-23T20:20:00Z",
        )
        (row,) = observed(new, old, by_hand).parts

        assert ("Job web-2", "done") == (row.workload, row.state)

    def test_others(self):
        """
        Objects that carry the app's labels and keep no pods are no
        workloads.
        """
        assert ["not deployed"] == [
            row.state for row in observed(body("Secret", "web")).parts
        ]

    def test_unobserved(self):
        """
        What Kubernetes has not seen yet is not ready.
        """
        made = deployment(replicas=0)
        made["metadata"]["generation"] = 2
        made["status"]["observedGeneration"] = 1
        (row,) = observed(made).parts

        assert "not ready" == row.state

    def test_missing(self):
        """
        A part without objects is not deployed, and the stack is not well.
        """
        status = observed()

        assert ["not deployed"] == [row.state for row in status.parts]
        assert not status.well

    def test_finished_jobs_of_stores(self):
        """
        Jobs of a part that goes on are shown unless they are done.
        """
        made = body("StatefulSet", "db", status={"updateRevision": ""})
        errand = body("Job", "db-administrator-1", labels=labels("errand"))
        done = body(
            "Job",
            "db-restore-1",
            labels=labels("restore"),
            status={"conditions": [{"type": "Complete", "status": "True"}]},
        )
        names = {"db": "db", "errand": "db", "restore": "db"}
        live = Live.of([made, errand, done], "lab-dev", names)
        status = status_of(
            live, stack="dev", namespace="lab", parts=names, now=NOW
        )

        assert ["StatefulSet db", "Job db-administrator-1"] == [
            row.workload for row in status.parts
        ]


class TestAddresses:
    def test_ingress(self):
        """
        A part is reached by hosts and paths, inside by its Service, and at
        ports of nodes and load balancers.
        """
        service = body(
            "Service",
            "web",
            spec={
                "selector": labels("web"),
                "ports": [{"port": 80, "nodePort": 30080}, {"port": 90}],
            },
            status={"loadBalancer": {"ingress": [{"ip": "10.0.0.9"}]}},
        )
        other = body("Service", "db", spec={"selector": labels("db")})
        path = {"path": "/api", "backend": {"service": {"name": "web"}}}
        beside = {"path": "/db", "backend": {"service": {"name": "db"}}}
        rule = {"host": "example.com", "http": {"paths": [path, beside]}}
        ingress = body("Ingress", "in", spec={"rules": [rule], "tls": [{}]})
        (row,) = observed(deployment(), service, other, ingress).parts

        assert (
            "https://example.com/api",
            "web:80",
            "10.0.0.9:80",
            "web:90",
            "10.0.0.9:90",
            "port 30080 of each node",
        ) == row.addresses

    def test_default_backend(self):
        """
        What an Ingress leads by default is reached under every host.
        """
        service = body("Service", "web", spec={"selector": labels("web")})
        spec = {"defaultBackend": {"service": {"name": "web"}}}
        (row,) = observed(
            deployment(), service, body("Ingress", "in", spec=spec)
        ).parts

        assert ("http://*/",) == row.addresses

    @pytest.mark.parametrize("kind", ["HTTPRoute", "GRPCRoute"])
    def test_gateway(self, kind):
        """
        Routes of the Gateway API count too.
        """
        service = body("Service", "web", spec={"selector": labels("web")})
        rules = [
            {
                "backendRefs": [{"name": "web"}],
                "matches": [{"path": {"value": "/api"}}],
            },
            {"backendRefs": [{"name": "db"}]},
        ]
        spec = {"rules": rules, "hostnames": ["example.com"]}
        (row,) = observed(
            deployment(), service, body(kind, "r", spec=spec)
        ).parts

        assert ("example.com/api",) == row.addresses


class TestContainers:
    def test_container(self):
        """
        What describes a container is there, secrets by the name of the
        object alone.
        """
        container = {
            "name": "web",
            "image": "a/b:1",
            "ports": [{"containerPort": 8000}],
            "resources": {"requests": {"memory": "1Gi"}},
            "env": [
                {"name": "A", "value": "plain"},
                {
                    "name": "B",
                    "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}},
                },
            ],
            "readinessProbe": {"httpGet": {"path": "/ok", "port": "http"}},
            "livenessProbe": {"tcpSocket": {"port": 8000}},
            "startupProbe": {"exec": {"command": ["a", "b"]}},
            "volumeMounts": [
                {"name": "d", "mountPath": "/data"},
                {"name": "e", "mountPath": "/tmp"},
                {"name": "f", "mountPath": "/gone"},
            ],
        }
        volumes = [
            {"name": "d", "persistentVolumeClaim": {"claimName": "disk"}},
            {"name": "e", "emptyDir": {}},
            {"name": "f"},
        ]
        template = {"spec": {"containers": [container], "volumes": volumes}}
        claim = body(
            "PersistentVolumeClaim",
            "disk",
            spec={"resources": {"requests": {"storage": "1Gi"}}},
        )
        (row,) = observed(deployment(template=template), claim).parts
        (found,) = row.containers

        assert ("A", "B (secret s)") == found.settings
        assert ("8000/TCP",) == found.ports
        assert {"memory": "1Gi"} == found.requests
        assert (
            "startup: a b",
            "readiness: GET /ok at http",
            "liveness: connection to 8000",
        ) == found.probes
        assert (
            "/data from persistentVolumeClaim disk",
            "/tmp from emptyDir",
            "/gone from f",
        ) == found.mounts
        assert ("disk: 1Gi not there",) == row.claims

    def test_unprobed(self):
        """
        What is not probed has no probes, and volumes without claims are no
        disks.
        """
        spec = {"containers": [{"name": "web"}], "volumes": [{"name": "t"}]}
        (row,) = observed(deployment(template={"spec": spec})).parts
        (found,) = row.containers

        assert ((), ()) == (found.probes, row.claims)


class TestPods:
    def test_leaving(self):
        """
        A pod that goes is not ready any more, whatever it does.
        """
        made = deployment()
        replicas = body("ReplicaSet", "web-1", ownerReferences=[ref(made)])
        going = pod("web-1-a", "web", replicas)
        going["metadata"]["deletionTimestamp"] = "2026-11-23T20:00:00Z"
        (row,) = observed(made, replicas, going).parts

        assert [("Terminating", False)] == [
            (each.state, each.ready) for each in row.pods
        ]
        assert () == row.diagnoses

    def test_no_pods_yet(self):
        """
        A Deployment that has made nothing yet is not ready.
        """
        (row,) = observed(deployment()).parts

        assert ("not ready", ()) == (row.state, row.pods)


class TestTimes:
    @pytest.mark.parametrize(
        ("seconds", "words"),
        [(None, ""), (0, "0 s"), (61, "1 min"), (7300, "2 h"), (1e6, "11 d")],
    )
    def test_duration(self, seconds, words):
        """
        Ages are short.
        """
        assert words == duration(seconds)

    def test_age(self):
        """
        Clocks that differ a little make nothing younger than nothing; what
        is no time has no age.
        """
        assert 0 == age("2026-11-23T20:30:05Z", NOW)
        assert age("2026-11-23T20:29:00", NOW) is None
