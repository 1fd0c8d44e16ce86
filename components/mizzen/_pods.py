"""
Pods of your own parts.
"""

from typing import Any

from ._containers import container
from ._scheduling import scheduling
from ._scope import Scope
from ._volumes import volumes
from .spec import Off, Service


def pod_spec(
    name: str, grace_seconds: int, group: int | Off | None
) -> dict[str, Any]:
    """
    What all pods have in common: an account of their own without a token,
    no variables from other Services, files readable by their group.
    """
    security: dict[str, Any] = {
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    if isinstance(group, int):
        security["fsGroup"] = group
    return {
        "serviceAccountName": name,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": grace_seconds,
        "securityContext": security,
    }


def pod_template(part: Any, scope: Scope) -> dict[str, Any]:
    """
    The pods of *part*.
    """
    pod_volumes, mounts = volumes(part, scope)
    grace_seconds = part.grace_seconds
    if isinstance(part, Service):
        # A pause counts as part of it to Kubernetes.
        grace_seconds += part.pause_seconds
    spec = pod_spec(part.name, grace_seconds, part.user)
    spec.update(scheduling(part, scope))
    spec["containers"] = [container(part, scope, mounts)]
    if pod_volumes:
        spec["volumes"] = pod_volumes
    labels = {
        **scope.metadata(part, part.name)["labels"],
        "app.kubernetes.io/version": scope.images[id(part.image)].version,
    }

    return {"metadata": {"labels": labels}, "spec": spec}
