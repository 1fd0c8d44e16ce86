"""
What is wrong with what containers read.
"""

from collections.abc import Iterator
from typing import Any

from ._connections import use_settings
from .spec import (
    FromConfig,
    FromExternalSecret,
    Later,
    Part,
    Store,
    identity_value,
    later_in,
    title,
    values_of,
)
from .stack import Stack


def config_contradictions(part: Part, stack: Stack) -> Iterator[str]:
    """
    Every sentence about what cannot be deployed of *part*.
    """
    if not isinstance(part, Store):
        yield from _variables_set_twice(part)
        yield from _no_secret_store(part, stack)
    yield from _unbound_configuration(part, stack)


def _variables_set_twice(part: Any) -> Iterator[str]:
    origins: dict[str, str] = dict.fromkeys(part.env, "env")
    for use in part.uses:
        origin = f"uses of {title(use.part)}"
        for name in use_settings(use):
            first = origins.setdefault(name, origin)
            if first != origin:
                yield (
                    f"{title(part)}: environment variable {name} is set by "
                    f"{first} and by {origin}. Rename one, for example by "
                    f"Use({use.part.name}, prefix=…)."
                )


def _values(part: Any) -> Iterator[tuple[str, Any]]:
    for owner in part.containers:
        where = "" if owner is part else f"{owner.name}: "
        for what, value in values_of(owner):
            yield f"{where}{what}", value


def _no_secret_store(part: Any, stack: Stack) -> Iterator[str]:
    if stack.secret_store is not None:
        return
    for what, value in _values(part):
        if isinstance(value, FromExternalSecret):
            yield (
                f"{title(part)}: {what} comes from External Secrets, but "
                f"stack {stack.name!r} names no store. Set it in the "
                "stack's file, like 'secretStore: vault'."
            )


def _later_values(part: Part) -> Iterator[tuple[str, Later]]:
    if isinstance(part, Store):
        if part.password_from:
            yield "password_from", part.password_from
        return
    for what, value in _values(part):
        for later in later_in(value):
            yield what, later
    given = identity_value(part.identity)
    if isinstance(given, Later):
        yield "identity", given


def _unbound_configuration(part: Part, stack: Stack) -> Iterator[str]:
    if stack.config_keys is None:
        return
    for what, value in _later_values(part):
        if (
            isinstance(value, FromConfig)
            and value.key not in stack.config_keys
        ):
            secret = " --secret" if value.secret else ""
            yield (
                f"{title(part)}: {what} comes from the configuration of "
                f"stack {stack.name!r}, which has no {value.key!r}. Run: "
                f"pulumi config set{secret} {value.key} --stack {stack.name}"
            )
