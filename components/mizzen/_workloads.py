"""
What runs your own code: Deployments, DaemonSets, Jobs and CronJobs.
"""

from typing import Any

import attrs

from . import _names
from ._containers import slow_start
from ._pods import pod_template, run
from ._scope import Scope
from .spec import Autoscale, CronJob, DaemonSet, Job, Recreate, Rollout


# What Kubernetes gives a rollout where nothing is said.
_DEADLINE = 600


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


def _patient(part: Any, template: dict[str, Any]) -> Rollout | Recreate:
    """
    The rollout of *part*, with a later deadline where pods may start slowly,
    or have to be gone before.
    """
    rollout: Rollout | Recreate = part.rollout
    more = sum(map(slow_start, (part, *part.sidecars)))
    if isinstance(rollout, Recreate):
        more += template["spec"]["terminationGracePeriodSeconds"]
    if not more or rollout.progress_deadline_seconds is not None:
        return rollout
    return attrs.evolve(rollout, progress_deadline_seconds=_DEADLINE + more)


def deployment(part: Any, scope: Scope) -> dict[str, Any]:
    """
    Replicas of a Service or Worker, exchanged without a gap.
    """
    template = pod_template(part, scope)
    spec: dict[str, Any] = {}
    if not isinstance(part.scale, Autoscale):
        spec["replicas"] = part.replicas
    spec["revisionHistoryLimit"] = 3
    spec["selector"] = {"matchLabels": scope.selector(part)}
    spec.update(_rollout(_patient(part, template)))
    spec["template"] = template

    return scope.body(part, "apps/v1", "Deployment", spec)


def daemon_set(part: DaemonSet, scope: Scope) -> dict[str, Any]:
    """
    One pod on each node.
    """
    spec: dict[str, Any] = {
        "revisionHistoryLimit": 3,
        "selector": {"matchLabels": scope.selector(part)},
    }
    # Two pods of a node cannot listen on the same of its ports.
    usual = Rollout(surge=0, unavailable=1) if part.host_network else Rollout()
    for key, value in _rollout(part.update_strategy or usual).items():
        spec["updateStrategy" if key == "strategy" else key] = value
    spec["template"] = pod_template(part, scope)

    return scope.body(part, "apps/v1", "DaemonSet", spec)


def _run(part: Job | CronJob, scope: Scope) -> dict[str, Any]:
    """
    What all runs of a job have in common.
    """
    template = pod_template(part, scope)
    template["spec"]["restartPolicy"] = "Never"

    return run(template, part.retries, part.deadline_seconds)


def job(part: Job, scope: Scope) -> dict[str, Any]:
    """
    One run; its name is a hash of its pod, so that a new version is a new
    run and the old one stays readable until then.
    """
    spec = _run(part, scope)
    name = _names.run(part.name, spec["template"])

    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": scope.metadata(part, name),
        "spec": spec,
    }


def cron_job(part: CronJob, scope: Scope) -> dict[str, Any]:
    """
    Runs at the times of a schedule.
    """
    labels = scope.metadata(part, part.name)["labels"]
    spec: dict[str, Any] = {
        "schedule": part.schedule,
        "timeZone": part.time_zone,
        "concurrencyPolicy": part.concurrency,
        "suspend": part.suspend,
        "successfulJobsHistoryLimit": part.successful_history,
        "failedJobsHistoryLimit": part.failed_history,
        "jobTemplate": {
            "metadata": {"labels": labels},
            "spec": _run(part, scope),
        },
    }
    if part.start_within_seconds is not None:
        spec["startingDeadlineSeconds"] = part.start_within_seconds

    return scope.body(part, "batch/v1", "CronJob", spec)
