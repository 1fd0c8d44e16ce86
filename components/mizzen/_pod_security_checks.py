"""
What pods may do beyond what Pod Security lets everybody do.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ._scene import PROBES, Problem, Scene, Workload, listed, namespace
from .environment import effective
from .manifests import Manifest
from .spec import OFF, DaemonSet, HostPath, Part, SecurityContext, Store
from .spec.security import (
    LEVELS,
    highest,
    level_of_capability,
    level_of_profile,
)


# What a pod or a container asks for, and the strictest level that lets it.
Asked = tuple[str, str]
# The name of the container, none for the pod itself, and what it asks for.
Wish = tuple[str, str]

_ENFORCED = "pod-security.kubernetes.io/enforce"
# https://kubernetes.io/docs/concepts/security/pod-security-standards/
_HOST = ("hostNetwork", "hostPID", "hostIPC")
_VOLUMES = frozenset(
    {
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "persistentVolumeClaim",
        "projected",
        "secret",
    }
)
_SYSCTLS = frozenset(
    {
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.tcp_wmem",
    }
)
# What containers have of their pod's security context.
_HANDED_DOWN = (
    "appArmorProfile",
    "runAsNonRoot",
    "runAsUser",
    "seLinuxOptions",
    "seccompProfile",
    "windowsOptions",
)
_SELINUX_TYPES = (
    "container_t",
    "container_init_t",
    "container_kvm_t",
    "container_engine_t",
    "",
)
_HOOKS = ("postStart", "preStop")


def _host_path(path: str | None) -> str:
    return f"a hostPath volume of {path or 'nothing'}"


def _of_volume(volume: Mapping[str, Any]) -> Iterator[Asked]:
    for kind in volume:
        if kind == "hostPath":
            yield _host_path(volume[kind].get("path")), "privileged"
        elif kind != "name" and kind not in _VOLUMES:
            yield f"a volume of kind {kind}", "baseline"


def _of_context(context: Mapping[str, Any]) -> Iterator[Asked]:
    """
    What the security context of a container asks for, with what it has of
    its pod's.
    """
    if context.get("privileged"):
        yield "privileged", "privileged"
    capabilities = context.get("capabilities", {})
    for name in capabilities.get("add", ()):
        yield f"capability {name}", level_of_capability(name)
    if "ALL" not in capabilities.get("drop", ()):
        yield "capabilities without drop: [ALL]", "baseline"
    if context.get("allowPrivilegeEscalation") is not False:
        yield "allowPrivilegeEscalation", "baseline"
    if context.get("runAsUser") == 0:
        yield "runAsUser: 0", "baseline"
    elif not context.get("runAsNonRoot"):
        yield "a user that may be root", "baseline"
    if "type" not in context.get("seccompProfile", {}):
        yield "no seccompProfile", "baseline"
    yield from _of_profiles(context)


def _of_profiles(context: Mapping[str, Any]) -> Iterator[Asked]:
    """
    What it asks for of what else guards the node.
    """
    for field in ("seccompProfile", "appArmorProfile"):
        profile = context.get(field, {}).get("type")
        yield f"profile {profile}", level_of_profile(profile)
    selinux = context.get("seLinuxOptions", {})
    kind = selinux.get("type", "")
    if kind not in _SELINUX_TYPES or any(map(selinux.get, ("user", "role"))):
        yield "seLinuxOptions", "privileged"
    if context.get("procMount", "Default") != "Default":
        yield "procMount", "privileged"
    if context.get("windowsOptions", {}).get("hostProcess"):
        yield "hostProcess", "privileged"


def context_of(
    workload: Workload, container: Mapping[str, Any]
) -> dict[str, Any]:
    """
    The security context of a container, with what it has of its pod's.
    """
    of_pod = workload.spec.get("securityContext", {})
    handed_down = {key: of_pod[key] for key in _HANDED_DOWN if key in of_pod}

    return {**handed_down, **container.get("securityContext", {})}


def _of_hosts(container: Mapping[str, Any]) -> Iterator[Asked]:
    """
    What the node is to ask that is no port of the pod.
    """
    hooks = container.get("lifecycle", {})
    asking = {name: container.get(name, {}) for name in PROBES}
    asking |= {name: hooks.get(name, {}) for name in _HOOKS}
    for name, handlers in asking.items():
        for handler in ("httpGet", "tcpSocket"):
            if handlers.get(handler, {}).get("host"):
                yield f"a host in {name}", "privileged"


def _of_pod(spec: Mapping[str, Any]) -> Iterator[Asked]:
    """
    What a pod asks for by itself, whatever its containers say.
    """
    for setting in _HOST:
        if spec.get(setting):
            yield setting, "privileged"
    for volume in spec.get("volumes", ()):
        yield from _of_volume(volume)
    context = spec.get("securityContext", {})
    for sysctl in context.get("sysctls", ()):
        if sysctl["name"] not in _SYSCTLS:
            yield f"sysctl {sysctl['name']}", "privileged"
    if context.get("runAsUser") == 0:
        yield "runAsUser: 0", "baseline"
    if context.get("runAsNonRoot") is False:
        yield "runAsNonRoot: false", "baseline"
    yield from _of_profiles(context)


def _asked_by(workload: Workload) -> Iterator[tuple[Wish, str]]:
    """
    What the pods of *workload* ask for beyond what all pods may do.
    """
    for what, level in _of_pod(workload.spec):
        yield ("", what), level
    for container in workload.containers:
        name = container["name"]
        if any(port.get("hostPort") for port in container.get("ports", ())):
            yield (name, "a hostPort"), "privileged"
        for what, level in (
            *_of_context(context_of(workload, container)),
            *_of_hosts(container),
        ):
            yield (name, what), level


def _beyond(workload: Workload, level: str) -> dict[Wish, str]:
    """
    What of the pods of *workload* is beyond *level*, each with the level
    that lets it.
    """
    return {
        wish: needed
        for wish, needed in _asked_by(workload)
        if LEVELS.index(needed) > LEVELS.index(level)
    }


def _words(wishes: Iterable[Wish]) -> str:
    return listed(dict.fromkeys(what for _, what in wishes))


def enforced(scene: Scene, workload: Workload) -> str | None:
    """
    The level that the namespace of a pod enforces; `None` if nobody knows.
    """
    for found in scene.of_kind("Namespace"):
        if found.name == namespace(workload.manifest):
            labels = found.body["metadata"].get("labels", {})
            level = labels.get(_ENFORCED, "privileged")
            return level if level in LEVELS else None
    return None


def _where(scene: Scene, manifest: Manifest) -> str:
    """
    Where somebody has said what the pods of *manifest* may do.
    """
    owner = scene.owner(manifest)
    hatch = next(scene.hatches(manifest), None)

    return f"the {hatch.by} of {owner}" if hatch else owner


def pod_refused(scene: Scene) -> Iterator[Problem]:
    """
    Pod Security does not let pods into their namespace, so that none starts.
    """
    for workload in scene.workloads:
        level = enforced(scene, workload)
        found = _beyond(workload, level or "privileged")
        if found:
            manifest, needed = workload.manifest, highest(found.values())
            yield Problem(
                manifest,
                "its pods never start, because namespace "
                f"{namespace(manifest)!r} enforces Pod Security's level "
                f"{level!r}, and {needed!r} is needed for {_words(found)}",
                f"Correct it in {_where(scene, manifest)}, or lower the level "
                "of the namespace, like namespace=Namespace(pod_security="
                f"{needed!r}) in the environment.",
            )


def _declared(part: Part | None) -> Iterator[Wish]:
    """
    What a part asks for in its own words.
    """
    owners: Iterable[Any] = ()
    if part is not None and not isinstance(part, Store):
        owners = part.containers
    for owner in owners:
        context = owner.security_context or SecurityContext()
        if context.privileged:
            yield owner.name, "privileged"
        if OFF in (context.seccomp_profile, context.app_armor_profile):
            yield owner.name, "profile Unconfined"
        for name in context.capabilities:
            yield owner.name, f"capability {name}"
        for volume in owner.volumes.values():
            if isinstance(volume, HostPath):
                yield "", _host_path(volume.path)
    if isinstance(part, DaemonSet):
        shared = {"hostNetwork": part.host_network, "hostPID": part.host_pid}
        yield from (("", setting) for setting in _HOST if shared.get(setting))


def pod_privileged(scene: Scene) -> Iterator[Problem]:
    """
    Pods may do what only their node should, by a patch or by hand.
    """
    parts: dict[str | None, Part] = {
        part.name: part for part in effective(scene.app, scene.environment)
    }
    for workload in scene.workloads:
        manifest = workload.manifest
        level = enforced(scene, workload)
        if level is not None and level != "privileged":
            continue
        said = {*_declared(parts.get(manifest.part))}
        found = [
            wish for wish in _beyond(workload, "baseline") if wish not in said
        ]
        if found:
            yield Problem(
                manifest,
                "its pods may do what only their node should, by "
                f"{_words(found)}",
                f"Take it out of {_where(scene, manifest)}, or keep others "
                "out of its namespace.",
            )
