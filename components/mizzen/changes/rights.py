"""
What pods and accounts may do, and whether it grows.
"""

from collections.abc import Iterable, Iterator

from ..manifests import pod_template
from .objects import Body


Right = tuple[str, ...]

_ROLES = frozenset({"Role", "ClusterRole"})
_BINDINGS = frozenset({"RoleBinding", "ClusterRoleBinding"})
_LEVELS = ("restricted", "baseline", "privileged")
_ENFORCED = "pod-security.kubernetes.io/enforce"


def _of_a_role(body: Body) -> Iterator[Right]:
    for rule in body.get("rules") or ():
        for group in rule.get("apiGroups", ("",)):
            for resource in rule.get("resources", ()):
                for verb in rule.get("verbs", ()):
                    for name in rule.get("resourceNames") or ("*",):
                        yield "role", group, resource, verb, name


def _of_a_binding(body: Body) -> Iterator[Right]:
    role = body.get("roleRef", {}).get("name", "")
    for subject in body.get("subjects") or ():
        yield "bound", role, subject.get("kind", ""), subject.get("name", "")


def _of_a_container(container: Body) -> Iterator[Right]:
    name = str(container.get("name", ""))
    security = container.get("securityContext") or {}
    if security.get("privileged"):
        yield "pod", name, "privileged"
    if security.get("allowPrivilegeEscalation") is not False:
        yield "pod", name, "privilege escalation"
    if not security.get("readOnlyRootFilesystem"):
        yield "pod", name, "writable root file system"
    if not security.get("runAsNonRoot"):
        yield "pod", name, "root"
    for added in (security.get("capabilities") or {}).get("add") or ():
        yield "pod", name, f"capability {added}"


def _of_pods(spec: Body) -> Iterator[Right]:
    for setting in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(setting):
            yield "pod", setting
    if spec.get("automountServiceAccountToken") is not False:
        yield "pod", "token of its service account"
    for volume in spec.get("volumes") or ():
        if "hostPath" in volume:
            yield "pod", "host path", str(volume["hostPath"].get("path"))
    for kind in ("initContainers", "containers"):
        containers = spec.get(kind) or ()
        # A secret in an array hides the whole array in a preview.
        if not isinstance(containers, str):
            for container in containers:
                yield from _of_a_container(container)


def _rights(body: Body) -> Iterator[Right]:
    kind = body.get("kind")
    if kind in _ROLES:
        yield from _of_a_role(body)
    elif kind in _BINDINGS:
        yield from _of_a_binding(body)
    elif kind == "Namespace":
        labels = body.get("metadata", {}).get("labels") or {}
        level = labels.get(_ENFORCED, "privileged")
        for lower in _LEVELS[: _LEVELS.index(level) + 1]:
            yield "namespace", lower
    else:
        template = pod_template(body)
        if template is not None:
            yield from _of_pods(template["spec"])


def widened(old: Body | None, new: Body | None) -> tuple[Right, ...]:
    """
    Rights that *new* gives and *old* does not. New pods and namespaces give
    none: what is unusual about them is a finding, not a change.
    """
    if new is None or (
        old is None and new.get("kind") not in _ROLES | _BINDINGS
    ):
        return ()
    before = set(_rights(old or {}))

    return tuple(right for right in _rights(new) if right not in before)


def right_words(rights: Iterable[Right]) -> Iterator[str]:
    """
    *rights* in words, with all that may be done to one resource in one.

    >>> [*right_words([("role", "", "pods", "get", "*"), ("pod", "hostPID")])]
    ['pod hostPID', 'get pods']
    """
    verbs: dict[tuple[str, ...], list[str]] = {}
    for kind, *rest in rights:
        if kind == "role":
            group, resource, verb, name = rest
            verbs.setdefault((group, resource, name), []).append(verb)
        else:
            yield " ".join((kind, *rest))
    for (group, resource, name), found in verbs.items():
        what = f"{resource}.{group}" if group else resource
        named = "" if name == "*" else f" {name}"
        yield f"{', '.join(found)} {what}{named}"
