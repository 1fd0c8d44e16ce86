"""
Changes that only follow another one: names that end in a hash.
"""

from collections.abc import Iterable

import attrs

from .fields import FieldChange
from .objects import Action, ObjectChange


HASHED = frozenset({"ConfigMap", "Secret", "Job"})
_NAME = ("metadata", "name")
_VERSION = "app.kubernetes.io/version"


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
    return pair in renamed or field.path[-1:] == (_VERSION,)


def folded(changes: tuple[ObjectChange, ...]) -> tuple[ObjectChange, ...]:
    """
    *changes* without the fields that only name the new content of another
    object. They stay where nothing else would be left to show.
    """
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
