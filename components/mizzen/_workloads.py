"""
Deployments and Jobs: what runs your own code.
"""

from typing import Any

from . import _names
from ._pods import pod_template
from ._scope import Scope
from .spec import Autoscale, Job


def deployment(part: Any, scope: Scope) -> dict[str, Any]:
    """
    Replicas of a Service or Worker, exchanged without a gap.
    """
    spec: dict[str, Any] = {}
    if not isinstance(part.scale, Autoscale):
        spec["replicas"] = part.replicas
    spec["revisionHistoryLimit"] = 3
    spec["selector"] = {"matchLabels": scope.selector(part)}
    spec["strategy"] = {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0},
    }
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
