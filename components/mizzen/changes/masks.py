"""
Nothing secret gets into a report, wherever it comes from.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from .fields import ABSENT, FieldChange


SECRET = "[secret]"  # noqa: S105 - stands for one
_CONTENT = ("data", "stringData")


def masked(body: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """
    *body* without the content of a Secret.

    >>> masked({"kind": "Secret", "stringData": {"key": "hunter2"}})
    {'kind': 'Secret', 'stringData': {'key': '[secret]'}}
    """
    if body is None or body.get("kind") != "Secret":
        return body
    return {
        name: _masked_content(value) if name in _CONTENT else value
        for name, value in body.items()
    }


def _masked_content(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict.fromkeys(value, SECRET)
    return SECRET


def masked_fields(
    body: Mapping[str, Any], fields: tuple[FieldChange, ...]
) -> tuple[FieldChange, ...]:
    """
    *fields* of an object, without values from the content of a Secret.
    """
    if body.get("kind") != "Secret":
        return fields
    return tuple(
        attrs.evolve(
            field,
            old=field.old if field.old is ABSENT else SECRET,
            new=field.new if field.new is ABSENT else SECRET,
        )
        if field.path[:1] in [(name,) for name in _CONTENT] or not field.path
        else field
        for field in fields
    )
