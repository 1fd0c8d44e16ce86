"""
What changes of single objects do.
"""

from decimal import Decimal

import pytest

from mizzen import Manifest
from mizzen.changes.capacity import Capacity, capacity
from mizzen.changes.effects import Effect, by_danger
from mizzen.changes.judgement import effects_of
from mizzen.changes.masks import masked
from mizzen.changes.objects import Action, object_change
from mizzen.changes.rights import widened


HARDENED = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
}


def body(kind, spec=None, name="web", **more):
    """
    An object of *kind*.
    """
    found = {"kind": kind, "metadata": {"name": name}, **more}

    return found if spec is None else {**found, "spec": spec}


def pods(kind="Deployment", security=HARDENED, **spec):
    """
    An object that makes pods.
    """
    container = {"name": "web", "image": "web:1", "securityContext": security}
    pod = {
        "automountServiceAccountToken": False,
        "containers": [container],
        **spec,
    }
    template = {"template": {"spec": pod}}
    if kind == "Pod":
        return body(kind, pod)
    if kind == "CronJob":
        return body(kind, {"jobTemplate": {"spec": template}})
    return body(kind, template)


def effects(old, new):
    """
    Names of what a change does.
    """
    change = object_change("web", "role", old, new)

    return {effect.name for effect in effects_of(change)}


def namespace(level):
    """
    A namespace that enforces a level of Pod Security.
    """
    found = body("Namespace")
    if level:
        label = "pod-security.kubernetes.io/enforce"
        found["metadata"]["labels"] = {label: level}
    return found


class TestReplaced:
    @pytest.mark.parametrize(
        ("kind", "old", "new", "effect"),
        [
            ("Service", {"clusterIP": "None"}, {}, "RECREATED"),
            ("Deployment", {"selector": 1}, {"selector": 2}, "RECREATED"),
            ("PersistentVolumeClaim", {"accessModes": 1}, {}, "DATA_AT_RISK"),
            ("StatefulSet", {"volumeClaimTemplates": [1]}, {}, "DATA_AT_RISK"),
            (
                "Job",
                {"template": {}},
                {"template": {"a": 1}},
                "RUNS_AGAIN",
            ),
        ],
    )
    def test_immutable(self, kind, old, new, effect):
        """
        Fields that cannot change replace the object.
        """
        change = object_change("web", "r", body(kind, old), body(kind, new))

        assert change.action is Action.REPLACED
        assert Effect[effect] in effects_of(change)

    def test_group(self):
        """
        Another version of the same API is the same object, another group
        is not.
        """
        old = body("Ingress", apiVersion="extensions/v1")
        for version, action in (
            ("extensions/v2", Action.UPDATED),
            ("networking.k8s.io/v1", Action.REPLACED),
        ):
            new = body("Ingress", apiVersion=version)
            assert object_change("web", "r", old, new).action is action

    def test_other_name(self):
        """
        Under another name, the successor comes before the old one goes.
        """
        old = body("Deployment", {"replicas": 1})
        new = body("Deployment", {"replicas": 1}, name="other")

        assert effects(old, new) == {"ROLLING_RESTART"}


class TestPods:
    def test_recreate(self):
        """
        A strategy that stops first has downtime.
        """
        old, new = pods(), pods(hostname="x")
        for found in (old, new):
            found["spec"]["strategy"] = {"type": "Recreate"}

        assert effects(old, new) == {"RECREATED"}

    @pytest.mark.parametrize(
        ("replicas", "surge", "unavailable", "effect"),
        [
            (1, 0, 1, "RECREATED"),
            (2, 0, 1, "ROLLING_RESTART"),
            (2, 0, 2, "RECREATED"),
            (2, 1, 2, "RECREATED"),
            (2, 1, "99%", "ROLLING_RESTART"),
            (2, "0%", "100%", "RECREATED"),
            (1, 0, "25%", "RECREATED"),
            (None, 0, 1, "ROLLING_RESTART"),
            (None, 0, "100%", "RECREATED"),
        ],
    )
    def test_all_missing(self, replicas, surge, unavailable, effect):
        """
        Where all pods may be missing meanwhile, there is downtime; how many
        an autoscaler keeps is not known.
        """
        old, new = pods(), pods(hostname="x")
        settings = {"maxSurge": surge, "maxUnavailable": unavailable}
        for found in (old, new):
            found["spec"]["strategy"] = {"rollingUpdate": settings}
            if replicas is not None:
                found["spec"]["replicas"] = replicas

        assert effects(old, new) == {effect}

    @pytest.mark.parametrize(
        ("before", "after", "found"),
        [
            (2, 0, {"REMOVED"}),
            (0, 2, {"ADDED"}),
            (0, 0, {"NOTHING_RUNNING"}),
            (2, 3, {"ROLLING_RESTART", "SCALING"}),
        ],
    )
    def test_no_replicas(self, before, after, found):
        """
        Without a replica nothing runs, whatever it would be.
        """
        old, new = pods(), pods(hostname="x")
        old["spec"]["replicas"] = before
        new["spec"]["replicas"] = after

        assert effects(old, new) == found

    def test_job(self):
        """
        A job runs when it is new; when it has gone, nothing runs less.
        """
        assert effects(None, body("Job")) == {"ADDED"}
        assert effects(body("Job"), None) == {"NOTHING_RUNNING"}

    def test_label(self):
        """
        Labels of the object itself are nobody's business.
        """
        old, new = pods(), pods()
        new["metadata"]["labels"] = {"team": "shop"}

        assert effects(old, new) == {"NOTHING_RUNNING"}

    @pytest.mark.parametrize(
        "kind", ["Deployment", "DaemonSet", "CronJob", "Service", "Ingress"]
    )
    def test_coming_and_going(self, kind):
        """
        What runs or answers is added or removed.
        """
        assert effects(None, body(kind)) == {"ADDED"}
        assert effects(body(kind), None) == {"REMOVED"}

    def test_schedule(self):
        """
        Another schedule of a CronJob touches no pod.
        """
        old = body("CronJob", {"schedule": "1"})
        new = body("CronJob", {"schedule": "2"})

        assert effects(old, new) == {"NOTHING_RUNNING"}

    def test_autoscaler(self):
        """
        A new autoscaler is no news, one that goes scales.
        """
        scaler = body("HorizontalPodAutoscaler", {"maxReplicas": 3})

        assert effects(None, scaler) == {"NOTHING_RUNNING"}
        assert effects(scaler, None) == {"NOTHING_RUNNING"}


class TestSecrets:
    def test_coming(self):
        """
        A new Secret rotates nothing.
        """
        assert effects(None, body("Secret")) == {"NOTHING_RUNNING"}

    def test_label(self):
        """
        A label of a Secret rotates nothing.
        """
        old = body("Secret", stringData={"a": "b"})
        new = body("Secret", stringData={"a": "b"}, extra=1)

        assert effects(old, new) == {"NOTHING_RUNNING"}

    def test_values(self):
        """
        Secret values are in no field, no object and no message.
        """
        old = body("Secret", stringData={"key": "hunter1"})
        new = body("Secret", stringData={"key": "hunter2", "more": "hunter3"})

        for change in (
            object_change("web", "r", old, new),
            object_change("web", "r", None, new),
            object_change("web", "r", old, None),
        ):
            found = {effect.name for effect in effects_of(change)}
            assert ("SECRET_ROTATED" in found) is bool(
                change.old and change.new
            )
            assert "hunter" not in repr((change.old, change.new))
            assert "hunter" not in repr(change.fields)

    @pytest.mark.parametrize(
        ("old", "new", "rotated"),
        [
            ("x ‹config: a›", "y ‹config: a›", False),
            ("‹config: a›", "‹config: a› ‹generated: b password›", False),
            ("‹config: a›", "‹config: b›", True),
            ("‹hunter1›", "‹hunter2›", True),
        ],
    )
    def test_source(self, old, new, rotated):
        """
        Text around a secret does not rotate it, another source does.
        """
        change = object_change(
            "web",
            "r",
            body("Secret", stringData={"key": old}),
            body("Secret", stringData={"key": new}),
        )

        assert (Effect.SECRET_ROTATED in effects_of(change)) is rotated
        assert "hunter" not in repr((change.old, change.new, change.fields))

    def test_hidden_already(self):
        """
        What Pulumi has hidden stays hidden.
        """
        found = masked({"kind": "Secret", "data": "[secret]"})

        assert found == {"kind": "Secret", "data": "[secret]"}


class TestRights:
    @pytest.mark.parametrize(
        ("old", "new", "right"),
        [
            (
                pods(),
                pods(security={**HARDENED, "privileged": True}),
                "privileged",
            ),
            (pods(), pods(security={}), "root"),
            (
                pods(),
                pods(security={**HARDENED, "capabilities": {"add": ["ALL"]}}),
                "capability ALL",
            ),
            (pods(), pods(hostNetwork=True), "hostNetwork"),
            (
                pods(),
                pods(automountServiceAccountToken=True),
                "token of its service account",
            ),
            (
                pods(),
                pods(volumes=[{"hostPath": {"path": "/"}}, {"emptyDir": {}}]),
                "/",
            ),
            (
                pods("CronJob"),
                pods("CronJob", hostPID=True),
                "hostPID",
            ),
            (pods("Pod"), pods("Pod", hostPID=True), "hostPID"),
            (namespace("restricted"), namespace("baseline"), "baseline"),
            (namespace("baseline"), namespace(None), "privileged"),
            (
                None,
                body(
                    "RoleBinding",
                    roleRef={"name": "r"},
                    subjects=[{"name": "s"}],
                ),
                "s",
            ),
        ],
    )
    def test_widened(self, old, new, right):
        """
        More rights are found, by name.
        """
        assert right in {word for found in widened(old, new) for word in found}
        assert "PERMISSION_WIDENED" in effects(old, new)

    def test_role(self):
        """
        Another verb is another right, a verb less is none.
        """
        rule = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}
        more = {**rule, "verbs": ["get", "delete"]}
        old, new = body("Role", rules=[rule]), body("Role", rules=[more])

        assert widened(old, new) == (("role", "", "pods", "delete", "*"),)
        assert widened(new, old) == ()

    def test_new_pods(self):
        """
        What is unusual about new pods is a finding, not a change.
        """
        assert widened(None, pods(security={})) == ()
        assert widened(pods(security={}), None) == ()

    def test_hidden(self):
        """
        Containers that Pulumi has hidden tell nothing.
        """
        assert widened(pods(), pods(containers="[secret]")) == ()


class TestOrder:
    def test_harmless(self):
        """
        Where something happens, nobody says that nothing does.
        """
        found = {Effect.NOTHING_RUNNING, Effect.SCALING, Effect.DATA_AT_RISK}

        assert by_danger(found) == (Effect.DATA_AT_RISK, Effect.SCALING)


class TestCapacity:
    @pytest.mark.parametrize("key", ["containers", "initContainers"])
    def test_hidden(self, key):
        """
        Of pods that Pulumi has hidden, only the number is known.
        """
        hidden = pods(**{key: "[secret]"})
        hidden["spec"]["replicas"] = 3

        found = capacity([Manifest("web", "deployment", hidden)])

        assert found == Capacity(pods=3)

    def asked(self, kind, resources, **spec):
        """
        What pods with these resources ask for.
        """
        found = pods(kind)
        (container,) = found["spec"]["template"]["spec"]["containers"]
        container["resources"] = resources
        found["spec"].update(spec)

        return capacity([Manifest("web", "role", found)])

    def test_limits(self):
        """
        Where nothing is requested, the limit is.
        """
        found = self.asked(
            "Deployment",
            {"limits": {"cpu": "1", "memory": "1Gi"}},
            replicas=2,
        )

        assert found == Capacity(
            pods=2, cpu=2, memory=2 * 2**30, memory_limit=2 * 2**30
        )

    def test_start(self):
        """
        What pods need to start is kept free for them.
        """
        found = pods()
        found["spec"]["template"]["spec"]["initContainers"] = [
            {"name": "slow", "resources": {"requests": {"cpu": "3"}}}
        ]

        assert capacity([Manifest("web", "role", found)]).cpu == 3

    def test_templates(self):
        """
        Each replica of a StatefulSet has disks of its own, as many as there
        are templates.
        """
        claim = {"spec": {"resources": {"requests": {"storage": "1Gi"}}}}
        found = self.asked(
            "StatefulSet", {}, replicas=3, volumeClaimTemplates=[claim, claim]
        )

        assert found == Capacity(pods=3, disk=6 * 2**30)

    def test_job(self):
        """
        A job asks for as many pods as it runs side by side.
        """
        resources = {"requests": {"cpu": "500m"}}

        assert self.asked("Job", resources) == Capacity(
            pods=1, cpu=Decimal("0.5")
        )
        assert self.asked("Job", resources, parallelism=3).pods == 3
        assert self.asked("Job", resources, suspend=True) == Capacity()

    def test_daemon_set(self):
        """
        Nobody knows on how many nodes a DaemonSet runs: one counts.
        """
        found = self.asked("DaemonSet", {"requests": {"memory": "64Mi"}})

        assert found == Capacity(pods=1, memory=64 * 2**20)


class TestComing:
    def test_key(self):
        """
        A key that comes to a Secret rotates nothing.
        """
        old = body("Secret", stringData={"a": "x"})
        new = body("Secret", stringData={"a": "x", "b": "y"})

        assert effects(old, new) == {"NOTHING_RUNNING"}
