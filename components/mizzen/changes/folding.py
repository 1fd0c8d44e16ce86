"""
Changes that only follow another one: names that end in a hash, and what
accounts say of the disks of their parts.
"""

from collections.abc import Iterable

import attrs

from .._claims import is_shared, sized_role
from .._names import VERSION
from .fields import ABSENT, FieldChange
from .objects import Action, ObjectChange


_Claim = tuple[str | None, str | None]

HASHED = frozenset({"ConfigMap", "Secret", "Job"})
_NAME = ("metadata", "name")
_ANNOTATIONS = ("metadata", "annotations")


def _renamed(changes: Iterable[ObjectChange]) -> frozenset[tuple[str, str]]:
    """
    Old and new names of the objects whose names follow their content.
    """
    return frozenset(
        (str(field.old), str(field.new))
        for change in changes
        if change.kind in HASHED and change.action is Action.REPLACED
        for field in change.fields
        if field.path == _NAME
    )


def _follows(field: FieldChange, renamed: frozenset[tuple[str, str]]) -> bool:
    pair = (str(field.old), str(field.new))
    return pair in renamed or field.path[-1:] == (VERSION,)


def _keys(field: FieldChange) -> Iterable[str]:
    """
    The annotations that differ, be it all of them.
    """
    if field.path == _ANNOTATIONS:
        annotations: Iterable[str] = (
            field.new if field.old is ABSENT else field.old
        )
        return annotations
    return (str(field.path[-1]),)


def _repeats(change: ObjectChange, claims: frozenset[_Claim]) -> bool:
    """
    Whether all that changes is what an account says of *claims*.
    """
    return change.kind == "ServiceAccount" and all(
        field.path[:2] == _ANNOTATIONS
        and all(
            (None if is_shared(key) else change.part, sized_role(key))
            in claims
            for key in _keys(field)
        )
        for field in change.fields
    )


def _without_repetitions(
    changes: tuple[ObjectChange, ...],
) -> tuple[ObjectChange, ...]:
    """
    *changes* without what accounts say of claims that change as well. In a
    preview they do not, because Pulumi leaves them as they are.
    """
    claims = frozenset(
        (change.part, change.role)
        for change in changes
        if change.kind == "PersistentVolumeClaim"
    )
    return tuple(change for change in changes if not _repeats(change, claims))


def folded(changes: tuple[ObjectChange, ...]) -> tuple[ObjectChange, ...]:
    """
    *changes* without the fields that only name the new content of another
    object. They stay where nothing else would be left to show.
    """
    changes = _without_repetitions(changes)
    renamed = _renamed(changes)

    return tuple(
        attrs.evolve(change, fields=rest)
        if (
            rest := tuple(
                field
                for field in change.fields
                if not _follows(field, renamed)
            )
        )
        else change
        for change in changes
    )
