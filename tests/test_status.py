"""
``mizzen status``: what runs, from objects as a cluster has given them.
"""

import copy
import datetime as dt
import json
import os
import sys

from pathlib import Path

import pytest

from click.testing import CliRunner

from mizzen._causes import Log
from mizzen.cli import main
from mizzen.cli._status_text import duration
from mizzen.live import Live
from mizzen.observation import age, status_of
from mizzen.runs import Kubectl
from mizzen.view import View


RECORDED = [
    json.loads(line)
    for line in (Path(__file__).parent / "recorded" / "troubles.jsonl")
    .read_text()
    .splitlines()
]
NOW = dt.datetime(2026, 11, 23, 20, 30, tzinfo=dt.UTC)
PROJECT = """\
from mizzen import App, Environment, Image, NodePort, Redis, Service, Worker

db = Redis("db", version=8, disk="1Gi")
fine = Service("fine", image=Image("a/b:1"), port=8000, uses=[db])
rolled = Worker("rolled", image=Image("a/b:1"))
app = App("lab", edition="2026", parts=[fine, rolled, db])
DEV = Environment("dev", exposure=NodePort({fine: 30080}))
"""
KUBECTL = """\
#!{python}
import json, pathlib, sys
folder = pathlib.Path({folder!r})
with (folder / "asked").open("a") as asked:
    asked.write(" ".join(sys.argv[1:]) + "\\n")
bodies = json.loads((folder / "bodies.json").read_text())
kind = {{"events": "Event", "nodes": "Node"}}.get(sys.argv[6])
if kind == "Node":
    sys.exit("nodes is forbidden")
items = [
    b for b in bodies
    if (b["kind"] == kind if kind else b["kind"] not in ("Event", "Node"))
]
print(json.dumps({{"items": items}}))
"""


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
    template = {"metadata": {"labels": labels("web")}, "spec": {}}
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
            "metadata": {"labels": {"app.kubernetes.io/version": "v5"}}
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

    def test_gateway(self):
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
            deployment(), service, body("HTTPRoute", "r", spec=spec)
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


@pytest.fixture(name="status")
def _status(tmp_path, monkeypatch):
    """
    Runs the command in a project, with a program in the place of kubectl
    that gives recorded objects.
    """
    name = "lab_with_status"
    (tmp_path / f"{name}.py").write_text(PROJECT)
    (tmp_path / "pyproject.toml").write_text(
        f'[tool.mizzen]\napps = ["{name}:app"]\nenvironments = "{name}"\n'
    )
    (tmp_path / "Pulumi.yaml").write_text("name: lab\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text(
        "config:\n  lab:environment: dev\n  lab:context: kind-lab\n"
    )
    program = tmp_path / "kubectl"
    program.write_text(
        KUBECTL.format(python=sys.executable, folder=str(tmp_path))
    )
    program.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.delitem(sys.modules, name, raising=False)

    def status(*words, bodies=RECORDED):
        (tmp_path / "bodies.json").write_text(json.dumps(bodies))
        done = CliRunner().invoke(main, ["status", "dev", *words])
        assert done.exception is None or isinstance(done.exception, SystemExit)
        return done

    return status


class TestCommand:
    def test_table(self, status):
        """
        One line for each part, then why parts are not ready, what runs
        meanwhile, and the last warnings.
        """
        done = status()
        lines = done.stdout.splitlines()

        assert 1 == done.exit_code
        assert lines[0].split() == (
            [
                "Part",
                "Runs",
                "as",
                "Ready",
                "Image",
                "Restarts",
                "Age",
                "Address",
            ]
        )
        assert lines[1].startswith(
            "fine    Deployment fine    1 of 1  python:"
        )
        assert lines[2].startswith(
            "rolled  Deployment rolled  0 of 1  python:"
        )
        assert lines[3].startswith(
            "db      StatefulSet db     0 of 1  python:"
        )
        assert (
            "rolled: pod rolled-5f59b6c544-g7bxd: cannot pull image "
            "'python:nosuch2': its registry's host name is unknown to the node "
            "(no such host)."
        ) == lines[4]
        assert (
            "  The version before goes on: 1 pod of python:3.13-slim."
        ) == lines[5]
        assert "Failed to pull image" in done.stdout
        assert "startup" not in done.stdout

    def test_part(self, status):
        """
        Of one part, its containers, pods and events are shown.
        """
        done = status("rolled")
        lines = done.stdout.splitlines()

        assert "fine" not in done.stdout
        assert "  probes          readiness: GET / at 8000" in lines
        assert "Failed (version before)" not in done.stdout
        assert any(
            line.startswith(
                "rolled-77d568755c-7b7xd  Running (version before)"
            )
            for line in lines
        )
        assert "Back-off pulling image" in done.stdout

    def test_well(self, status):
        """
        The exit code is 0 if all is ready.
        """
        done = status("fine", "--format", "json")
        found = json.loads(done.stdout)

        assert 0 == done.exit_code
        assert ["ready"] == [row["state"] for row in found["parts"]]

    def test_json(self, status):
        """
        Programs get all of it, with kinds of causes.
        """
        found = json.loads(status("--format", "json").stdout)
        rolled = found["parts"][1]

        assert ("rolled", "rolling out", 1, 0) == (
            rolled["part"],
            rolled["state"],
            rolled["wanted"],
            rolled["ready"],
        )
        assert ["image"] == [each["cause"] for each in rolled["diagnoses"]]
        assert {"fine", "rolled", "db"} >= {e["part"] for e in found["events"]}

    def test_quiet(self, status):
        """
        A stack in which nothing has happened has no events to show.
        """
        quiet = [b for b in copy.deepcopy(RECORDED) if b["kind"] != "Event"]

        assert "Event" not in status(bodies=quiet).stdout
        assert "Event" not in status("rolled", bodies=quiet).stdout
        assert "Pod " not in status("rolled", bodies=[]).stdout

    def test_failed_job(self, status):
        """
        Of a job nothing runs meanwhile.
        """
        bodies = json.loads(json.dumps(RECORDED).replace("migrate", "rolled"))
        done = status("rolled", bodies=bodies)

        assert "has failed: it ended with exit code 1, 2 times." in done.stdout

    def test_unknown_part(self, status):
        """
        A part that is not in the app is refused.
        """
        done = status("fne")

        assert (2, "") == (done.exit_code, done.stdout)
        assert (
            "Part 'fne' is unknown; choose one of: 'db', 'fine', 'rolled' "
            "(nearest to 'fne': 'fine').\n"
        ) == done.stderr


class TestView:
    @pytest.fixture(name="view")
    def _view(self, tmp_path, monkeypatch):
        program = tmp_path / "kubectl"
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

        def view(script):
            program.write_text(f"#!/bin/sh\n{script}\n")
            program.chmod(0o755)
            return View(
                kubectl=Kubectl(context="c", namespace="n"),
                instance="lab-dev",
                parts={},
                kinds=("pods",),
            )

        return view

    def test_said(self, view):
        """
        The last lines of a container are asked for, of the time before if it
        runs again.
        """
        asking = view('echo "$5 $6 $7 $8 $9 ${10}"')

        assert ("logs web-1 --container web --tail=20 ",) == asking.said(
            Log(pod="web-1", container="web")
        )
        assert ("logs web-1 --container web --tail=5 --previous",) == (
            asking.said(Log(pod="web-1", container="web", previous=True), 5)
        )

    def test_gone(self, view):
        """
        A container that is gone has said nothing.
        """
        log = Log(pod="web-1", container="web")

        assert () == view("exit 1").said(log)

    def test_routes(self, shop, desired):
        """
        Routes of the Gateway API are looked at where the app has some: other
        clusters do not know the kind.
        """
        kubectl = Kubectl(context="c", namespace="n")
        plain = View.of(desired(shop), kubectl, "shop", "dev")

        assert "httproutes" not in plain.kinds
        assert {"api": "api", "db": "db"}.items() <= plain.parts.items()
