"""
What is different from the image that was released last.
"""

from collections.abc import Iterator
from typing import Any

import attrs

from .images import BuiltImage
from .sizes import shown_bytes


_TOLD = ("user", "entrypoint", "command", "folder", "ports")


@attrs.frozen
class Difference:
    """
    What is different from the image that was released last.

    Attributes:
        release: The image that was released last.

        size: Bytes of files that are more, or less, than in it.

        lines: All differences, for people.
    """

    release: str
    size: int
    lines: tuple[str, ...]


def _said(value: Any) -> str:
    return " ".join(value) if isinstance(value, tuple) else str(value)


def _lines(old: BuiltImage, new: BuiltImage) -> Iterator[str]:
    growth = new.size - old.size
    sign = "-" if growth < 0 else "+"
    yield (
        f"size: {sign}{shown_bytes(abs(growth))} "
        f"({old.size:,} → {new.size:,} bytes)"
    )
    yield f"wasted: {old.wasted_bytes:,} → {new.wasted_bytes:,} bytes"
    there = {layer.digest for layer in old.layers}
    same = sum(layer.digest in there for layer in new.layers)
    yield f"layers: {same} of {len(new.layers)} are the same"
    for name in _TOLD:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield f"{name}: {_said(before)!r} → {_said(after)!r}"
    names = {**old.environment, **new.environment}
    for name in names:
        # Values may be secrets.
        if name not in old.environment:
            yield f"environment: {name} is new"
        elif name not in new.environment:
            yield f"environment: {name} is gone"
        elif old.environment[name] != new.environment[name]:
            yield f"environment: {name} has another value"


def difference(old: BuiltImage, new: BuiltImage) -> Difference:
    """
    What is different in *new* from *old*, which was released.
    """
    return Difference(old.where, new.size - old.size, tuple(_lines(old, new)))
