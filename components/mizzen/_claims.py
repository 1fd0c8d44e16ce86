"""
Claims to disks.
"""

from collections.abc import Iterator
from typing import Any

from . import _names
from ._scope import Scope
from .spec import Disk, Part, SharedDisk, Store, first_name


# What the account of a part says of its disks, for those who change them: an
# account is there as long as its part, and never replaced.
VERSION = "mizzen.dev/version"
_SIZE, _SHARED_SIZE = ".mizzen.dev/size", ".mizzen.dev/shared-size"


def claim(
    metadata: dict[str, Any],
    size: str,
    scope: Scope,
    storage_class: str | None,
    *,
    shared: bool = False,
) -> dict[str, Any]:
    """
    The claim of a disk that one node at a time mounts, or, *shared*, any
    number of them; of the stack's class where there is no *storage_class*.
    """
    stack = scope.stack
    usual = stack.shared_storage_class if shared else stack.disk_class
    spec: dict[str, Any] = {
        "accessModes": ["ReadWriteMany" if shared else "ReadWriteOnce"],
        "resources": {"requests": {"storage": size}},
    }
    if found := storage_class or usual:
        spec["storageClassName"] = found

    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": metadata,
        "spec": spec,
    }


def store_claim(part: Store) -> str:
    """
    Name of the claim to the disk of *part*. It cannot be renamed, unlike the
    part.
    """
    return first_name(part)


def backup_claim(part: Store) -> str:
    """
    Name of the claim to the disk of the backups of *part*.
    """
    return _names.backups(first_name(part))


def disk_claim(part: Part, disk: Disk) -> str:
    """
    Name of the claim to a disk of *part*.
    """
    return _names.inner(first_name(part), disk.name)


def _role(disk: Disk | SharedDisk) -> str:
    return f"{disk.name}-disk"


def size_key(role: str, *, shared: bool = False) -> str:
    """
    The annotation that says how large the disk is whose claim has *role*.

    >>> size_key("uploads-disk")
    'uploads-disk.mizzen.dev/size'
    """
    return f"{role}{_SHARED_SIZE if shared else _SIZE}"


def sized_role(key: str) -> str | None:
    """
    The role of the claim whose size the annotation *key* says, if it does.

    >>> sized_role("uploads-disk.mizzen.dev/shared-size")
    'uploads-disk'
    >>> sized_role("mizzen.dev/version")
    """
    role, found, _ = key.partition(_SHARED_SIZE if is_shared(key) else _SIZE)

    return role if found else None


def is_shared(key: str) -> bool:
    """
    Whether the annotation *key* says the size of a disk that parts share.
    """
    return key.endswith(_SHARED_SIZE)


def on_disks(part: Part) -> dict[str, str]:
    """
    Annotations that say how large the disks of *part* are, and which version
    of a store has written to them.
    """
    if isinstance(part, Store):
        found = {size_key("disk"): part.disk, VERSION: str(part.version)}
        if part.backup is not None:
            found[size_key("backup-disk")] = part.backup.disk
        return found
    return {
        size_key(_role(disk), shared=kind is SharedDisk): disk.size
        for kind in (Disk, SharedDisk)
        for disk in disks(part, kind)
    }


def disk_claims(
    part: Any, scope: Scope
) -> Iterator[tuple[str, dict[str, Any]]]:
    """
    Role and body of the claim to each disk of *part*'s own.
    """
    for disk in disks(part, Disk):
        yield (
            _role(disk),
            claim(
                scope.metadata(part, disk_claim(part, disk)),
                disk.size,
                scope,
                disk.storage_class,
            ),
        )


def disks(part: Part, kind: type[Any]) -> Iterator[Any]:
    """
    Each volume of *kind* that containers of *part* are given, once.
    """
    if isinstance(part, Store):
        return
    found = {
        id(volume): volume
        for owner in part.containers
        for volume in owner.volumes.values()
        if isinstance(volume, kind)
    }
    yield from found.values()


def shared_claim(disk: SharedDisk, scope: Scope) -> str:
    """
    Name of the claim to a disk that parts share.
    """
    conventions = scope.environment.conventions
    if not conventions.renames:
        return disk.name
    return conventions.object_name(scope.app.name, scope.stack.name, disk.name)


def shared_claims(scope: Scope) -> Iterator[tuple[str, dict[str, Any]]]:
    """
    Role and body of the claim to each disk that parts of the app share.
    """
    found = {
        id(disk): disk
        for part in scope.parts
        for disk in disks(part, SharedDisk)
    }
    for disk in found.values():
        metadata = {
            "name": shared_claim(disk, scope),
            "namespace": scope.namespace,
            "labels": _names.labels(
                disk.name, scope.instance, scope.app.name, "disk"
            ),
        }
        yield (
            _role(disk),
            claim(metadata, disk.size, scope, disk.storage_class, shared=True),
        )
