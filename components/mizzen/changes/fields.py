"""
Which fields of an object differ, and which differences mean nothing.
"""

import enum
import re

from collections.abc import Iterator
from typing import Any, Final, Literal

import attrs

from ..quantities import number_of


class Absent(enum.Enum):
    """
    Type of `ABSENT`.
    """

    ABSENT = "ABSENT"

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final[Literal[Absent.ABSENT]] = Absent.ABSENT
"""
Stands for a field that is not there.
"""

Path = tuple[str | int, ...]

# What tells the entries of a list apart; such a list has no order.
_KEYS = (
    "mountPath",
    "name",
    "containerPort",
    "topologyKey",
    "path",
    "host",
    "key",
)
_QUANTITIES = frozenset(
    {"requests", "limits", "hard", "max", "min", "default", "defaultRequest"}
)
# What the API server fills in where nothing is said.
_DEFAULTS: dict[str, Any] = {
    "protocol": "TCP",
    "scheme": "HTTP",
    "defaultMode": 420,
    "successThreshold": 1,
    "sessionAffinity": "None",
    "dnsPolicy": "ClusterFirst",
    "schedulerName": "default-scheduler",
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
    "progressDeadlineSeconds": 600,
    "podManagementPolicy": "OrderedReady",
    "internalTrafficPolicy": "Cluster",
    "externalTrafficPolicy": "Cluster",
    "volumeMode": "Filesystem",
    "completionMode": "NonIndexed",
    "completions": 1,
    "parallelism": 1,
    "suspend": False,
}
_PLAIN = re.compile(r"[A-Za-z0-9_-]+")


@attrs.frozen
class FieldChange:
    """
    One field that differs.

    Attributes:
        path: Keys that lead to it; entries of lists by what names them.

        old: Its value before; `ABSENT` if it was not there.

        new: Its value after; `ABSENT` if it is not there any more.
    """

    path: Path
    old: Any
    new: Any

    def __str__(self) -> str:
        return written(self.path)


def written(path: Path) -> str:
    """
    *path* as people read it.

    >>> written(("spec", "env", "LOG_LEVEL", "value"))
    'spec.env.LOG_LEVEL.value'
    >>> written(("data", "app.yaml"))
    'data["app.yaml"]'
    """
    text = ""
    for key in path:
        if isinstance(key, int):
            text += f"[{key}]"
        elif _PLAIN.fullmatch(key):
            text += f".{key}" if text else key
        else:
            text += f'["{key}"]'
    return text


def named_entries(entries: Any) -> dict[str, Any] | None:
    """
    The entries of a list by what tells them apart, if anything does.
    """
    if not all(isinstance(entry, dict) for entry in entries):
        return None
    for key in _KEYS:
        names = [entry.get(key, ABSENT) for entry in entries]
        if ABSENT not in names and len(set(map(str, names))) == len(names):
            return dict(zip(map(str, names), entries, strict=True))
    return None


def _is_quantity(path: Path) -> bool:
    return (len(path) > 1 and path[-2] in _QUANTITIES) or path[-1:] == (
        "sizeLimit",
    )


def _same(old: Any, new: Any, path: Path) -> bool:
    if old == new and isinstance(old, bool) is isinstance(new, bool):
        return True
    if ABSENT in (old, new):
        found = new if old is ABSENT else old
        if found is None or found == []:
            return True
        return bool(path and _DEFAULTS.get(str(path[-1]), ABSENT) == found)
    if _is_quantity(path):
        one, other = number_of(old), number_of(new)
        return one is not None and one == other

    return False


def _mappings(
    old: dict[str, Any], new: dict[str, Any], path: Path
) -> Iterator[FieldChange]:
    for key in (*old, *(key for key in new if key not in old)):
        yield from field_changes(
            old.get(key, ABSENT), new.get(key, ABSENT), (*path, key)
        )


def _lists(
    old: list[Any], new: list[Any], path: Path
) -> Iterator[FieldChange]:
    before, after = named_entries(old), named_entries(new)
    if before is not None and after is not None:
        yield from _mappings(before, after, path)
    elif len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from field_changes(one, other, (*path, number))
    else:
        yield FieldChange(path, old, new)


def field_changes(
    old: Any, new: Any, path: Path = ()
) -> Iterator[FieldChange]:
    """
    The fields in which two objects differ.

    The order of keys, equal quantities, and defaults that the API server
    fills in are no differences.

    >>> old = {"cpu": {"limits": {"cpu": "1"}}, "replicas": 1}
    >>> new = {"replicas": 3, "cpu": {"limits": {"cpu": "1000m"}}}
    >>> [str(change) for change in field_changes(old, new)]
    ['replicas']
    """
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _mappings(old, new, path)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _lists(old, new, path)
    elif not _same(old, new, path):
        yield FieldChange(path, old, new)
