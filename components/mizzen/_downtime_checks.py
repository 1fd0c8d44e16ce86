"""
Where nobody answers for a while, though nothing is broken.
"""

from collections.abc import Iterator

from ._scene import Problem, Scene, Workload
from .manifests import rolling_update
from .quantities import replicas_of
from .spec import uses_of


def _reached(scene: Scene) -> Iterator[Workload]:
    """
    The Deployments that the world outside or other parts connect to.
    """
    used = {use.part.name for part in scene.app.parts for use in uses_of(part)}
    for workload in scene.workloads:
        manifest = workload.manifest
        if manifest.kind == "Deployment" and (
            manifest.part in used or workload in scene.public
        ):
            yield workload


def none_running(scene: Scene) -> Iterator[Problem]:
    """
    Others connect to a part of which nothing need run.
    """
    for workload in _reached(scene):
        if workload.fewest == 0:
            yield Problem(
                workload.manifest,
                "others connect to it, but none of its pods need run, and a "
                "request starts none",
                "Set replicas, or the minimum of scale, to at least 1 on "
                f"{scene.owner(workload.manifest)}.",
            )


def _unavailable(workload: Workload) -> int:
    """
    How many of the fewest pods may be missing during a rollout, as
    Kubernetes rounds it: down.
    """
    amount = rolling_update(workload.manifest.body).get("maxUnavailable", 0)

    return replicas_of(amount, workload.fewest, up=False)


def rollout_gap(scene: Scene) -> Iterator[Problem]:
    """
    A rollout may take away all pods of a part before new ones are ready.
    """
    for workload in _reached(scene):
        if 0 < workload.fewest <= _unavailable(workload):
            yield Problem(
                workload.manifest,
                "others connect to it, but a rollout may take away all of "
                "its pods before new ones are ready",
                "Lower unavailable of rollout on "
                f"{scene.owner(workload.manifest)}, or set rollout to "
                "Recreate() to mean it.",
            )
