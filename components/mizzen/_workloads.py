"""
Deployments and Jobs: what runs your own code.
"""

from typing import Any

from . import _names
from ._pods import pod_template
from ._scope import Scope
from .spec import Autoscale, Job, Recreate, Rollout


def _rollout(rollout: Rollout | Recreate) -> dict[str, Any]:
    """
    How a Deployment exchanges its replicas.
    """
    strategy: dict[str, Any] = {"type": "Recreate"}
    if isinstance(rollout, Rollout):
        amounts = {
            "maxSurge": rollout.surge,
            "maxUnavailable": rollout.unavailable,
        }
        strategy = {"type": "RollingUpdate", "rollingUpdate": amounts}
    times = {
        "minReadySeconds": rollout.min_ready_seconds,
        "progressDeadlineSeconds": rollout.progress_deadline_seconds,
    }
    given = {key: time for key, time in times.items() if time is not None}

    return {"strategy": strategy, **given}


def deployment(part: Any, scope: Scope) -> dict[str, Any]:
    """
    Replicas of a Service or Worker, exchanged without a gap.
    """
    spec: dict[str, Any] = {}
    if not isinstance(part.scale, Autoscale):
        spec["replicas"] = part.replicas
    spec["revisionHistoryLimit"] = 3
    spec["selector"] = {"matchLabels": scope.selector(part)}
    spec.update(_rollout(part.rollout))
    spec["template"] = pod_template(part, scope)

    return scope.body(part, "apps/v1", "Deployment", spec)


def job(part: Job, scope: Scope) -> dict[str, Any]:
    """
    One run; its name is a hash of its pod, so that a new version is a new
    run and the old one stays readable until then.
    """
    template = pod_template(part, scope)
    template["spec"]["restartPolicy"] = "Never"
    name = _names.run(part.name, template)

    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": scope.metadata(part, name),
        "spec": {
            "activeDeadlineSeconds": part.deadline_seconds,
            "backoffLimit": part.retries,
            "template": template,
        },
    }
