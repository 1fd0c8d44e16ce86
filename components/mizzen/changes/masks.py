"""
Nothing secret gets into a report, wherever it comes from.
"""

import re

from collections.abc import Mapping
from typing import Any

import attrs

from .fields import ABSENT, FieldChange


SECRET = "[secret]"  # noqa: S105 - stands for one
CONTENT = ("data", "stringData")

# Where values come from may be told, unlike the values.
_SOURCE = re.compile("‹((?:config|generated|program|stack): [^‹›]*)›")


def _mask(value: Any) -> str:
    sources = dict.fromkeys(_SOURCE.findall(str(value)))
    return f"[secret: {', '.join(sources)}]" if sources else SECRET


def sources_of(mask: Any) -> frozenset[str]:
    """
    Where the secret behind a mask comes from, as far as is known.

    >>> sources_of("[secret: config: key]")
    frozenset({'config: key'})
    """
    words = str(mask).removeprefix("[secret: ").removesuffix("]")
    return frozenset() if mask == SECRET else frozenset(words.split(", "))


def is_generated(source: str) -> bool:
    """
    Whether a secret derives from the stack's key.

    >>> is_generated("generated: db password of api")
    True
    """
    return source.startswith("generated: ")


def unmarked(source: str) -> str:
    """
    *source* without the hash of what is written for it.

    >>> unmarked("config: key #1b2f04d8")
    'config: key'
    """
    return source.partition(" #")[0]


def masked(body: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """
    *body* without the content of a Secret.

    >>> masked({"kind": "Secret", "stringData": {"key": "hunter2"}})
    {'kind': 'Secret', 'stringData': {'key': '[secret]'}}
    """
    if body is None or body.get("kind") != "Secret":
        return body
    return {
        name: _masked_content(value) if name in CONTENT else value
        for name, value in body.items()
    }


def _masked_content(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _mask(text) for key, text in value.items()}
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
            old=field.old if field.old is ABSENT else _mask(field.old),
            new=field.new if field.new is ABSENT else _mask(field.new),
        )
        if not field.path or field.path[0] in CONTENT
        else field
        for field in fields
    )
