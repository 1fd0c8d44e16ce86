"""
Where pods ask for more than their namespace may have.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from ._requests import requested
from ._scene import Problem, Scene, Workload, namespace
from .quantities import number_of, written_bytes


_COUNTED = ("pods", "cpu", "memory", "requests.cpu", "requests.memory")


def _asked(workloads: Iterable[Workload], resource: str) -> Decimal:
    total = Decimal(0)
    for each in workloads:
        share = 1 if resource == "pods" else requested(each.spec, resource)
        total += each.most * share
    return total


def _shown(number: Decimal, resource: str) -> str:
    if resource == "memory":
        return written_bytes(number)
    return f"{number.normalize():f}"


def quota_exceeded(scene: Scene) -> Iterator[Problem]:
    """
    Pods that run all the time ask for more than a quota allows.
    """
    for quota in scene.of_kind("ResourceQuota"):
        spec = quota.body["spec"]
        if "scopes" in spec or "scopeSelector" in spec:
            # It is about some of the pods alone.
            continue
        counted = [
            workload
            for workload in scene.workloads
            if workload.controls
            and namespace(workload.manifest) == namespace(quota)
        ]
        for key in _COUNTED:
            allowed = number_of(spec.get("hard", {}).get(key))
            resource = key.removeprefix("requests.")
            asked = _asked(counted, resource)
            if allowed is not None and asked > allowed:
                yield Problem(
                    quota,
                    f"it allows {key} of {spec['hard'][key]}, but pods that "
                    f"run all the time ask for {_shown(asked, resource)}",
                    "Raise the quota, or lower replicas, maxima of "
                    "autoscalers or what parts ask for.",
                )
