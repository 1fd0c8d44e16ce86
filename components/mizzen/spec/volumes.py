"""
Folders of containers that are more than files: disks and scratch space.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from .._fields import typed
from .._validators import (
    absolute_path,
    binary_quantity,
    dns_label,
    instance_of,
    one_of,
    refuse,
    subdomain,
)
from .config import FromConfigMap, FromObject, FromSecret
from .values import Off


_boolean = instance_of("be True or False", bool)
_OPTIONAL_CLASS = attrs.validators.optional(subdomain)


def _node_path(inst: Any, attr: Any, value: Any) -> None:
    if value != "/":
        absolute_path(inst, attr.name, value)


@attrs.frozen(eq=False, field_transformer=typed)
class Disk:
    """
    A disk of the part's own, which outlives its pods.

    One pod at a time can mount it: its part has one replica, and stops
    before the next version starts.

    Args:
        size: Size of the disk, like ``"10Gi"``. A larger one lets the disk
            grow in place; disks never shrink.

        name: DNS label, unique within the part. Renaming abandons the disk.

        storage_class: StorageClass of the disk; the default is that of the
            stack. Another one is another, empty disk.

    Raises:
        SpecError: If a field could not be deployed on any cluster.

    >>> Disk("10Gi").name
    'data'
    """

    size: str = attrs.field(validator=binary_quantity)
    name: str = attrs.field(default="data", kw_only=True, validator=dns_label)
    storage_class: str | None = attrs.field(
        default=None, kw_only=True, validator=_OPTIONAL_CLASS
    )


@attrs.frozen(eq=False, field_transformer=typed)
class SharedDisk:
    """
    A disk that all pods of all parts that are given it mount at once.

    It needs a storage class that can: its own, that of the kind of cluster,
    or ``sharedStorageClass`` in the stack's file.

    Args:
        name: DNS label, unique in the app. Renaming abandons the disk.

        size: Size of the disk, like ``"10Gi"``. A larger one lets the disk
            grow in place; disks never shrink.

        storage_class: StorageClass of the disk; the default is that of the
            stack for shared ones. Another one is another, empty disk.

    Raises:
        SpecError: If a field could not be deployed on any cluster.

    >>> SharedDisk("uploads", "5Gi").name
    'uploads'
    """

    name: str = attrs.field(validator=dns_label)
    size: str = attrs.field(validator=binary_quantity)
    storage_class: str | None = attrs.field(
        default=None, kw_only=True, validator=_OPTIONAL_CLASS
    )


@attrs.frozen(eq=False, field_transformer=typed)
class ExistingDisk:
    """
    A PersistentVolumeClaim that somebody else keeps in the app's namespace.

    Args:
        claim: Name of the claim.

        shared: Whether several pods can mount it at once.

    Raises:
        SpecError: If there can be no such claim.

    >>> ExistingDisk("archive").claim
    'archive'
    """

    claim: str = attrs.field(validator=subdomain)
    shared: bool = attrs.field(default=False, kw_only=True, validator=_boolean)


@attrs.frozen(eq=False, field_transformer=typed)
class Scratch:
    """
    A folder that is empty when the pod starts and goes with it.

    Args:
        size: The most it may hold, like ``"1Gi"``.

        memory: Whether it is kept in memory, which then counts as the
            container's.

    Raises:
        SpecError: If a field could not be deployed on any cluster.

    >>> Scratch("1Gi", memory=True).size
    '1Gi'
    """

    size: str = attrs.field(validator=binary_quantity)
    memory: bool = attrs.field(default=False, kw_only=True, validator=_boolean)


@attrs.frozen(eq=False, field_transformer=typed)
class HostPath:
    """
    A file or folder of the node itself, for what looks after nodes.

    The namespace has to let it through:
    ``Namespace(pod_security="privileged")``.

    Args:
        path: Absolute path on the node, like ``"/var/log"``.

        type: What has to be there, as in Kubernetes: ``"Directory"``,
            ``"File"``, ``"Socket"`` and others; the default asks nothing.

        read_only: Whether the container may only read it.

    Raises:
        SpecError: If there can be no such path.

    >>> HostPath("/var/log").read_only
    True
    """

    path: str = attrs.field(validator=_node_path)
    type: str | None = attrs.field(
        default=None,
        kw_only=True,
        validator=attrs.validators.optional(
            one_of(
                "DirectoryOrCreate",
                "Directory",
                "FileOrCreate",
                "File",
                "Socket",
                "CharDevice",
                "BlockDevice",
            )
        ),
    )
    read_only: bool = attrs.field(
        default=True, kw_only=True, validator=_boolean
    )


Volume = (
    Disk
    | SharedDisk
    | ExistingDisk
    | Scratch
    | HostPath
    | FromSecret
    | FromConfigMap
)


def as_volumes(
    values: Mapping[str, Volume | Off],
) -> dict[str, Volume | Off]:
    """
    Converter of volumes by path.
    """
    return dict(values)


def volumes_by_path(inst: Any, attr: Any, value: Mapping[str, Any]) -> None:
    """
    Volumes at absolute paths; what comes from objects is all of them.
    """
    for path, volume in value.items():
        absolute_path(inst, attr.name, path)
        if not isinstance(volume, (Volume, Off)):
            rule = "be a volume, like Disk('10Gi') or Scratch('1Gi')"
            refuse(inst, f"volume {path}", rule, volume)
        if isinstance(volume, FromObject) and volume.key is not None:
            rule = "name no key, because it is a folder of all of them"
            refuse(inst, f"volume {path}", rule, volume)


def is_single(volume: Any) -> bool:
    """
    Whether one pod at a time can mount *volume*.
    """
    if isinstance(volume, ExistingDisk):
        return not volume.shared
    return isinstance(volume, Disk)
