"""
Who a part is to the cluster and to its cloud, and what it may do.
"""

from collections.abc import Iterator
from typing import Any

from ._claims import on_disks
from ._scope import Scope
from .environment import Cluster
from .spec import (
    ALL_NAMESPACES,
    Address,
    Allow,
    AwsRole,
    AzureClient,
    GcpAccount,
    Identity,
    Part,
    Store,
    identity_value,
    title,
)
from .spec.texts import value_of
from .stack import Stack


_GROUP = "rbac.authorization.k8s.io"
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
    return cluster.gives_credentials(type(identity))


def asks_by_name(part: Part) -> bool:
    """
    Whether *part* asks for credentials by a name, whatever the address is:
    Google's libraries know the metadata server by ``metadata.google.internal``
    alone.
    """
    return isinstance(identity_of(part), GcpAccount)


def strange_identity(part: Part, stack: Stack) -> Iterator[str]:
    """
    What is wrong with an identity that the cluster gives nobody.
    """
    identity = identity_of(part)
    served = stack.cluster.identity_endpoints
    if identity is not None and served and type(identity) not in served:
        kinds = " or ".join(f"{kind.__name__}(…)" for kind in served)
        yield (
            f"{title(part)}: identity must be {kinds} on a cluster of kind "
            f"{stack.cluster.name!r}, as stack {stack.name!r} has it (got "
            f"{type(identity).__name__}). Override it by environment, or "
            "deploy to a Cluster(…, identity_endpoints={"
            f"{type(identity).__name__}: […]}})."
        )


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


def _places(part: Any) -> dict[Any, list[Allow]]:
    """
    The permissions of *part* by where they hold.
    """
    found: dict[Any, list[Allow]] = {}
    for permission in part.permissions:
        found.setdefault(permission.within, []).append(permission)

    return found


def _granted(
    part: Part, within: Any, allowed: list[Allow], scope: Scope
) -> Iterator[dict[str, Any]]:
    """
    A role and what gives it to the account of *part*. Outside of the app's
    namespace, no other part's is called like it: neither namespaces nor
    parts have dots in their names.
    """
    kind = "ClusterRole" if within is ALL_NAMESPACES else "Role"
    name = f"{scope.namespace}.{part.name}" if within else part.name
    metadata = scope.metadata(part, name)
    if within is ALL_NAMESPACES:
        del metadata["namespace"]
    elif within is not None:
        metadata["namespace"] = within
    yield {
        "apiVersion": f"{_GROUP}/v1",
        "kind": kind,
        "metadata": metadata,
        "rules": [
            rule for permission in allowed for rule in _rules(permission)
        ],
    }
    account = {
        "kind": "ServiceAccount",
        "name": part.name,
        "namespace": scope.namespace,
    }
    yield {
        "apiVersion": f"{_GROUP}/v1",
        "kind": f"{kind}Binding",
        "metadata": metadata,
        "roleRef": {"apiGroup": _GROUP, "kind": kind, "name": name},
        "subjects": [account],
    }


def permissions(
    part: Any, scope: Scope
) -> Iterator[tuple[str, dict[str, Any]]]:
    """
    The least Roles of *part*, and what gives them to its account, each with
    its role.
    """
    if not may_ask(part):
        return
    for within, allowed in _places(part).items():
        where = f"-{within}" if isinstance(within, str) else ""
        start = "cluster-" if within is ALL_NAMESPACES else ""
        role, binding = _granted(part, within, allowed, scope)
        yield f"{start}role{where}", role
        yield f"{start}role-binding{where}", binding
