"""
What the containers of a pod contradict each other in.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

import attrs

from ._claims import backup_claim, disks, store_claim
from ._containers import slow_start
from ._metrics import other_metrics
from .quantities import parse_bytes
from .spec import (
    Autoscale,
    CronJob,
    DaemonSet,
    Disk,
    FromConfigMap,
    FromSecret,
    Part,
    Recreate,
    Scratch,
    Service,
    SharedDisk,
    Store,
    Worker,
    listens_of,
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
        for port in listens_of(owner):
            for what in ((port.number, port.protocol), port.name):
                first = taken.setdefault(what, owner.name)
                if first != owner.name:
                    shown = port.name if what == port.name else port.number
                    yield (
                        f"{title(part)}: port {shown} is taken by container "
                        f"{first!r} and by container {owner.name!r}, which "
                        "share one network."
                    )


@attrs.frozen
class _Mount:
    """
    What stands at a path of a container.

    Attributes:
        path: The path.

        origin: The field that says so.

        closed: Whether nothing can be put below it: a file, or a folder of
            which every file comes from one object.
    """

    path: str
    origin: str
    closed: bool


def _mounts(part: Any, owner: Any) -> Iterator[_Mount]:
    for field in ("writable", "volumes", "files"):
        values = getattr(owner, field)
        for path in values:
            closed = field == "files" or (
                field == "volumes"
                and isinstance(values[path], (FromSecret, FromConfigMap))
            )
            yield _Mount(path, field, closed)
    if owner is part:
        for use in part.uses:
            if use.files is not None:
                origin = f"uses of {title(use.part)}"
                yield _Mount(use.files, origin, closed=True)


def _paths_mounted_twice(part: Any) -> Iterator[str]:
    for owner in part.containers:
        where = "" if owner is part else f"container {owner.name!r}: "
        begin = f"{title(part)}: {where}path"
        seen: dict[str, _Mount] = {}
        for mount in _mounts(part, owner):
            path = mount.path
            if path in seen:
                yield (
                    f"{begin} {path} is taken by {seen[path].origin} and by "
                    f"{mount.origin}. Choose another one for one of them."
                )
            if f"{path}/".startswith("/proc/"):
                yield (
                    f"{begin} {path} of {mount.origin} belongs to the kernel. "
                    "Choose another one."
                )
            seen[path] = mount
        for path, mount in seen.items():
            above = _closed_above(path, seen)
            if above:
                yield (
                    f"{begin} {path} of {mount.origin} lies below {above.path} "
                    f"of {above.origin}, in which nothing can be put. Choose "
                    "another one for one of them."
                )


def _closed_above(path: str, mounts: Mapping[str, _Mount]) -> _Mount | None:
    """
    What keeps *path* from being mounted, if anything does.
    """
    folders = (str(folder) for folder in PurePosixPath(path).parents)
    found = (mounts[folder] for folder in folders if folder in mounts)

    return next((mount for mount in found if mount.closed), None)


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
    if isinstance(part, CronJob) and part.concurrency == "Allow":
        yield (
            f"{title(part)}: concurrency lets runs overlap, but one pod at a "
            "time can mount its disk. Choose 'Forbid' or 'Replace', or use a "
            "SharedDisk."
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


def _store_claims(part: Store) -> Iterator[str]:
    yield store_claim(part)
    if part.backup is not None:
        yield backup_claim(part)


def _shared_disks(parts: Iterable[Part], stack: Stack) -> Iterator[str]:
    claims: dict[str, object] = {
        name: part
        for part in parts
        if isinstance(part, Store)
        for name in _store_claims(part)
    }
    told: set[int] = set()
    owners: dict[int, Part] = {}
    for part in parts:
        for own in disks(part, Disk):
            if (first := owners.setdefault(id(own), part)) is not part:
                yield (
                    f"{title(part)} and {title(first)} are given the same "
                    "Disk, but each part has one of its own. Give each "
                    f"another object, like Disk({own.size!r}), or both the "
                    f"same SharedDisk('files', {own.size!r})."
                )
        for disk in disks(part, SharedDisk):
            if claims.setdefault(disk.name, disk) is not disk:
                yield (
                    f"{title(part)}: the name of SharedDisk {disk.name!r} is "
                    "taken by another disk of the app. Rename one, or give "
                    "the same object to all parts."
                )
            storage_class = disk.storage_class or stack.shared_storage_class
            if storage_class is None and id(disk) not in told:
                told.add(id(disk))
                yield (
                    f"{title(part)}: SharedDisk {disk.name!r} needs a "
                    "storage class that several nodes can mount at once, but "
                    f"stack {stack.name!r} knows none. Set it in the stack's "
                    "file, like 'sharedStorageClass: efs', or name that of "
                    "this disk, by storage_class='efs'."
                )
