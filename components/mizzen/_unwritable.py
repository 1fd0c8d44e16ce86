"""
Values that neither files nor the API of Kubernetes can hold, wherever they
stand in what users say.
"""

import math

from collections.abc import Iterator, Mapping
from typing import Any


_DEEPEST = 64
_TOO_DEEP = f" must have at most {_DEEPEST} levels, none in itself"
_BITS = 63


def _flaw(value: Any) -> str | None:
    """
    What is wrong with *value* itself, as a rule and what broke it; texts may
    be secrets, so that of them there is one character.
    """
    if isinstance(value, str):
        if "\0" in value:
            return r"be text without NUL (got '\x00')"
        if not value.isascii():
            # What is known later lets nobody read its characters.
            words = str(value)
            odd = next((c for c in words if "\ud800" <= c <= "\udfff"), None)
            return odd and f"be text that UTF-8 can write (got {odd!r})"
    if isinstance(value, float) and not math.isfinite(value):
        return f"be a finite number (got {value!r})"
    if isinstance(value, int) and value.bit_length() > _BITS:
        many = value.bit_length()
        return f"be a number of at most {_BITS} bits (got one of {many})"
    return None


def _inner(value: Any) -> Iterator[tuple[str, Any]]:
    """
    Where the values are that *value* holds, and they; keys too.
    """
    if isinstance(value, Mapping):
        for key in value:
            yield f" {key!r}" if isinstance(key, str) else "", key
            yield f".{key}", value[key]
    elif isinstance(value, (list, tuple, set, frozenset)):
        for number, item in enumerate(value):
            yield f"[{number}]", item


def unwritable(value: Any, depth: int = 0) -> str | None:
    """
    Where in *value* is what cannot be written, and why; `None` if it can.

    >>> unwritable({"a": ["b", "c\\0"]})
    ".a[1] must be text without NUL (got '\\\\x00')"
    """
    if depth == _DEEPEST:
        return _TOO_DEEP
    flaw = _flaw(value)
    if flaw:
        return f" must {flaw}"
    for place, inner in _inner(value):
        found = unwritable(inner, depth + 1)
        if found is not None:
            # Nobody wants to read the whole way down.
            return found if found == _TOO_DEEP else f"{place}{found}"
    return None
