"""
Constructors say in the words of the user which argument they do not have.
"""

import functools
import inspect

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from .exceptions import SpecError, choices


def _misfit(
    signature: inspect.Signature,
    values: tuple[Any, ...],
    arguments: Mapping[str, Any],
) -> str | None:
    """
    Why a call does not fit *signature*; `None` if it does.
    """
    parameters = signature.parameters.values()
    fields = [p.name for p in parameters if p.kind is not p.VAR_KEYWORD]
    ordered = [p.name for p in parameters if p.kind is not p.KEYWORD_ONLY]
    try:
        signature.bind(*values, **arguments)
    except TypeError:
        pass
    else:
        return None
    for name in arguments:
        if name not in fields:
            return f"there is no field {name!r}; {choices(name, fields)}"
        if name in ordered[: len(values)]:
            return f"{name} must be given once"
    if len(values) > len(ordered):
        but = f"all but {', '.join(ordered)}" if ordered else "all fields"
        return f"{but} must be given by name, like {fields[-1]}=…"
    missing = next(
        p.name
        for p in [*parameters][len(values) :]
        if p.default is p.empty and p.name not in arguments
    )

    return f"{missing} must be given"


def _refusing(cls: Any) -> None:
    inner = cls.__init__

    # It wraps, so that what reads signatures finds the real one.
    @functools.wraps(inner)
    def init(self: Any, *values: Any, **arguments: Any) -> None:
        try:
            inner(self, *values, **arguments)
        except TypeError:
            problem = _misfit(inspect.signature(cls), values, arguments)
            if problem is None:
                raise
            named = values[0] if values else arguments.get("name")
            who = f" {named!r}" if isinstance(named, str) else ""
            msg = f"{cls.__name__}{who}: {problem}."
            raise SpecError(msg) from None

    cls.__init__ = init


def name_arguments(things: Iterable[Any]) -> None:
    """
    Let those of *things* that users make refuse unknown, missing and
    superfluous arguments by a `SpecError` that names them.
    """
    for thing in things:
        if isinstance(thing, type) and attrs.has(thing):
            _refusing(thing)
