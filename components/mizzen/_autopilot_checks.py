"""
What Autopilot of GKE makes of pods that it does not take as they are.
"""

import math

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from ._autopilot_contradictions import CLASSES
from ._requests import requested
from ._scene import Problem, Scene, Workload, listed
from .manifests import containers_of
from .quantities import written_bytes


_LEAST_CORES = Decimal("0.05")
_LEAST_MEMORY = Decimal(52 << 20)
# GiB of memory for each core: at least one.
_MOST_MEMORY = Decimal("6.5")
_HOST = ("hostNetwork", "hostPID", "hostIPC")


def _of_the_node(spec: Mapping[str, Any]) -> Iterator[str]:
    """
    What a pod takes of its node.
    """
    yield from (name for name in _HOST if spec.get(name))
    for volume in spec.get("volumes") or ():
        if "hostPath" in volume:
            yield f"volume {volume['name']} of the node"
    for container in containers_of(spec):
        if (container.get("securityContext") or {}).get("privileged"):
            yield f"privileged container {container['name']}"
        for port in container.get("ports") or ():
            if "hostPort" in port:
                yield f"hostPort {port['hostPort']}"


def autopilot_refuses(scene: Scene) -> Iterator[Problem]:
    """
    Autopilot gives pods nothing of their node.
    """
    if not scene.stack.cluster.autopilot:
        return
    for workload in scene.workloads:
        found = [*_of_the_node(workload.spec)]
        if found:
            yield Problem(
                workload.manifest,
                f"its pods want {listed(found)}, which Autopilot refuses",
                "Leave it out of the patch or the raw object, or deploy to "
                "a cluster of kind 'gke'.",
            )


def _chooses_class(workload: Workload) -> bool:
    selector = workload.spec.get("nodeSelector") or {}
    return any(label in selector for label in CLASSES)


def _raised(workload: Workload) -> Iterator[tuple[str, str, str]]:
    """
    What Autopilot raises: the field, what is asked of it, what it becomes.
    """
    cores = requested(workload.spec, "cpu")
    memory = requested(workload.spec, "memory")
    least_cores = max(_LEAST_CORES, memory / 2**30 / _MOST_MEMORY)
    least_memory = max(_LEAST_MEMORY, cores * 2**30)
    if cores < least_cores:
        millicores = math.ceil(least_cores * 1000)
        asked = f"cpu of {int(cores * 1000)}m" if cores else "no cpu"
        yield "cpu", asked, f"{millicores}m"
    if memory < least_memory:
        mebibytes = Decimal(math.ceil(least_memory / 2**20))
        given = written_bytes(mebibytes * 2**20)
        asked = f"memory of {written_bytes(memory)}" if memory else "no memory"
        yield "memory", asked, given


def autopilot_adjusts(scene: Scene) -> Iterator[Problem]:
    """
    Autopilot raises what pods ask for, so that others run than described.
    """
    if not scene.stack.cluster.autopilot:
        return
    for workload in scene.workloads:
        # Those of a DaemonSet may be as small as they like.
        if workload.manifest.kind == "DaemonSet" or _chooses_class(workload):
            continue
        for field, asked, given in _raised(workload):
            yield Problem(
                workload.manifest,
                f"its pods ask for {asked}, which Autopilot raises to {given}",
                f"Raise {field} on {scene.owner(workload.manifest)}, so that "
                "what is described is what runs and is paid for.",
            )
