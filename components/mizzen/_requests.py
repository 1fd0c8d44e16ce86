"""
What the containers of a pod ask of its node.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from .quantities import number_of


def summed(containers: Iterable[Any], resource: str, *kinds: str) -> Decimal:
    """
    What *containers* say about *resource* together, each by the first of
    *kinds*, ``"requests"`` and ``"limits"``, that says anything.
    """
    total = Decimal(0)
    for container in containers:
        resources = container.get("resources") or {}
        for kind in kinds:
            given = (resources.get(kind) or {}).get(resource)
            if given is not None:
                total += number_of(given) or 0
                break
    return total


def is_sidecar(container: Mapping[str, Any]) -> bool:
    """
    Whether an init container goes on to run beside the others.
    """
    return container.get("restartPolicy") == "Always"


def requested(pod: Mapping[str, Any], resource: str) -> Decimal:
    """
    What Kubernetes counts a pod with this specification as: what runs all
    the time, or what its start needs if that is more.

    >>> slow = {"resources": {"requests": {"cpu": "2"}}}
    >>> quick = {"resources": {"requests": {"cpu": "500m"}}}
    >>> int(requested({"initContainers": [slow], "containers": [quick]}, "cpu"))
    2
    """
    beside = start = Decimal(0)
    for container in pod.get("initContainers") or ():
        needed = summed([container], resource, "requests", "limits")
        start = max(start, beside + needed)
        if is_sidecar(container):
            beside += needed
    running = summed(pod["containers"], resource, "requests", "limits")

    return max(start, beside + running)
