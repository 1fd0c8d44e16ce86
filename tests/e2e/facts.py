"""
What runs in a cluster and what became of it, held against what was predicted.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from mizzen import Manifest
from mizzen.changes import Action, Effect, PartChange

from .deployments import Deployment, eventually


_WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet")


def _part(thing: Mapping[str, Any]) -> str:
    labels: Mapping[str, str] = thing["metadata"].get("labels", {})

    return labels.get("app.kubernetes.io/name", "")


def _is_of_a_job(pod: Mapping[str, Any]) -> bool:
    owners = pod["metadata"].get("ownerReferences", ())

    return any(owner["kind"] == "Job" for owner in owners)


def _is_steady(pod: Mapping[str, Any]) -> bool:
    conditions = pod["status"].get("conditions", ())
    ready = any(
        each["type"] == "Ready" and each["status"] == "True"
        for each in conditions
    )
    return ready and "deletionTimestamp" not in pod["metadata"]


def _containers(pod: Mapping[str, Any]) -> frozenset[tuple[str, int]]:
    """
    What runs in a pod, and how often it was restarted.
    """
    return frozenset(
        (status.get("containerID", ""), status["restartCount"])
        for status in pod["status"].get("containerStatuses", ())
    )


def _identities(
    things: Iterable[Mapping[str, Any]],
) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for thing in things:
        found.setdefault(_part(thing), set()).add(thing["metadata"]["uid"])

    return {part: frozenset(uids) for part, uids in found.items()}


@attrs.frozen(kw_only=True)
class Facts:
    """
    What runs, and what is kept.

    Attributes:
        pods: By part and UID, what runs in its pods.

        jobs: UIDs of each part's Jobs.

        secrets: UIDs of each part's Secrets.

        claims: UIDs of each part's claims.
    """

    pods: Mapping[str, Mapping[str, frozenset[tuple[str, int]]]]
    jobs: Mapping[str, frozenset[str]]
    secrets: Mapping[str, frozenset[str]]
    claims: Mapping[str, frozenset[str]]

    def renamed(self, names: Mapping[str, str]) -> "Facts":
        """
        The same where parts are called as *names* says.
        """
        return Facts(
            **{
                field: {
                    names.get(name, name): it for name, it in found.items()
                }
                for field, found in attrs.asdict(self, recurse=False).items()
            }
        )


def _running(deployment: Deployment) -> list[dict[str, Any]]:
    return [pod for pod in deployment.objects("pods") if not _is_of_a_job(pod)]


def settled(deployment: Deployment, counts: Mapping[str, int]) -> Facts:
    """
    What runs when no pod is on its way in or out any more, and each part has
    as many pods as *counts* says.
    """

    def is_settled() -> bool:
        pods = _running(deployment)
        parts = [_part(pod) for pod in pods]
        found = {part: parts.count(part) for part in parts}

        return all(map(_is_steady, pods)) and found == counts

    assert eventually(is_settled), deployment.kubectl("get", "pods")
    pods: dict[str, dict[str, frozenset[tuple[str, int]]]] = {}
    for pod in _running(deployment):
        found = pods.setdefault(_part(pod), {})
        found[pod["metadata"]["uid"]] = _containers(pod)

    return Facts(
        pods=pods,
        jobs=_identities(deployment.objects("jobs")),
        secrets=_identities(deployment.objects("secrets")),
        claims=_identities(deployment.objects("pvc")),
    )


def pod_counts(manifests: Iterable[Manifest]) -> Mapping[str, int]:
    """
    How many pods each part has while nobody asks much of it.
    """
    known = tuple(manifests)
    least = {
        manifest.part: manifest.body["spec"]["minReplicas"]
        for manifest in known
        if manifest.kind == "HorizontalPodAutoscaler"
    }
    return {
        str(manifest.part): manifest.body["spec"].get(
            "replicas", least.get(manifest.part, 1)
        )
        for manifest in known
        if manifest.kind in _WORKLOADS
    }


def became(part: str, before: Facts, after: Facts) -> str:
    """
    What became of a part's pods.
    """
    old, new = before.pods.get(part, {}), after.pods.get(part, {})
    if old == new:
        return "kept"
    if not old or not new:
        return "gone" if old else "new"
    if {*old}.isdisjoint(new):
        return "exchanged"
    fewer, more = sorted((old, new), key=len)

    return "scaled" if fewer.items() < more.items() else "restarted"


def predicted(change: PartChange | None) -> str:
    """
    What is to become of the pods of a part that changes like this.
    """
    if change is None:
        return "kept"
    effects = {*change.effects}
    workloads = {
        found.action for found in change.objects if found.kind in _WORKLOADS
    }
    if effects & {Effect.ROLLING_RESTART, Effect.RECREATED}:
        return "exchanged"
    if Effect.REMOVED in effects and Action.DELETED in workloads:
        return "gone"
    if Effect.ADDED in effects and Action.CREATED in workloads:
        return "new"

    return "scaled" if Effect.SCALING in effects else "kept"
