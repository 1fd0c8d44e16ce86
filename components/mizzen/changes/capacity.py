"""
What the pods of a desired state ask of the cluster.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import attrs

from .._requests import is_sidecar, summed
from ..manifests import Manifest
from ..quantities import number_of


_RUNS = frozenset({"Deployment", "StatefulSet"})


@attrs.frozen(kw_only=True)
class Capacity:
    """
    Sums over all pods that run all the time.

    Attributes:
        pods: How many there are.

        cpu: Processor cores that are requested.

        memory: Bytes of memory that are requested.

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
    containers = template.get("containers") or ()
    if isinstance(containers, str):
        return Capacity(pods=replicas)
    sidecars = [
        container
        for container in template.get("initContainers") or ()
        if is_sidecar(container)
    ]
    running = [*containers, *sidecars]

    return Capacity(
        pods=replicas,
        cpu=replicas * summed(running, "cpu", "requests"),
        memory=replicas * summed(running, "memory", "requests"),
        memory_limit=replicas * summed(running, "memory", "limits"),
    )


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
            replicas = scale.get(
                "minReplicas",
                scale.get("minReplicaCount", spec.get("replicas", 1)),
            )
            total += _of_pods(spec, replicas)
        elif manifest.kind == "PersistentVolumeClaim":
            asked = spec.get("resources", {}).get("requests", {})
            disk = number_of(asked.get("storage", 0)) or Decimal(0)
            total += Capacity(disk=disk)
    return total
