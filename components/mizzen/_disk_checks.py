"""
What is wrong with disks: who mounts them, whether they are kept, and whether
they are large enough.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ._scene import Problem, Scene, Workload, namespace, subject
from .environment import effective
from .manifests import rolling_update
from .quantities import parse_bytes
from .spec import Store, title


_MEBIBYTE = 2**20


def _single(scene: Scene) -> Iterator[tuple[Workload, str]]:
    """
    Each workload, with each disk that its pods mount though one node alone
    can.
    """
    for workload in scene.workloads:
        for volume in workload.spec.get("volumes", ()):
            claim = volume.get("persistentVolumeClaim", {}).get("claimName")
            single = claim and scene.is_single(claim, workload.manifest)
            if single and workload.most:
                yield workload, claim


def _surges(workload: Workload) -> bool:
    """
    Whether a rollout starts new pods beside the old ones.
    """
    strategy = workload.manifest.body["spec"].get("strategy") or {}
    surge = rolling_update(workload.manifest.body).get("maxSurge", 1)

    return (
        workload.manifest.kind == "Deployment"
        and strategy.get("type") != "Recreate"
        and surge not in (0, "0", "0%")
    )


def _overlaps(schedule: Mapping[str, Any]) -> bool:
    """
    Whether a CronJob starts a run beside the one before.
    """
    return bool(schedule.get("concurrencyPolicy", "Allow") == "Allow")


def _crowd(workload: Workload) -> tuple[str, str] | None:
    """
    Who of one workload mounts a disk at once, and the field that keeps it to
    one; `None` if that is one pod.
    """
    body = workload.manifest.body
    if body["kind"] == "DaemonSet":
        return "its pods on all nodes mount", ""
    if body["kind"] == "CronJob" and _overlaps(body["spec"]):
        return "runs beside each other mount", "concurrencyPolicy='Forbid'"
    if workload.most > 1:
        return f"up to {workload.most} replicas mount", "replicas=1"
    if _surges(workload):
        return "during a rollout, old and new pods mount", "rollout=Recreate()"
    return None


def shared_disk(scene: Scene) -> Iterator[Problem]:
    """
    Pods share a disk that one node alone can mount.
    """
    first: dict[tuple[str, str | None], Workload] = {}
    # What ends may wait for the disk, but not for what keeps it.
    for workload, claim in sorted(
        _single(scene), key=lambda found: found[0].ends
    ):
        manifest = workload.manifest
        widened = "give the disk access mode ReadWriteMany."
        crowd = _crowd(workload)
        if crowd is not None:
            who, field = crowd
            kept = f"Set {field} on {scene.owner(manifest)}, or "
            yield Problem(
                manifest,
                f"{who} disk {claim!r}, which one node alone can mount",
                f"{kept}{widened}"
                if field
                else "Give the disk access mode ReadWriteMany.",
            )
        other = first.setdefault((claim, namespace(manifest)), workload)
        if other is not workload and not other.ends:
            yield Problem(
                manifest,
                f"it mounts disk {claim!r}, as {subject(other.manifest)} "
                "does, which one node alone can mount",
                f"Keep the disk to one of them, or {widened}",
            )


def unprotected_disk(scene: Scene) -> Iterator[Problem]:
    """
    Data goes when the stack goes, though the app has public addresses.
    """
    public = scene.entrance
    protected = scene.environment.protect or scene.stack.throwaway
    if public is None or protected:
        return
    for disk in scene.of_kind("PersistentVolumeClaim"):
        yield Problem(
            disk,
            f"it is deleted with the stack, though {subject(public)} makes "
            "the app public",
            f"Set protect=True on environment {scene.environment.name!r}.",
        )


def no_storage_class(scene: Scene) -> Iterator[Problem]:
    """
    Nobody gives a claim its disk, because it names no class.
    """
    cluster = scene.stack.cluster
    if cluster.default_storage_class:
        return
    for claim in scene.of_kind("PersistentVolumeClaim"):
        spec = claim.body.get("spec", {})
        # An empty class is for volumes that are there already.
        if "storageClassName" in spec or "volumeName" in spec:
            continue
        yield Problem(
            claim,
            "it names no storage class, of which new clusters of kind "
            f"{cluster.name!r} have no default, so that pods may wait for "
            "their disk forever",
            "Set storageClassName."
            if claim.extra
            else f"Set storageClass in the file of stack {scene.stack.name!r}, "
            "like 'storageClass: gp3'.",
        )


def small_disk(scene: Scene) -> Iterator[Problem]:
    """
    The memory of a store holds more than its disk.
    """
    stores = {
        part.name: part
        for part in effective(scene.app, scene.environment)
        if isinstance(part, Store)
    }
    for manifest in scene.of_kind("StatefulSet"):
        store = stores.get(str(manifest.part))
        if store is not None and store.filling > parse_bytes(store.disk):
            yield Problem(
                manifest,
                f"its data may take {-(-store.filling // _MEBIBYTE)}Mi, but "
                f"its disk has {store.disk}",
                f"Give {title(store)} a larger disk, or less memory.",
            )
