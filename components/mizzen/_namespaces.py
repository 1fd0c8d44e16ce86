"""
The namespace of an app, and what holds for all pods in it.
"""

from collections.abc import Iterator
from typing import Any

from ._names import MANAGED_BY, PART_OF
from ._scope import Scope
from .environment import ContainerLimits, Namespace, PullSecret, Quota
from .spec.texts import value_of


_LEVEL = "pod-security.kubernetes.io"


def _labels(scope: Scope) -> dict[str, str]:
    return {
        PART_OF: scope.app.name,
        MANAGED_BY: "mizzen",
    }


def _given(**values: object) -> dict[str, str]:
    """
    Resources that something is said about, as Kubernetes names them.
    """
    return {
        name.replace("_", "-"): str(value)
        for name, value in values.items()
        if value is not None
    }


def _inside(kind: str, spec: dict[str, Any], scope: Scope) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": {
            "name": scope.name,
            "namespace": scope.namespace,
            "labels": _labels(scope),
        },
        "spec": spec,
    }


def _hard(quota: Quota) -> dict[str, str]:
    requests = _given(cpu=quota.cpu, memory=quota.memory)
    return {
        **{f"requests.{name}": value for name, value in requests.items()},
        **_given(pods=quota.pods),
    }


def _of_containers(limits: ContainerLimits) -> dict[str, Any]:
    """
    Requests and limits of containers that have none. Processor time is not
    limited: Kubernetes would slow all containers of the namespace down.
    """
    limited = _given(
        memory=limits.memory, ephemeral_storage=limits.ephemeral_storage
    )
    found: dict[str, Any] = {"type": "Container"}
    if limited:
        found["default"] = limited
    found["defaultRequest"] = {**_given(cpu=limits.cpu), **limited}

    return found


def objects(scope: Scope) -> Iterator[tuple[str, dict[str, Any]]]:
    """
    Objects of the namespace by their roles; none if it is there already.
    """
    wanted = scope.environment.namespace or Namespace()
    if not wanted.create:
        return
    labels = {
        **_labels(scope),
        f"{_LEVEL}/enforce": wanted.pod_security,
        f"{_LEVEL}/warn": "restricted",
    }
    yield (
        "namespace",
        {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": scope.namespace, "labels": labels},
        },
    )
    if wanted.quota is not None:
        hard = {"hard": _hard(wanted.quota)}
        yield "quota", _inside("ResourceQuota", hard, scope)
    if wanted.limits is not None:
        limits = {"limits": [_of_containers(wanted.limits)]}
        yield "limits", _inside("LimitRange", limits, scope)


def pull_secrets(scope: Scope) -> Iterator[tuple[str, dict[str, Any]]]:
    """
    The Secrets by which images are pulled that nobody else makes, each with
    its role.
    """
    for secret in scope.stack.pull_secrets:
        if isinstance(secret, PullSecret):
            body = {
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": {
                    "name": secret.name,
                    "namespace": scope.namespace,
                    "labels": _labels(scope),
                },
                "type": "kubernetes.io/dockerconfigjson",
                "stringData": {".dockerconfigjson": value_of(secret.value)},
            }
            yield f"pull-secret-{secret.name}", body
