"""
Pods run what was said, as it was said.
"""

import math

from mizzen import (
    OFF,
    Autoscale,
    CronJob,
    GrpcHealth,
    Queue,
    Recreate,
    Rollout,
    Service,
)
from mizzen.spec import Store

from .seen import found


def _own(seen):
    """
    Each part of one's own with its pod and the container that leads there.
    """
    for part in seen.parts:
        if not isinstance(part, Store):
            (pod,) = seen.pods_of_part(part.name)
            (container,) = pod.spec["containers"]
            yield part, pod, container


def texts_are_what_was_said(seen):
    """
    Commands, their arguments and plain variables are what was said, to the
    last blank.
    """
    for part, _, container in _own(seen):
        assert part.command == _words(container, "command")
        assert part.args == _words(container, "args")
        told = {v["name"]: v.get("value") for v in container.get("env", ())}
        for name, value in part.env.items():
            assert name in told
            assert not isinstance(value, str) or told[name] == value


def _words(container, field):
    return tuple(container[field]) if field in container else None


def pods_are_guarded(seen):
    """
    Pods name the Secrets of registries, the group that their disks belong
    to, and time enough for their pause.
    """
    secrets = seen.description.stack.pull_secret_names
    for pod in seen.pods:
        given = pod.spec.get("imagePullSecrets", ())
        assert [{"name": name} for name in secrets] == [*given]
        security = pod.spec["securityContext"]
        if pod.owner.kind == "StatefulSet":
            (container,) = pod.spec["containers"]
            user = container["securityContext"]["runAsUser"]
            assert security["fsGroup"] == user
    for part, pod, container in _own(seen):
        if isinstance(part.user, int) and part.user:
            assert pod.spec["securityContext"]["fsGroup"] == part.user
            assert container["securityContext"]["runAsUser"] == part.user
        pause = next(found("sleep", container), {"seconds": 0})["seconds"]
        assert pause == getattr(part, "pause_seconds", 0)
        grace = pod.spec["terminationGracePeriodSeconds"]
        assert grace == part.grace_seconds + pause


def health_is_asked_for(seen):
    """
    What listens is asked whether it is ready, at the path or by the command
    that was said, and sidecars run as long as their pods.
    """
    for part, pod, container in _own(seen):
        first = pod.spec.get("initContainers", ())
        named = {each["name"]: each for each in first}
        for each in part.sidecars:
            assert named[each.name]["restartPolicy"] == "Always"
        for each in part.init:
            assert "restartPolicy" not in named[each.name]
        if not isinstance(part, Service) or part.health is OFF:
            continue
        listens = any(port.protocol == "TCP" for port in part.listens)
        if part.ready is not None:
            continue
        probe = container.get("readinessProbe", {})
        if part.health is None:
            assert not listens or "tcpSocket" in probe
        elif isinstance(part.health, tuple):
            assert probe["exec"]["command"] == [*part.health]
        elif isinstance(part.health, GrpcHealth):
            assert probe["grpc"].get("service") == part.health.service
        else:
            path = getattr(part.health, "path", part.health)
            assert probe["httpGet"]["path"] == path
        startup = container.get("startupProbe", {})
        if startup:
            tries = math.ceil(part.startup_seconds / startup["periodSeconds"])
            assert tries == startup["failureThreshold"]


def scaling_is_what_was_said(seen):
    """
    Autoscalers keep to the bounds and goals that were said, and let one pod
    go wherever there may be several.
    """
    for part, _, _ in _own(seen):
        scale = getattr(part, "scale", None)
        if not isinstance(scale, Autoscale):
            continue
        kind = "ScaledObject" if scale.queue else "HorizontalPodAutoscaler"
        spec = seen.object_of(kind, part)["spec"]
        bounds = {
            spec.get(f"{least}{word}")
            for least in ("min", "max")
            for word in ("Replicas", "ReplicaCount")
        } - {None}
        assert bounds == {scale.minimum, scale.maximum}
        least = spec.get("minReplicas", spec.get("minReplicaCount"))
        assert least == scale.minimum
        assert _goals(spec) == {
            name: str(goal)
            for name in ("cpu", "memory")
            if (goal := getattr(scale, name)) is not None
        }
        _counts_there(seen, part, scale, spec)
        budgets = {m.part: m for m in seen.of_kind("PodDisruptionBudget")}
        assert (part.name in budgets) is (scale.maximum > 1)
    for budget in seen.of_kind("PodDisruptionBudget"):
        assert budget.body["spec"]["maxUnavailable"] == 1


def _goals(spec):
    """
    The share of each resource that an autoscaler aims at.
    """
    goals = {}
    for metric in spec.get("metrics", ()):
        for key in ("resource", "containerResource"):
            if key in metric:
                target = metric[key]["target"]["averageUtilization"]
                goals[metric[key]["name"]] = str(target)
    for trigger in spec.get("triggers", ()):
        if trigger["type"] in {"cpu", "memory"}:
            goals[trigger["type"]] = trigger["metadata"]["value"]

    return goals


def _counts_there(seen, part, scale, spec):
    """
    KEDA asks the stores in which it counts by their whole names, and signs
    in by what is there.
    """
    hosts = []
    for queue in scale.queue:
        if isinstance(queue, Queue) and (
            queue.part.name not in seen.run_elsewhere
        ):
            name = seen.manifests.names[queue.part.name]
            hosts.append(f"{name}.{seen.manifests.namespace}.svc")
    asked = []
    for trigger in spec.get("triggers", ()):
        metadata = trigger["metadata"]
        address = str(metadata.get("host", metadata.get("address", "")))
        if ".svc" in address:
            asked.append(address.partition(":")[0])
        reference = trigger.get("authenticationRef", {})
        if "." in reference.get("name", ""):
            assert seen.manifests.get(
                "TriggerAuthentication", reference["name"]
            )
    assert hosts == asked
    owned = {
        m.name
        for m in seen.of_kind("TriggerAuthentication")
        if m.part == part.name
    }
    used = {
        trigger["authenticationRef"]["name"]
        for trigger in spec.get("triggers", ())
        if trigger["type"] in {"postgresql", "redis", "redis-streams"}
    }
    assert owned == used


def workloads_are_what_was_said(seen):
    """
    Times of schedules and steps of rollouts are what was said, and what
    runs to its end is not started again by the node.
    """
    for part, pod, _ in _own(seen):
        spec = pod.owner.body["spec"]
        runs = pod.owner.kind in {"Job", "CronJob"}
        assert pod.spec.get("restartPolicy", "Always") == (
            "Never" if runs else "Always"
        )
        if isinstance(part, CronJob):
            assert spec["suspend"] is part.suspend
            assert spec["schedule"] == part.schedule
            assert spec["timeZone"] == part.time_zone
            assert spec["concurrencyPolicy"] == part.concurrency
            assert (
                spec["successfulJobsHistoryLimit"] == part.successful_history
            )
            assert spec["failedJobsHistoryLimit"] == part.failed_history
            late = spec.get("startingDeadlineSeconds")
            assert late == part.start_within_seconds
        rollout = getattr(part, "rollout", None)
        if isinstance(rollout, Rollout):
            amounts = spec["strategy"]["rollingUpdate"]
            assert amounts["maxSurge"] == rollout.surge
            assert amounts["maxUnavailable"] == rollout.unavailable
        if isinstance(rollout, Recreate):
            assert spec["strategy"] == {"type": "Recreate"}


def pods_are_marked_as_was_said(seen):
    """
    Labels and annotations that a part says for its pods are on them,
    whatever all others have.
    """
    for part in seen.parts:
        for pod in seen.pods_of_part(part.name):
            if pod.labels["app.kubernetes.io/name"] != part.name:
                continue
            notes = pod.metadata.get("annotations", {})
            assert part.pod_labels.items() <= pod.labels.items()
            assert part.pod_annotations.items() <= notes.items()


def disks_are_what_they_are_for(seen):
    """
    A disk that several parts may mount can be mounted by many, each other
    one by one node; a backup is kept on another disk than the data.
    """
    for claim in seen.of_kind("PersistentVolumeClaim"):
        shared = claim.part is None
        mode = "ReadWriteMany" if shared else "ReadWriteOnce"
        assert claim.body["spec"]["accessModes"] == [mode]
    for store in seen.of_kind("StatefulSet"):
        pods = seen.pods_of_part(store.part)
        data = [
            {*found("claimName", pod.spec)}
            for pod in pods
            if pod.owner.kind in {"StatefulSet", "CronJob"}
        ]
        assert len(data) == len(set.union(*data))


def what_is_named_comes_first(seen):
    """
    Whatever pods name of their own part or of all parts is made before
    them, and the namespace before all.
    """
    before = set()
    made_by = {(m.kind, m.name): m.part for m in seen.manifests}
    for manifest in seen.manifests:
        before.add((manifest.kind, manifest.name))
        if manifest.kind == "Namespace":
            assert len(before) == 1
        needs = {
            ("ServiceAccount", name)
            for name in found("serviceAccountName", manifest.body)
        }
        for kind, key in (
            ("Secret", "secretName"),
            ("PersistentVolumeClaim", "claimName"),
        ):
            needs.update((kind, name) for name in found(key, manifest.body))
        for kind, key in (
            ("Secret", "secretKeyRef"),
            ("ConfigMap", "configMapKeyRef"),
            ("ConfigMap", "configMap"),
        ):
            references = found(key, manifest.body)
            needs.update((kind, each["name"]) for each in references)

        assert {
            need
            for need in needs & set(made_by)
            if made_by[need] in {None, manifest.part}
        } <= before


ALL = (
    texts_are_what_was_said,
    pods_are_guarded,
    health_is_asked_for,
    scaling_is_what_was_said,
    workloads_are_what_was_said,
    pods_are_marked_as_was_said,
    disks_are_what_they_are_for,
    what_is_named_comes_first,
)
