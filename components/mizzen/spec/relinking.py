"""
Copies of what refers to parts, when parts are exchanged for others.
"""

import copy

from collections.abc import Mapping
from typing import Any

import attrs

from .._validators import describe
from ..exceptions import SpecError


class Relinker:
    """
    Copies things so that references to parts lead to their replacements.

    What refers to none of them stays as it is, however deep it is.
    """

    def __init__(self, replaced: Mapping[int, Any]) -> None:
        self._replaced = replaced
        self._done: dict[int, Any] = {}

    def __call__(self, thing: Any) -> Any:
        """
        *thing* with its references relinked; *thing* itself if it has none.

        Raises:
            SpecError: If a replacement refers to what it replaces.
        """
        if isinstance(thing, tuple):
            items = tuple(self(item) for item in thing)
            same = all(a is b for a, b in zip(items, thing, strict=True))
            return thing if same else items
        if isinstance(thing, dict):
            values = {self(key): self(value) for key, value in thing.items()}
            same = all(values.get(key) is thing[key] for key in thing)
            return thing if same else values
        if not attrs.has(type(thing)):
            return thing
        if id(thing) not in self._done:
            self._done[id(thing)] = None
            new = self._replaced.get(id(thing), thing)
            self._done[id(thing)] = self._copied(new)
        if self._done[id(thing)] is None:
            msg = (
                f"{describe(thing)}: it would refer to itself, by its uses "
                "or through other parts."
            )
            raise SpecError(msg)
        return self._done[id(thing)]

    def _copied(self, thing: Any) -> Any:
        changes: dict[str, Any] = {}
        for field in attrs.fields(type(thing)):
            old = getattr(thing, field.name)
            new = self(old)
            if new is not old:
                changes[field.name] = new
        if not changes:
            return thing
        copied = copy.copy(thing)
        for name, value in changes.items():
            # Converters need not understand what they gave.
            object.__setattr__(copied, name, value)

        return copied
