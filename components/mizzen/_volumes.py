"""
What is mounted into containers: files, settings, disks, writable folders.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from . import _names
from ._claims import disk_claim, shared_claim
from ._connections import CERTIFICATE, certificate_folder
from ._files import file_sets
from ._scope import Scope
from .quantities import parse_bytes
from .spec import (
    Disk,
    ExistingDisk,
    FromConfigMap,
    FromSecret,
    HostPath,
    Runnable,
    Scratch,
    SharedDisk,
    Use,
    Workload,
    values_of,
)
from .spec.files import settings_in


# A volume of the pod, and where it is mounted.
_Mounted = tuple[dict[str, Any], list[dict[str, Any]]]
# Keys of an object, and the files that they become.
_Items = list[dict[str, str]]


def container_key(part: Any, owner: Runnable) -> str:
    """
    What the names of the objects of a container begin with.
    """
    if owner is part:
        return str(part.name)
    return _names.inner(part.name, owner.name)


def _prefix(part: Any, owner: Runnable) -> str:
    """
    What the names of the volumes of a container begin with; its own name
    might be too long.
    """
    return f"{part.containers.index(owner)}-" if owner is not part else ""


def _mode(part: Any) -> int:
    """
    Who may read Secrets: the group of the pod, or everybody in it where an
    image's own user has a group that nobody knows.
    """
    return 0o440 if isinstance(part.user, int) else 0o444


def secret_volume(
    name: str, secret: str, keys: Iterable[str]
) -> dict[str, Any]:
    """
    The volume *name* of some *keys* of *secret*, for the group of the pod.
    """
    items = [{"key": key, "path": key} for key in keys]
    source = {"secretName": secret, "defaultMode": 0o440, "items": items}

    return {"name": name, "secret": source}


def _secret_source(
    part: Any, name: str, items: Iterable[dict[str, str]] = ()
) -> dict[str, Any]:
    """
    The Secret called *name*, or some *items* of it.
    """
    source = {"secretName": name, "defaultMode": _mode(part)}
    found = [*items]

    return {"secret": {**source, "items": found} if found else source}


def _secret_sources(part: Any, items: dict[str, _Items]) -> dict[str, Any]:
    """
    Items of one or several Secrets as the files of one folder.
    """
    if len(items) == 1:
        ((name, found),) = items.items()
        return _secret_source(part, name, found)
    sources = [
        {"secret": {"name": name, "items": found}}
        for name, found in items.items()
    ]
    return {"projected": {"defaultMode": _mode(part), "sources": sources}}


def _object_source(part: Any, kind: str, name: str) -> dict[str, Any]:
    if kind == "ConfigMap":
        return {"configMap": {"name": name}}
    return _secret_source(part, name)


def _file_volumes(
    part: Any, owner: Runnable, scope: Scope
) -> Iterator[_Mounted]:
    sets = file_sets(
        container_key(part, owner),
        owner,
        scope.connections.seen_by(part.name),
    )
    for number, files in enumerate(sets):
        name = f"{_prefix(part, owner)}{files.kind.lower()}"
        if not files.own:
            name = f"{name}-{number}"
        mounts = [
            {
                "name": name,
                "mountPath": path,
                "subPath": key,
                "readOnly": True,
            }
            for path, key in files.paths.items()
        ]
        source = _object_source(part, files.kind, files.name)
        yield {"name": name, **source}, mounts


def _use_volume(part: Any, use: Use, scope: Scope) -> _Mounted:
    volume = f"use-{use.part.name}"
    connection = scope.connections.of(use.part.name, part.name)
    items: dict[str, _Items] = {}
    for field in use.part.connection_fields:
        name, key = connection.reference(field)
        items.setdefault(name, []).append({"key": key, "path": field})
    mount = {"name": volume, "mountPath": use.files, "readOnly": True}

    return {"name": volume, **_secret_sources(part, items)}, [mount]


def _certificate_volume(
    part: Any, store: str, folder: str, scope: Scope
) -> _Mounted:
    name = f"authority-{store}"
    secret = scope.connections.parts[store].secret
    item = {"key": CERTIFICATE, "path": CERTIFICATE}
    source = _secret_source(part, secret, [item])
    mount = {"name": name, "mountPath": folder, "readOnly": True}

    return {"name": name, **source}, [mount]


def _use_volumes(part: Workload, scope: Scope) -> Iterator[_Mounted]:
    for use in part.uses:
        if use.files is not None:
            yield _use_volume(part, use, scope)


def _certificates(
    part: Any, owner: Runnable, scope: Scope
) -> Iterator[_Mounted]:
    """
    What the addresses that *owner* is told refer to.
    """
    uses = owner.uses if isinstance(owner, Workload) else ()
    known = {use.part.name: use.part for use in uses}
    for _, value in values_of(owner):
        for setting in settings_in(value):
            known[setting.part.name] = setting.part
    for store in known.values():
        at = scope.external.get(store.name)
        if at is not None and at.certificate is not None:
            folder = certificate_folder(store)
            yield _certificate_volume(part, store.name, folder, scope)


def _source(volume: Any, part: Any, scope: Scope) -> dict[str, Any]:
    """
    Where the content of a volume comes from.
    """
    if isinstance(volume, Scratch):
        medium = {"medium": "Memory"} if volume.memory else {}
        return {"emptyDir": {**medium, "sizeLimit": volume.size}}
    if isinstance(volume, HostPath):
        wanted = {"type": volume.type} if volume.type else {}
        return {"hostPath": {"path": volume.path, **wanted}}
    if isinstance(volume, (FromSecret, FromConfigMap)):
        kind = type(volume).__name__.removeprefix("From")
        return _object_source(part, kind, volume.name)
    if isinstance(volume, Disk):
        claim = disk_claim(part, volume)
    elif isinstance(volume, SharedDisk):
        claim = shared_claim(volume, scope)
    else:
        claim = volume.claim
    return {"persistentVolumeClaim": {"claimName": claim}}


def _is_read_only(volume: Any) -> bool:
    if isinstance(volume, HostPath):
        return volume.read_only
    return isinstance(volume, (FromSecret, FromConfigMap))


def _own_volumes(
    part: Any, owner: Runnable, scope: Scope
) -> Iterator[_Mounted]:
    given = dict.fromkeys(
        id(volume)
        for each in part.containers
        for volume in each.volumes.values()
    )
    numbers = {identity: number for number, identity in enumerate(given)}
    for path, volume in owner.volumes.items():
        name = f"volume-{numbers[id(volume)]}"
        mount: dict[str, Any] = {"name": name, "mountPath": path}
        if _is_read_only(volume):
            mount["readOnly"] = True
        yield {"name": name, **_source(volume, part, scope)}, [mount]


def _writable(part: Any, owner: Runnable) -> Iterator[_Mounted]:
    folders = (path for path in owner.writable or () if path != "/")
    for number, path in enumerate(folders):
        name = f"{_prefix(part, owner)}writable"
        if number:
            name = f"{name}-{number}"
        mount = {"name": name, "mountPath": path}
        yield {"name": name, "emptyDir": {}}, [mount]


def _mounted(part: Any, owner: Runnable, scope: Scope) -> Iterator[_Mounted]:
    yield from _file_volumes(part, owner, scope)
    if isinstance(owner, Workload):
        yield from _use_volumes(owner, scope)
    yield from _certificates(part, owner, scope)
    yield from _own_volumes(part, owner, scope)
    yield from _writable(part, owner)


def mounts(part: Any, owner: Runnable, scope: Scope) -> list[dict[str, Any]]:
    """
    Where volumes appear in *owner*, a container of *part*.
    """
    return [
        mount for _, mounts in _mounted(part, owner, scope) for mount in mounts
    ]


def pod_volumes(part: Any, scope: Scope) -> list[dict[str, Any]]:
    """
    All volumes of the pods of *part*, each once.
    """
    found = {
        volume["name"]: volume
        for owner in part.containers
        for volume, _ in _mounted(part, owner, scope)
    }
    return list(found.values())


def has_claims(part: Any) -> bool:
    """
    Whether pods of *part* mount disks.
    """
    return any(
        isinstance(volume, (Disk, SharedDisk, ExistingDisk))
        for owner in part.containers
        for volume in owner.volumes.values()
    )


def scratch_bytes(part: Any) -> int:
    """
    What folders that go with the pod may hold on the node's own disk.
    """
    found = {
        id(volume): parse_bytes(volume.size)
        for owner in part.containers
        for volume in owner.volumes.values()
        if isinstance(volume, Scratch) and not volume.memory
    }
    return sum(found.values())
