"""
How long Pulumi waits for what runs pods, where ten minutes are too short.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pulumi

from ..manifests import Manifest, containers_of, rolling_update
from ..quantities import replicas_of


# What Pulumi and Deployments wait where nothing is said, in seconds.
_USUAL = 600
# So that Kubernetes is the first to say why something has failed.
_LEEWAY = 60
# Of jobs without a deadline: as long as one may have.
_LONGEST = 604_800
# Nodes of a large cluster, which get the pods of a DaemonSet one by one.
_NODES = 100
_AWAITED = frozenset({"DaemonSet", "Deployment", "Job", "StatefulSet"})
_MOST = {
    "HorizontalPodAutoscaler": "maxReplicas",
    "ScaledObject": "maxReplicaCount",
}


def _starting(pod: Mapping[str, Any]) -> int:
    """
    Time in which all containers of *pod* have to get healthy.
    """
    probes = (each.get("startupProbe", {}) for each in containers_of(pod))
    return sum(
        probe.get("periodSeconds", 0) * probe.get("failureThreshold", 0)
        for probe in probes
    )


def _replicas(spec: Mapping[str, Any], others: Iterable[Manifest]) -> int:
    most: int = spec.get("replicas", 1)
    for other in others:
        if other.kind in _MOST:
            most = other.body["spec"][_MOST[other.kind]]
    return most


def _waves(rolling: Mapping[str, Any], replicas: int) -> int:
    """
    How many times some of the *replicas* are exchanged until all are.
    """
    if not rolling:
        return 1
    surge = replicas_of(rolling.get("maxSurge", 0), replicas, up=True)
    away = replicas_of(rolling.get("maxUnavailable", 0), replicas, up=False)

    return -(-replicas // max(1, surge + away))


def _seconds(manifest: Manifest, others: Iterable[Manifest]) -> int:
    """
    Time after which Kubernetes has given it up.
    """
    spec = manifest.body["spec"]
    if manifest.kind == "Job":
        return int(spec.get("activeDeadlineSeconds", _LONGEST))
    if manifest.kind == "Deployment":
        # It starts anew with each pod that gets ready.
        deadline = spec.get("progressDeadlineSeconds", _USUAL)
        rolling = rolling_update(manifest.body)

        return int(deadline * _waves(rolling, _replicas(spec, others)))
    starting = _starting(spec["template"]["spec"])
    if manifest.kind == "DaemonSet":
        return _NODES * (starting + int(spec.get("minReadySeconds", 0)))
    return starting


def timeouts(
    manifest: Manifest, others: Iterable[Manifest]
) -> pulumi.CustomTimeouts | None:
    """
    How long Pulumi waits for *manifest*, which stands beside *others*;
    `None` for as long as it usually does, also for what others wrote.
    """
    if manifest.extra is not None or manifest.kind not in _AWAITED:
        return None
    pod = manifest.body["spec"]["template"]["spec"]
    ready = max(_USUAL, _seconds(manifest, others) + _LEEWAY)
    gone = _USUAL + pod.get("terminationGracePeriodSeconds", 0)

    return pulumi.CustomTimeouts(
        create=f"{ready}s", update=f"{ready}s", delete=f"{gone}s"
    )
