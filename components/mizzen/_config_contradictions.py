"""
What is wrong with what containers read.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from ._connections import SeenConnections, use_settings
from ._texts import text_of
from .environment import PullSecret
from .exceptions import counted
from .spec import (
    OFF,
    FromConfig,
    FromExternalSecret,
    Later,
    Part,
    Setting,
    Store,
    Template,
    Use,
    identity_value,
    later_in,
    run_by_others,
    title,
    values_of,
)
from .spec.texts import kept_in, whole_kept
from .stack import Stack


def config_contradictions(part: Part, stack: Stack) -> Iterator[str]:
    """
    Every sentence about what cannot be deployed of *part*.
    """
    if not isinstance(part, Store):
        yield from _variables_set_twice(part)
        yield from _no_secret_store(part, stack)


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


def unreadable(part: Any, found: SeenConnections) -> Iterator[str]:
    """
    Every sentence about texts of *part* that would have to be made of what
    somebody else keeps in a Secret.
    """
    for what, text in _texts(part, found):
        for kept in kept_in(text)[:1]:
            yield (
                f"{title(part)}: {what} would be made of what Secret "
                f"{kept.name!r} keeps, which mizzen cannot read. Say where "
                "it is there, like Credentials(…, "
                f"url=FromSecret({kept.name!r}, 'url')), or name other "
                "variables, like Use(db, env={'PASSWORD': db.password})."
            )


def _fields_of(use: Use) -> Iterator[tuple[str, str]]:
    """
    Settings that an edge tells, each after the name that it has there.
    """
    for name, value in use_settings(use).items():
        if isinstance(value, Setting):
            yield name, value.field
    if use.files is not None:
        for field in use.part.connection_fields:
            yield f"file {use.files}/{field}", field


def _texts(part: Any, found: SeenConnections) -> Iterator[tuple[str, str]]:
    """
    Texts that *part* reads, each after its name, but for what can be read
    in a Secret as it is.
    """
    for use in part.uses:
        for name, field in _fields_of(use):
            text = found[use.part.name].settings[field]
            if not whole_kept(text):
                yield name, text
    for name, value in _values(part):
        if isinstance(value, (Setting, Template)):
            text = text_of(value, found)
            variable = isinstance(value, Setting) and name.startswith("env")
            if not (variable and whole_kept(text)):
                yield name, text


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


def _store_values(part: Store) -> Iterator[tuple[str, Any]]:
    if part.at is None:
        yield "password_from", part.password_from
    else:
        credentials = part.at.credentials
        yield "at.host", part.at.host
        if credentials is not OFF:
            yield "at.credentials.user", credentials.user
            yield "at.credentials.password", credentials.password
        yield "at.tls.ca", part.at.certificate


def _all_values(part: Part) -> Iterator[tuple[str, Any]]:
    if isinstance(part, Store):
        yield from _store_values(part)
        return
    yield from _values(part)
    yield "identity", identity_value(part.identity)
    for other in run_by_others([part]):
        yield f"host of {title(other)}", other.host


def _later_values(part: Part) -> Iterator[tuple[str, Later]]:
    for what, value in _all_values(part):
        for later in later_in(value):
            yield what, later


def _readers(
    parts: Iterable[Part], stack: Stack
) -> Iterator[tuple[str, str, Later]]:
    """
    Who reads what of which later value.
    """
    for secret in stack.pull_secrets:
        if isinstance(secret, PullSecret):
            what = f"pullSecrets {secret.name}"
            yield f"Stack {stack.name!r}", what, secret.value
    for part in parts:
        for what, value in _later_values(part):
            yield title(part), what, value


def unbound_configuration(
    parts: Iterable[Part], stack: Stack
) -> Iterator[str]:
    """
    A sentence about each key that the configuration of *stack* lacks, with
    all who read it.
    """
    if stack.config_keys is None:
        return
    readers: dict[str, dict[str, tuple[str, bool]]] = {}
    for owner, what, value in _readers(parts, stack):
        if (
            isinstance(value, FromConfig)
            and value.key not in stack.config_keys
        ):
            known = readers.setdefault(value.key, {})
            known.setdefault(owner, (what, value.secret))
    for key, known in readers.items():
        (first, (what, _)), *_ = known.items()
        others = [owner for owner in known if owner != first]
        too = f"; {counted(others)} read it too" if others else ""
        secret = any(secret for _, secret in known.values())
        yield (
            f"{first}: {what} comes from the configuration of stack "
            f"{stack.name!r}, which has no {key!r}{too}. Run: pulumi config "
            f"set{' --secret' if secret else ''} {key} --stack {stack.name}"
        )
