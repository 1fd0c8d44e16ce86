"""
What the containers of a pod contradict each other in.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from ._claims import disks
from ._containers import slow_start
from ._metrics import other_metrics
from .quantities import parse_bytes
from .spec import (
    Autoscale,
    Container,
    DaemonSet,
    Disk,
    Part,
    Recreate,
    Scratch,
    Service,
    SharedDisk,
    Store,
    Worker,
    title,
)
from .stack import Stack


def pod_contradictions(parts: Iterable[Part], stack: Stack) -> Iterator[str]:
    """
    Every sentence about what cannot be deployed of the pods of *parts*.
    """
    own = [part for part in parts if not isinstance(part, Store)]
    for part in own:
        yield from _names_twice(part)
        yield from _ports_twice(part)
        yield from other_metrics(part)
        yield from _paths_mounted_twice(part)
        yield from _disks_twice(part)
        yield from _too_many_pods(part)
        yield from _too_short_deadline(part)
        yield from _too_little_memory(part)
    yield from _shared_disks(parts, stack)


def _names_twice(part: Any) -> Iterator[str]:
    seen: set[str] = set()
    for owner in part.containers:
        if owner.name in seen:
            yield (
                f"{title(part)} has two containers called {owner.name!r}. "
                "Rename one; its own is called like the part."
            )
        seen.add(owner.name)


def _ports_twice(part: Any) -> Iterator[str]:
    taken: dict[object, str] = {}
    for owner in part.containers:
        if not isinstance(owner, (Service, Container)):
            continue
        for port in owner.listens:
            for what in ((port.number, port.protocol), port.name):
                first = taken.setdefault(what, owner.name)
                if first != owner.name:
                    shown = port.name if what == port.name else port.number
                    yield (
                        f"{title(part)}: port {shown} is taken by container "
                        f"{first!r} and by container {owner.name!r}, which "
                        "share one network."
                    )


def _mounts(part: Any, owner: Any) -> Iterator[tuple[str, str]]:
    for field in ("writable", "volumes", "files"):
        for path in getattr(owner, field):
            yield path, field
    if owner is part:
        for use in part.uses:
            if use.files is not None:
                yield use.files, f"uses of {title(use.part)}"


def _paths_mounted_twice(part: Any) -> Iterator[str]:
    for owner in part.containers:
        where = "" if owner is part else f"container {owner.name!r}: "
        origins: dict[str, str] = {}
        for path, origin in _mounts(part, owner):
            if path in origins:
                yield (
                    f"{title(part)}: {where}path {path} is taken by "
                    f"{origins[path]} and by {origin}. Choose another one "
                    "for one of them."
                )
            origins[path] = origin


def _disks_twice(part: Any) -> Iterator[str]:
    seen: set[str] = set()
    for disk in disks(part, Disk):
        if disk.name in seen:
            yield (
                f"{title(part)} has two disks called {disk.name!r}. Name "
                "one, like Disk('10Gi', name='cache'), or give the same "
                "object to both containers."
            )
        seen.add(disk.name)


def _too_many_pods(part: Any) -> Iterator[str]:
    if not part.alone:
        return
    if isinstance(part, DaemonSet):
        yield (
            f"{title(part)} runs a pod on each node, but one pod at a time "
            "can mount its disk. Use a SharedDisk, or Scratch."
        )
    if not isinstance(part, (Service, Worker)):
        return
    remedy = (
        "but one pod at a time can mount its disk. Set replicas=1 and "
        "scale=OFF, or use a SharedDisk."
    )
    if isinstance(part.scale, Autoscale):
        yield f"{title(part)}: scale asks for several replicas, {remedy}"
    elif part.replicas != 1 and part.replicas:
        yield f"{title(part)}: replicas is {part.replicas}, {remedy}"
    if not isinstance(part.rollout, Recreate):
        yield (
            f"{title(part)}: rollout starts a pod before the last one has "
            "stopped, but one pod at a time can mount its disk. Leave "
            "rollout out, or set Recreate()."
        )


def _too_short_deadline(part: Any) -> Iterator[str]:
    """
    Usual starts do not count: a deadline below theirs is there to end early.
    """
    rollout = getattr(part, "rollout", None)
    deadline = rollout and rollout.progress_deadline_seconds
    for owner in (part, *part.sidecars):
        if deadline and slow_start(owner) and owner.startup_seconds > deadline:
            yield (
                f"{title(part)}: {owner.name!r} may take "
                f"{owner.startup_seconds} seconds to start, but the rollout "
                f"has failed after {deadline}. Raise "
                "progress_deadline_seconds, or lower startup_seconds."
            )


def _too_little_memory(part: Any) -> Iterator[str]:
    for owner in part.containers:
        for path, volume in owner.volumes.items():
            if (
                isinstance(volume, Scratch)
                and volume.memory
                and parse_bytes(volume.size) >= parse_bytes(owner.memory)
            ):
                where = "" if owner is part else f"container {owner.name!r}: "
                yield (
                    f"{title(part)}: {where}{path} may take {volume.size} of "
                    f"memory, but the container has {owner.memory} in all. "
                    "Raise its memory."
                )


def _shared_disks(parts: Iterable[Part], stack: Stack) -> Iterator[str]:
    claims: dict[str, object] = {
        part.name: part for part in parts if isinstance(part, Store)
    }
    for part in parts:
        for disk in disks(part, SharedDisk):
            if claims.setdefault(disk.name, disk) is not disk:
                yield (
                    f"{title(part)}: the name of SharedDisk {disk.name!r} is "
                    "taken by another disk of the app. Rename one, or give "
                    "the same object to all parts."
                )
            if stack.shared_storage_class is None:
                yield (
                    f"{title(part)}: SharedDisk {disk.name!r} needs a "
                    "storage class that several nodes can mount at once, but "
                    f"stack {stack.name!r} knows none. Set it in the stack's "
                    "file, like 'sharedStorageClass: efs'."
                )
