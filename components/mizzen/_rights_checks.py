"""
What parts may do in the cluster that leads to all of it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ._scene import Problem, Scene, listed


_READ = {"get", "list", "watch"}
_WRITE = {"create", "update", "patch"}
# Programs in pods of others are reached by either, whatever the client.
_CONNECT = {"get", "create"}
_ADMISSION = "admissionregistration.k8s.io"
_CERTIFICATES = "certificates.k8s.io"
_RBAC = "rbac.authorization.k8s.io"
# https://kubernetes.io/docs/concepts/security/rbac-good-practices/
# By group and resource, the verbs that give more than they say. Whoever
# decides about pods has what all accounts of their namespace have, a volume
# may be a folder of a node, and a label of a namespace says what its pods may.
_STRONG = {
    ("", "namespaces"): {"update", "patch"},
    ("", "persistentvolumes"): {"create"},
    ("", "secrets"): _READ,
    ("", "pods"): _WRITE,
    ("", "pods/attach"): _CONNECT,
    ("", "pods/ephemeralcontainers"): {"update", "patch"},
    ("", "pods/exec"): _CONNECT,
    ("", "replicationcontrollers"): _WRITE,
    ("apps", "daemonsets"): _WRITE,
    ("apps", "deployments"): _WRITE,
    ("apps", "replicasets"): _WRITE,
    ("apps", "statefulsets"): _WRITE,
    ("batch", "cronjobs"): _WRITE,
    ("batch", "jobs"): _WRITE,
    ("", "nodes/proxy"): _WRITE | {"get", "delete"},
    ("", "serviceaccounts/token"): {"create"},
    (_ADMISSION, "mutatingadmissionpolicies"): _WRITE,
    (_ADMISSION, "mutatingwebhookconfigurations"): _WRITE,
    (_ADMISSION, "validatingwebhookconfigurations"): _WRITE,
    (_CERTIFICATES, "certificatesigningrequests"): {"create"},
    (_CERTIFICATES, "certificatesigningrequests/approval"): {
        "update",
        "patch",
    },
    (_RBAC, "rolebindings"): _WRITE,
    (_RBAC, "clusterrolebindings"): _WRITE,
}
# Of one role or group as of all: a name may be that of the mightiest.
_ALWAYS = {"bind", "escalate", "impersonate"}
# What every cluster has that allows something of the above.
_STRONG_ROLES = frozenset(
    {
        "admin",
        "cluster-admin",
        "edit",
        "system:aggregate-to-admin",
        "system:aggregate-to-edit",
        "system:kube-controller-manager",
        "system:kubelet-api-admin",
        "system:node",
        "system:node-bootstrapper",
        "system:persistent-volume-provisioner",
    }
)


def _strong_verbs(group: str, resource: str) -> set[str]:
    """
    The verbs that give more than they say of what a rule names, be it
    something of all groups, or of all resources, like ``*/exec``.
    """
    found = set(_ALWAYS)
    for (of_group, name), verbs in _STRONG.items():
        _, slash, below = name.partition("/")
        every = f"*/{below}" if slash else name
        if group in ("*", of_group) and resource in (name, every):
            found |= verbs

    return found


def _strong(rule: Mapping[str, Any]) -> Iterator[str]:
    """
    The strong rights of a rule, in words.
    """
    groups, verbs = rule.get("apiGroups", ()), set(rule.get("verbs", ()))
    for resource in rule.get("resources", ()):
        if verbs and "*" in (resource, *verbs):
            yield f"{listed(sorted(verbs))} on {resource}"
        for group in groups:
            found = verbs & _strong_verbs(group, resource)
            # What a name restricts is as much as was meant.
            if rule.get("resourceNames"):
                found &= _ALWAYS
            if found:
                yield f"{listed(sorted(found))} on {resource}"


def strong_rights(scene: Scene) -> Iterator[Problem]:
    """
    Rights that lead to more than they say.
    """
    for kind in ("Role", "ClusterRole"):
        for role in scene.of_kind(kind):
            rules = role.body.get("rules", ())
            found = dict.fromkeys(
                right for rule in rules for right in _strong(rule)
            )
            if found:
                yield Problem(
                    role,
                    f"it allows {'; '.join(found)}, by which an account "
                    "comes to the rights of others",
                    "Name the objects, like Allow('get', on='secrets', "
                    "names='site'), or leave it to a part of its own.",
                )
    yield from _strong_bindings(scene)


def _strong_bindings(scene: Scene) -> Iterator[Problem]:
    """
    What gives rights of a role that every cluster has.
    """
    for kind in ("RoleBinding", "ClusterRoleBinding"):
        for binding in scene.of_kind(kind):
            role = binding.body.get("roleRef", {})
            name = role.get("name")
            if role.get("kind") == "ClusterRole" and name in _STRONG_ROLES:
                yield Problem(
                    binding,
                    f"it gives what ClusterRole {name!r} allows, by which an "
                    "account comes to the rights of others",
                    "Bind a role that names what is needed, like "
                    "permissions=[Allow('get', on='pods')].",
                )
