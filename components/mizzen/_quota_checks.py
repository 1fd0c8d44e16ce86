"""
Where pods ask for more than their namespace may have.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from ._requests import requested
from ._scene import Problem, Scene, Workload, namespace
from .manifests import rolling_update
from .quantities import number_of, written_bytes


_COUNTED = ("pods", "cpu", "memory", "requests.cpu", "requests.memory")


def _share(workload: Workload, resource: str) -> Decimal:
    """
    What one of its pods asks for.
    """
    if resource == "pods":
        return Decimal(1)
    return requested(workload.spec, resource)


def _comes_beside(workload: Workload) -> bool:
    """
    Whether one more pod of it comes for a while: that of a job, or of a
    rollout in which none may be missing meanwhile.
    """
    if not workload.controls:
        return True
    missing = rolling_update(workload.manifest.body).get("maxUnavailable")

    return bool(workload.most) and missing in (0, "0%")


def _asked(workloads: Iterable[Workload], resource: str) -> Decimal:
    """
    What runs all the time, and the largest pod that comes beside it:
    several of those wait for each other.
    """
    total = more = Decimal(0)
    for each in workloads:
        share = _share(each, resource)
        if each.controls:
            total += each.most * share
        if _comes_beside(each):
            more = max(more, share)
    return total + more


def _shown(number: Decimal, resource: str) -> str:
    if resource == "memory":
        return written_bytes(number)
    return f"{number.normalize():f}"


def quota_exceeded(scene: Scene) -> Iterator[Problem]:
    """
    Pods ask for more than a quota allows.
    """
    for quota in scene.of_kind("ResourceQuota"):
        spec = quota.body["spec"]
        if "scopes" in spec or "scopeSelector" in spec:
            # It is about some of the pods alone.
            continue
        counted = [
            workload
            for workload in scene.workloads
            if namespace(workload.manifest) == namespace(quota)
        ]
        for key in _COUNTED:
            allowed = number_of(spec.get("hard", {}).get(key))
            resource = key.removeprefix("requests.")
            asked = _asked(counted, resource)
            if allowed is not None and asked > allowed:
                yield Problem(
                    quota,
                    f"it allows {key} of {spec['hard'][key]}, but pods that "
                    "run all the time and the largest of a rollout or job "
                    f"ask for {_shown(asked, resource)}",
                    "Raise the quota, or lower replicas, maxima of "
                    "autoscalers or what parts ask for.",
                )
