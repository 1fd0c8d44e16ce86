"""
What CustomResourceDefinitions say of kinds, and which kinds belong to no
namespace.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from ._lenient import Lenient


# Kinds of Kubernetes itself, and often met ones, that have no namespace.
_CLUSTERED = frozenset(
    {
        "APIService",
        "AdminNetworkPolicy",
        "BaselineAdminNetworkPolicy",
        "CSIDriver",
        "CSINode",
        "CertificateSigningRequest",
        "CiliumClusterwideNetworkPolicy",
        "ClusterExternalSecret",
        "ClusterIssuer",
        "ClusterPolicy",
        "ClusterRole",
        "ClusterRoleBinding",
        "ClusterSecretStore",
        "ClusterTriggerAuthentication",
        "ClusterTrustBundle",
        "CustomResourceDefinition",
        "DeviceClass",
        "EC2NodeClass",
        "FlowSchema",
        "GatewayClass",
        "IPAddress",
        "IngressClass",
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
        "MutatingWebhookConfiguration",
        "Namespace",
        "Node",
        "NodeClaim",
        "NodePool",
        "PersistentVolume",
        "PriorityClass",
        "PriorityLevelConfiguration",
        "ResourceSlice",
        "RuntimeClass",
        "ServiceCIDR",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
        "VolumeAttachment",
        "VolumeAttributesClass",
        "VolumeSnapshotClass",
        "VolumeSnapshotContent",
    }
)
_GROUP, _KIND = "apiextensions.k8s.io", "CustomResourceDefinition"

GroupKind = tuple[str, str]


def group_kind(body: Mapping[str, Any]) -> GroupKind:
    """
    Group and kind of an object, which stay when its version changes.
    """
    return body["apiVersion"].rpartition("/")[0], body["kind"]


@attrs.frozen(kw_only=True)
class Definition:
    """
    What is known of a kind.

    Attributes:
        scope: ``"Cluster"``, ``"Namespaced"`` or nothing.

        served:
            Schema of each version that the API server serves; `None` if
            nothing is said of versions.
    """

    scope: str
    served: Mapping[str, Any] | None = None


def defined(body: Mapping[str, Any]) -> GroupKind | None:
    """
    The kind that *body* defines, if it is a CustomResourceDefinition.
    """
    if group_kind(body) != (_GROUP, _KIND):
        return None
    spec = Lenient(body)["spec"]
    return spec["group"].text, spec["names"]["kind"].text


def flaw(body: Mapping[str, Any]) -> str | None:
    """
    Why *body* is no definition by which objects could be judged.

    >>> flaw({"apiVersion": "v1", "kind": "ConfigMap"})
    'it must be a CustomResourceDefinition of apiextensions.k8s.io/v1'
    """
    if (body["apiVersion"], body["kind"]) != (f"{_GROUP}/v1", _KIND):
        return f"it must be a {_KIND} of {_GROUP}/v1"
    spec = Lenient(body)["spec"]
    versions = [*spec["versions"]]
    fields: dict[str, object] = {
        "spec.group": spec["group"].text,
        "spec.names.kind": spec["names"]["kind"].text,
        "spec.scope": spec["scope"].text,
        "spec.versions": versions,
    }
    for number, version in enumerate(versions):
        place = f"spec.versions[{number}]"
        schema = version["schema"]["openAPIV3Schema"]
        fields[f"{place}.name"] = version["name"].text
        fields[f"{place}.schema.openAPIV3Schema"] = schema
    missing = next((name for name, value in fields.items() if not value), None)

    return missing and f"{missing} must be given"


def _definition(body: Mapping[str, Any]) -> Definition:
    spec = Lenient(body)["spec"]
    versions = [*spec["versions"]]
    served = {
        version["name"].text: version["schema"]["openAPIV3Schema"].value
        for version in versions
        if version["served"]
    }
    return Definition(
        scope=spec["scope"].text, served=served if versions else None
    )


def definitions(
    bodies: Iterable[Mapping[str, Any]],
) -> dict[GroupKind, Definition]:
    """
    What the CustomResourceDefinitions among *bodies* say of kinds; the last
    one of a kind goes.
    """
    found: dict[GroupKind, Definition] = {}
    for body in bodies:
        kind = defined(body)
        if kind is not None:
            found[kind] = _definition(body)
    return found


def is_clustered(
    body: Mapping[str, Any], known: Mapping[GroupKind, Definition]
) -> bool:
    """
    Whether *body* belongs to no namespace, by what is *known* of kinds.

    >>> role = {"apiVersion": "rbac.authorization.k8s.io/v1"}
    >>> is_clustered({**role, "kind": "ClusterRole"}, {})
    True
    """
    found = known.get(group_kind(body))
    if found is not None and found.scope:
        return found.scope == "Cluster"
    return body["kind"] in _CLUSTERED
