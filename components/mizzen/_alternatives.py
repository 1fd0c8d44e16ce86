"""
What else could have been written in place of a value.
"""

import enum

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from ._fields import default_of
from .exceptions import SpecError
from .spec import PARTS, Dockerfile, Image, Use


def _is_reference(value: Any) -> bool:
    """
    Whether *value* is a part, or leads to something that a part has.
    """
    return isinstance(value, PARTS) or hasattr(value, "part")


def alternatives(value: Any) -> Iterator[Any]:
    """
    Values like *value* that differ from it in one place; none for parts and
    for what nobody can know another one of.

    Not all of them need be right where they are put.

    >>> [*alternatives(("a", True))][:2]
    [(True,), ('a-other', True)]
    """
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value - 1)
    elif isinstance(value, enum.Enum):
        yield from (each for each in type(value) if each is not value)
    elif isinstance(value, str):
        # A name, or a quantity.
        yield from (f"{value}-other", f"1{value}")
    elif isinstance(value, (Dockerfile, Image)):
        yield Image("another.example.com/image:v1")
    elif isinstance(value, Mapping):
        yield from _mappings(value)
    elif isinstance(value, tuple):
        yield from _tuples(value)
    elif isinstance(value, Use):
        yield from _objects(value, prefix="ANOTHER")
    elif attrs.has(type(value)) and not _is_reference(value):
        yield from _objects(value)


def _mappings(value: Mapping[Any, Any]) -> Iterator[Mapping[Any, Any]]:
    for key, entry in value.items():
        yield {k: v for k, v in value.items() if k != key}
        for other in alternatives(entry):
            yield {**value, key: other}


def _tuples(value: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    for number, entry in enumerate(value):
        before, after = value[:number], value[number + 1 :]
        yield (*before, *after)
        for other in alternatives(entry):
            yield (*before, other, *after)


def _objects(value: Any, **changes: Any) -> Iterator[Any]:
    found = [*changes.items()]
    for field in attrs.fields(type(value)):
        old = getattr(value, field.name)
        if old != default_of(field):
            found.extend((field.alias, other) for other in alternatives(old))
    for name, other in found:
        try:
            yield attrs.evolve(value, **{name: other})
        except SpecError:
            continue
