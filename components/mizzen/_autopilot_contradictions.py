"""
What Autopilot of GKE refuses of the pods that parts describe.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from ._volumes import scratch_bytes
from .quantities import binary, parse_bytes, parse_millicores
from .spec import HostPath, Part, Store, title
from .stack import Stack


_MOST_MILLICORES = 30_000
_MOST_MEMORY = 110 << 30
_MOST_STORAGE = 10 << 30
# Nodes come and go with the pods that they are made for.
_SINGLE_NODES = ("kubernetes.io/hostname", "node.kubernetes.io/instance-type")
_CLASS = "cloud.google.com/compute-class"
# What these labels choose has sizes of its own.
CLASSES = (_CLASS, "cloud.google.com/gke-accelerator")


def unplaceable(parts: Iterable[Part], stack: Stack) -> Iterator[str]:
    """
    Every sentence about pods that Autopilot makes no nodes for.
    """
    if not stack.cluster.autopilot:
        return
    for part in parts:
        yield from _choosing_nodes(part)
        yield from _on_the_node(part)
        if not any(label in part.nodes for label in CLASSES):
            larger = f"nodes={{{_CLASS!r}: 'Performance'}}"
            remedy = f"Lower it, or choose larger nodes, like {larger}."
            yield from _too_large(part, remedy)


def _choosing_nodes(part: Any) -> Iterator[str]:
    for label in _SINGLE_NODES:
        if label in part.nodes:
            yield (
                f"{title(part)}: nodes names {label!r}, but Autopilot makes "
                "nodes for pods and lets no pod choose one. Leave it out, or "
                f"choose a class of nodes by {_CLASS!r}."
            )


def _on_the_node(part: Any) -> Iterator[str]:
    """
    https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-security
    """
    remedy = "but Autopilot refuses it. Leave it out, or use another cluster."
    for field in ("host_network", "host_pid"):
        if getattr(part, field, False):
            yield f"{title(part)}: it asks for {field}, {remedy}"
    for owner in () if isinstance(part, Store) else part.containers:
        where = "" if owner is part else f"container {owner.name!r}: "
        if owner.security_context.privileged:
            yield f"{title(part)}: {where}it is privileged, {remedy}"
        for path, volume in owner.volumes.items():
            if isinstance(volume, HostPath) and not _is_a_log(volume):
                yield (
                    f"{title(part)}: {where}{path} comes from {volume.path} "
                    f"of the node, {remedy} It lets pods read what is below "
                    "/var/log alone."
                )


def _is_a_log(volume: HostPath) -> bool:
    return volume.read_only and f"{volume.path}/".startswith("/var/log/")


def _too_large(part: Any, remedy: str) -> Iterator[str]:
    for field, asked, most in _sizes(part):
        if asked > most:
            shown = [
                f"{size}m" if field == "cpu" else binary(size)
                for size in (asked, most)
            ]
            yield (
                f"{title(part)}: {field} of a pod comes to {shown[0]}, but "
                f"Autopilot gives it at most {shown[1]}. {remedy}"
            )


def _sizes(part: Any) -> Iterator[tuple[str, int, int]]:
    """
    What its pods ask for, by field, and the most that they may.
    """
    if isinstance(part, Store):
        yield "cpu", parse_millicores(part.cpu or "50m"), _MOST_MILLICORES
        yield "memory", parse_bytes(part.given_memory), _MOST_MEMORY
        return
    running = (part, *part.sidecars)
    cpu = sum(parse_millicores(each.cpu) for each in running)
    memory = sum(parse_bytes(each.memory) for each in running)
    storage = sum(parse_bytes(each.ephemeral_storage) for each in running)
    yield "cpu", cpu, _MOST_MILLICORES
    yield "memory", memory, _MOST_MEMORY
    yield "ephemeral_storage", storage + scratch_bytes(part), _MOST_STORAGE
