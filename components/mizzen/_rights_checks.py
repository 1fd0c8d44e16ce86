"""
What parts may do in the cluster that leads to all of it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ._scene import Problem, Scene, listed


_READ = {"get", "list", "watch"}
_WRITE = {"create", "update", "patch"}
_RBAC = "rbac.authorization.k8s.io"
# By group and resource, the verbs that give more than they say.
_STRONG = {
    ("", "secrets"): _READ,
    ("", "pods"): {"create"},
    ("", "pods/exec"): {"create"},
    ("", "serviceaccounts/token"): {"create"},
    (_RBAC, "rolebindings"): _WRITE,
    (_RBAC, "clusterrolebindings"): _WRITE,
}
_ALWAYS = {"bind", "escalate", "impersonate"}


def _strong(rule: Mapping[str, Any]) -> Iterator[str]:
    """
    The strong rights of a rule, in words.
    """
    groups, verbs = rule.get("apiGroups", ()), set(rule.get("verbs", ()))
    for resource in rule.get("resources", ()):
        if "*" in (resource, *verbs):
            yield f"{listed(sorted(verbs))} on {resource}"
        for group in groups:
            found = verbs & (_STRONG.get((group, resource), set()) | _ALWAYS)
            # What a name restricts is as much as was meant.
            if found and not rule.get("resourceNames"):
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
