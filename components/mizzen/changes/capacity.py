"""
What the pods of a desired state ask of the cluster.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import attrs

from .._requests import is_sidecar, requested, summed
from ..manifests import Manifest
from ..quantities import number_of


_RUNS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Job"})


@attrs.frozen(kw_only=True)
class Capacity:
    """
    Sums over all pods but those of schedules; a DaemonSet counts as one.

    Attributes:
        pods: How many there are.

        cpu: Processor cores that are requested, or limited to where nothing
            is requested.

        memory: Bytes of memory that are requested, or limited to.

        memory_limit: Bytes of memory that may be used at most.

        disk: Bytes of disks.
    """

    pods: int = 0
    cpu: Decimal = Decimal(0)
    memory: Decimal = Decimal(0)
    memory_limit: Decimal = Decimal(0)
    disk: Decimal = Decimal(0)

    def __add__(self, other: "Capacity") -> "Capacity":
        return self._with(other, 1)

    def __sub__(self, other: "Capacity") -> "Capacity":
        return self._with(other, -1)

    def _with(self, other: "Capacity", sign: int) -> "Capacity":
        return Capacity(
            **{
                field.name: getattr(self, field.name)
                + sign * getattr(other, field.name)
                for field in attrs.fields(Capacity)
            }
        )

    @property
    def nothing(self) -> bool:
        """
        Whether it is nothing at all.
        """
        return self == Capacity()


def _of_pods(spec: Any, replicas: int) -> Capacity:
    template = (spec.get("template") or {}).get("spec") or {}
    starting = template.get("initContainers") or ()
    containers = template.get("containers") or ()
    # A secret in an array hides the whole array in a preview.
    if isinstance(containers, str) or isinstance(starting, str):
        return Capacity(pods=replicas)
    pod = {"initContainers": starting, "containers": containers}
    running = [*containers, *filter(is_sidecar, starting)]

    return Capacity(
        pods=replicas,
        cpu=replicas * requested(pod, "cpu"),
        memory=replicas * requested(pod, "memory"),
        memory_limit=replicas * summed(running, "memory", "limits"),
    )


def _of_claim(spec: Any) -> Decimal:
    asked = (spec.get("resources") or {}).get("requests") or {}
    return number_of(asked.get("storage", 0)) or Decimal(0)


def _replicas(kind: str, spec: Any, scale: Any) -> int:
    """
    How many pods an object has, at least.
    """
    if kind == "Job":
        side_by_side = spec.get("parallelism", 1)
        return 0 if spec.get("suspend") else int(side_by_side)
    for key in ("minReplicas", "minReplicaCount"):
        if key in scale:
            return int(scale[key])

    return int(spec.get("replicas", 1))


def _of_workload(kind: str, spec: Any, scale: Any) -> Capacity:
    replicas = _replicas(kind, spec, scale)
    claims = spec.get("volumeClaimTemplates") or ()
    disk = sum((_of_claim(c.get("spec") or {}) for c in claims), Decimal(0))

    return _of_pods(spec, replicas) + Capacity(disk=replicas * disk)


def capacity(manifests: Iterable[Manifest]) -> Capacity:
    """
    What *manifests* ask of the cluster; where an autoscaler owns the number
    of replicas, its minimum counts.

    >>> from mizzen import App, Environment, Image, Service, Stack, compile_app
    >>> web = Service(
    ...     "web", image=Image("acme/web:v5"), port=80, replicas=3, cpu="250m"
    ... )
    >>> app = App("shop", edition="2026", parts=[web])
    >>> stack = Stack("dev", environment="dev")
    >>> capacity(compile_app(app, Environment("dev"), stack)).cpu
    Decimal('0.750')
    """
    objects = tuple(manifests)
    least = {
        manifest.body["spec"]["scaleTargetRef"]["name"]: manifest.body["spec"]
        for manifest in objects
        if manifest.kind in ("HorizontalPodAutoscaler", "ScaledObject")
    }
    total = Capacity()
    for manifest in objects:
        spec = manifest.body.get("spec") or {}
        if manifest.kind in _RUNS:
            scale = least.get(manifest.name, {})
            total += _of_workload(manifest.kind, spec, scale)
        elif manifest.kind == "PersistentVolumeClaim":
            total += Capacity(disk=_of_claim(spec))
    return total
