"""
Nothing secret gets into a report, wherever it comes from.
"""

import re

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from .._secret_names import is_secret
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


@attrs.frozen
class Hidden:
    """
    A secret that stands in plain text: compared, but never told.

    Attributes:
        text: The secret.
    """

    text: str


def _is_literal(name: Any, value: Any) -> bool:
    """
    Whether a variable holds what looks like a secret, and not only where it
    comes from.
    """
    return (
        isinstance(name, str)
        and isinstance(value, str)
        and is_secret(name, _SOURCE.sub("", value))
    )


def hidden(value: Any) -> Any:
    """
    *value* with its secrets hidden: those of what has a name and a value, as
    environment variables have, by what the check ``literal-secret`` knows.

    >>> hidden([{"name": "DB_PASSWORD", "value": "hunter2"}])
    [{'name': 'DB_PASSWORD', 'value': Hidden(text='hunter2')}]
    """
    if isinstance(value, Mapping):
        found = {key: hidden(entry) for key, entry in value.items()}
        if _is_literal(value.get("name"), value.get("value")):
            found["value"] = Hidden(value["value"])
        return found

    return [*map(hidden, value)] if isinstance(value, list) else value


def _told(value: Any) -> Any:
    """
    *value* with a mask for each secret that is hidden in it.
    """
    if isinstance(value, Hidden):
        return _mask(value.text)
    if isinstance(value, Mapping):
        return {key: _told(entry) for key, entry in value.items()}

    return [*map(_told, value)] if isinstance(value, list) else value


def _hidden_in(value: Any) -> Iterator[str]:
    if isinstance(value, Hidden):
        yield value.text
    elif isinstance(value, Mapping):
        yield from _hidden_in([*value.values()])
    elif isinstance(value, list):
        for entry in value:
            yield from _hidden_in(entry)


def literal_secrets(bodies: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """
    The secrets that stand in objects in plain text, the longest first.
    """
    found = {text for body in bodies for text in _hidden_in(hidden(body))}

    return tuple(sorted(found, key=lambda text: (-len(text), text)))


def told_fact(name: str, value: str, secrets: Iterable[str]) -> str:
    """
    The *value* of the field *name*, in words, without secrets.

    >>> told_fact("env DB_PASSWORD", "hunter2", [])
    '[secret]'
    >>> told_fact("sidecars", "Container(env=KEY=abc, user=1)", ["abc"])
    'Container(env=KEY=[secret], user=1)'
    """
    field, _, variable = name.partition(" ")
    if field == "env" and _is_literal(variable, value):
        return SECRET
    for secret in secrets:
        pattern = f"={re.escape(secret)}(?=[,)]|$)"
        value = re.sub(pattern, f"={SECRET}", value)

    return value


def masked(body: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """
    *body* without the content of a Secret, and without secrets in plain
    text.

    >>> masked({"kind": "Secret", "stringData": {"key": "hunter2"}})
    {'kind': 'Secret', 'stringData': {'key': '[secret]'}}
    """
    if body is None:
        return None
    if body.get("kind") != "Secret":
        told: Mapping[str, Any] = _told(hidden(body))
        return told
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
    *fields* of an object, without values from the content of a Secret and
    without what is hidden.
    """
    if body.get("kind") != "Secret":
        return tuple(
            attrs.evolve(field, old=_told(field.old), new=_told(field.new))
            for field in fields
        )
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
