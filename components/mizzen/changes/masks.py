"""
Nothing secret gets into a report, wherever it comes from.
"""

import functools
import re

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from .._literal_secrets import literals
from ..manifests import CONTENT
from .fields import ABSENT, FieldChange


SECRET = "[secret]"  # noqa: S105 - stands for one

# Where values come from may be told, unlike the values.
_SOURCE = re.compile("‹((?:config|generated|program|stack): [^‹›]*)›")
# Shorter secrets are parts of many words.
_LONG = 6


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


def literal_secrets(
    bodies: Iterable[Mapping[str, Any] | None],
) -> tuple[str, ...]:
    """
    The secrets that stand in objects in plain text, by what the check
    ``literal-secret`` knows.

    >>> variables = [{"name": "DB_PASSWORD", "value": "hunter2"}]
    >>> literal_secrets([{"env": variables}])
    ('hunter2',)
    """
    found = {
        text
        for body in bodies
        for literal in literals(body or {})
        # Odd pieces are where values come from.
        for text in _SOURCE.split(literal.text)[::2]
        if text.strip()
    }
    return tuple(sorted(found))


@functools.lru_cache
def _pattern(secrets: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(
        "|".join(
            re.escape(text)
            if len(text) >= _LONG
            else rf"(?<!\w){re.escape(text)}(?!\w)"
            # Of two that begin alike, the longer one.
            for text in sorted(secrets, key=len, reverse=True)
        )
    )


def without(value: Any, secrets: tuple[str, ...]) -> Any:
    """
    *value* with a mask for each of *secrets* in all of its texts.

    >>> without(["--password=hunter2"], ("hunter2",))
    ['--password=[secret]']
    """
    if not secrets:
        return value
    if isinstance(value, str):
        return _pattern(secrets).sub(SECRET, value)
    if isinstance(value, Mapping):
        return {key: without(entry, secrets) for key, entry in value.items()}
    if isinstance(value, list):
        return [without(entry, secrets) for entry in value]
    return value


def masked(
    body: Mapping[str, Any] | None, secrets: tuple[str, ...] = ()
) -> Mapping[str, Any] | None:
    """
    *body* without the content of a Secret, and without *secrets*.

    >>> masked({"kind": "Secret", "stringData": {"key": "hunter2"}})
    {'kind': 'Secret', 'stringData': {'key': '[secret]'}}
    """
    if body is None:
        return None
    is_secret = body.get("kind") == "Secret"
    return {
        name: _masked_content(value)
        if is_secret and name in CONTENT
        else _masked_field(name, value, secrets)
        for name, value in body.items()
    }


def _masked_field(name: str, value: Any, secrets: tuple[str, ...]) -> Any:
    """
    A field of an object; what it is and how it is called is never hidden.
    """
    if name in ("apiVersion", "kind"):
        return value
    found = without(value, secrets)
    if name == "metadata" and isinstance(value, Mapping) and "name" in value:
        found = {**found, "name": value["name"]}
    return found


def _masked_content(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _mask(text) for key, text in value.items()}
    return SECRET


def masked_fields(
    body: Mapping[str, Any],
    fields: tuple[FieldChange, ...],
    secrets: tuple[str, ...],
) -> tuple[FieldChange, ...]:
    """
    *fields* of an object, without values from the content of a Secret and
    without *secrets*.
    """
    is_secret = body.get("kind") == "Secret"

    def told(field: FieldChange, value: Any) -> Any:
        content = not field.path or field.path[0] in CONTENT
        if value is ABSENT or not (is_secret and content):
            return without(value, secrets)
        return _mask(value)

    return tuple(
        attrs.evolve(
            field, old=told(field, field.old), new=told(field, field.new)
        )
        for field in fields
    )
