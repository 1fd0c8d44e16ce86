"""
How long Pulumi waits for what runs pods, where ten minutes are too short.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pulumi

from ..manifests import Manifest


# What Pulumi and Deployments wait where nothing is said, in seconds.
_USUAL = 600
# So that Kubernetes is the first to say why something has failed.
_LEEWAY = 60
_AWAITED = frozenset({"DaemonSet", "Deployment", "Job", "StatefulSet"})
_MOST = {
    "HorizontalPodAutoscaler": "maxReplicas",
    "ScaledObject": "maxReplicaCount",
}


def _starting(pod: Mapping[str, Any]) -> int:
    """
    Time in which all containers of *pod* have to get healthy.
    """
    containers = (*pod.get("initContainers", ()), *pod["containers"])
    probes = (each.get("startupProbe", {}) for each in containers)
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


def _seconds(manifest: Manifest, others: Iterable[Manifest]) -> int:
    """
    Time after which Kubernetes has given it up.
    """
    spec = manifest.body["spec"]
    if manifest.kind == "Job":
        return int(spec["activeDeadlineSeconds"])
    if manifest.kind == "Deployment":
        # One after the other has to stay ready for so long.
        pauses = spec.get("minReadySeconds", 0) * _replicas(spec, others)
        return int(spec.get("progressDeadlineSeconds", _USUAL) + pauses)
    return _starting(spec["template"]["spec"])


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
