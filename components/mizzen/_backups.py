"""
Backups of stores: their disk, what makes them, and what puts one back.
"""

from collections.abc import Iterator
from typing import Any

from . import _errands, _names
from ._claims import backup_claim, claim
from ._containers import literal
from ._pods import run
from ._scope import Scope
from ._store_secrets import backup_secret
from .spec import Store
from .spec.store_answers import dump_of, server_of


# What makes another pod after an eviction: nobody follows a second try.
_AGAIN = frozenset({"podFailurePolicy", "podReplacementPolicy"})


def objects(part: Store, scope: Scope) -> Iterator[tuple[str, dict[str, Any]]]:
    """
    What makes and keeps copies of *part*, each object with its role.
    """
    access = scope.connections.access[part.name]
    backup = part.backup
    if backup is None:
        return
    name = _names.backups(part.name)
    metadata = _errands.metadata(part, scope, name)
    disk = backup_claim(part)
    kept = {**metadata, "name": disk}
    yield "backup-disk", claim(kept, backup.disk, scope, backup.storage_class)
    secret = backup_secret(part, scope).name
    template = _errands.pod_template(
        part,
        server_of(part, access),
        scope,
        dump_of(part, access),
        secret,
        disk,
    )
    body = {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": metadata,
        "spec": {
            "schedule": backup.schedule,
            "timeZone": backup.time_zone,
            "concurrencyPolicy": "Forbid",
            "successfulJobsHistoryLimit": 1,
            "failedJobsHistoryLimit": 3,
            "jobTemplate": {
                "metadata": {"labels": metadata["labels"]},
                "spec": run(template, retries=2, deadline_seconds=21_600),
            },
        },
    }
    yield "backup", body


def restoration(
    part: Store, cron_job: dict[str, Any], backup: str | None
) -> dict[str, Any]:
    """
    The Job that puts *part* back to a copy, made of the *cron_job* that
    makes copies, as it is in the cluster.
    """
    spec = cron_job["spec"]["jobTemplate"]["spec"]
    pod = spec["template"]["spec"]
    once = {key: spec[key] for key in spec if key not in _AGAIN}
    (container,) = pod["containers"]
    chosen = [{"name": "BACKUP", "value": backup}] if backup else []
    restoring = {
        **container,
        "command": literal(part.restore),
        "env": [*container.get("env", ()), *chosen],
    }
    metadata = {
        "namespace": cron_job["metadata"]["namespace"],
        "generateName": f"{_names.suffixed(part.name, 'restore')}-",
        "labels": cron_job["metadata"]["labels"],
    }
    template = {**spec["template"], "spec": {**pod, "containers": [restoring]}}

    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": metadata,
        "spec": {**once, "backoffLimit": 0, "template": template},
    }
