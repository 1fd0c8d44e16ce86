"""
Who a part is to the cluster and to its cloud, and what it may do.
"""

from collections.abc import Iterator
from typing import Any

from ._claims import on_disks
from ._scope import Scope
from .environment import Cluster
from .spec import (
    Address,
    Allow,
    AwsRole,
    AzureClient,
    GcpAccount,
    Identity,
    Part,
    Store,
    identity_value,
)
from .spec.texts import value_of


# Annotations by which clouds know whom an account stands for.
_ANNOTATIONS: dict[type[Identity], str] = {
    AwsRole: "eks.amazonaws.com/role-arn",
    GcpAccount: "iam.gke.io/gcp-service-account",
    AzureClient: "azure.workload.identity/client-id",
}


def identity_of(part: Part) -> Identity | None:
    """
    Who *part* is to the cloud; stores are nobody.
    """
    found = None if isinstance(part, Store) else part.identity

    return found if isinstance(found, Identity) else None


def asked_for_credentials(part: Part, cluster: Cluster) -> tuple[Address, ...]:
    """
    Where *part* gets the credentials of its identity.
    """
    identity = identity_of(part)
    if identity is None:
        return ()
    return cluster.identity_endpoints.get(type(identity), ())


def may_ask(part: Part) -> bool:
    """
    Whether *part* may ask the API server for anything.
    """
    return not isinstance(part, Store) and bool(part.permissions)


def identity_labels(part: Part) -> dict[str, str]:
    """
    Labels by which a cloud finds the pods that it gives credentials.
    """
    if isinstance(identity_of(part), AzureClient):
        return {"azure.workload.identity/use": "true"}
    return {}


def service_account(part: Part, scope: Scope) -> dict[str, Any]:
    """
    An identity of the part's own, without a token, that tells of its disks.
    """
    metadata = scope.metadata(part, part.name)
    annotations: dict[str, Any] = {**on_disks(part)}
    identity = identity_of(part)
    value = identity_value(identity)
    if identity is not None and value is not None:
        annotation = _ANNOTATIONS[type(identity)]
        annotations[annotation] = value_of(value)
    if annotations:
        metadata["annotations"] = annotations

    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": metadata,
        "automountServiceAccountToken": False,
    }


def _rules(permission: Allow) -> Iterator[dict[str, Any]]:
    """
    One rule for each group of resources.
    """
    groups: dict[str, list[str]] = {}
    for named in permission.on:
        path, slash, sub = named.partition("/")
        resource, _, group = path.partition(".")
        group = "*" if named == "*" else group
        groups.setdefault(group, []).append(f"{resource}{slash}{sub}")
    for group, resources in groups.items():
        rule = {
            "apiGroups": [group],
            "resources": resources,
            "verbs": list(permission.verbs),
        }
        if permission.names:
            rule["resourceNames"] = list(permission.names)
        yield rule


def permissions(part: Any, scope: Scope) -> Iterator[dict[str, Any]]:
    """
    The least Role of *part*, and what gives it to its account.
    """
    if not may_ask(part):
        return
    group = "rbac.authorization.k8s.io"
    rules = [
        rule for permission in part.permissions for rule in _rules(permission)
    ]
    yield {
        "apiVersion": f"{group}/v1",
        "kind": "Role",
        "metadata": scope.metadata(part, part.name),
        "rules": rules,
    }
    account = {
        "kind": "ServiceAccount",
        "name": part.name,
        "namespace": scope.namespace,
    }
    yield {
        "apiVersion": f"{group}/v1",
        "kind": "RoleBinding",
        "metadata": scope.metadata(part, part.name),
        "roleRef": {"apiGroup": group, "kind": "Role", "name": part.name},
        "subjects": [account],
    }
