"""
How the values of parts are decided: edition < environment's defaults < part <
overrides.
"""

import functools

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from ..exceptions import SpecError
from ..spec import (
    OFF,
    App,
    Autoscale,
    ExternalService,
    Override,
    Part,
    Recreate,
    Replicated,
    Runnable,
    Setting,
    Store,
    Use,
    Workload,
    run_by_others,
    title,
    uses_of,
)
from ..spec.edges import unsaid
from .defaults import EDITION_DEFAULTS, MAPS, Defaults
from .policy import Environment


_MAPS = (
    *("env", "files", "nodes", "volumes", "settings"),
    *("pod_labels", "pod_annotations"),
)
_PLACED = ("tolerations", "architectures", "priority_class")
_DEFAULTED = (
    *_PLACED,
    "memory",
    "cpu",
    "ephemeral_storage",
    "user",
    "security_context",
    "grace_seconds",
    "writable",
    "replicas",
    "spread",
    "rollout",
    "pause_seconds",
    "startup_seconds",
)


def effective(app: App, environment: Environment) -> tuple[Part, ...]:
    """
    The parts of *app* with every value decided: edition < environment's
    defaults < part < overrides in their order. Maps merge by key, lists
    replace, `None` inherits, `OFF` removes.

    Raises:
        SpecError: If overrides of what others run do not fit it or each
            other.
    """
    edition = EDITION_DEFAULTS[app.edition]
    defaults = environment.defaults.over(edition)
    overrides: dict[str, list[Override]] = {}
    elsewhere: dict[str, list[Override]] = {}
    for override in environment.overrides:
        others = isinstance(override.part, ExternalService)
        found = elsewhere if others else overrides
        found.setdefault(override.part.name, []).append(override)

    moved = {
        id(other): _moved(other, elsewhere[other.name], environment)
        for other in run_by_others(app.parts)
        if other.name in elsewhere
    }
    return tuple(
        _effective(
            _led(part, moved),
            overrides.get(part.name, ()),
            defaults,
            edition,
        )
        for part in app.parts
    )


def _moved(
    other: ExternalService,
    overrides: Iterable[Override],
    environment: Environment,
) -> ExternalService:
    try:
        return other.with_overrides(overrides)
    except SpecError as error:
        fields = ", and then ".join(", ".join(o.changes) for o in overrides)
        what = title(other)
        reason = str(error).removeprefix(f"{what}: ")
        msg = (
            f"Environment {environment.name!r} overrides {fields} of {what}: "
            f"{reason}"
        )
        raise SpecError(msg) from None


def _led(part: Part, moved: Mapping[int, ExternalService]) -> Part:
    """
    *part*, which is led to what others run where that is now.
    """
    uses = uses_of(part)
    if not any(id(use.part) in moved for use in uses):
        return part
    changes: dict[str, Any] = {"uses": [_led_use(use, moved) for use in uses]}

    return attrs.evolve(part, **changes)


def _led_use(use: Use, moved: Mapping[int, ExternalService]) -> Use:
    other = moved.get(id(use.part), use.part)
    settings = use.env and {
        name: attrs.evolve(value, part=other)
        if isinstance(value, Setting)
        else value
        for name, value in use.env.items()
    }
    return attrs.evolve(use, part=other, env=settings)


def _effective(
    part: Part,
    overrides: Iterable[Override],
    defaults: Defaults,
    edition: Defaults,
) -> Part:
    changes: dict[str, Any] = {}
    removed: dict[str, Any] = {}
    maps = {name: dict(getattr(part, name)) for name in _maps(part)}
    for override in overrides:
        if override.changes.get("replicas") is not None:
            # A fixed number takes the place of an autoscaler below it.
            changes["scale"] = OFF
        nothing = unsaid(part, override.changes)
        removed |= nothing
        for name, value in override.changes.items():
            if name in nothing:
                (maps if name in maps else changes)[name] = nothing[name]
            elif name in maps:
                maps[name].update(value)
            elif value is not None:
                changes[name] = value
    changes.update(maps)
    if isinstance(changes.get("scale"), Autoscale):
        changes["replicas"] = None
    said = attrs.evolve(part, **changes) if overrides else part
    if removed:
        defaults = _without(defaults, removed, edition)
    left = (
        _decided(said, defaults, _PLACED)
        if isinstance(said, Store)
        else _left(said, defaults)
    )
    return attrs.evolve(said, **left)


def _without(
    defaults: Defaults, names: Iterable[str], edition: Defaults
) -> Defaults:
    """
    *defaults*, of which the fields *names* are those of the edition alone.
    """
    known = _field_names(Defaults).intersection(names)

    return attrs.evolve(
        defaults, **{name: getattr(edition, name) for name in known}
    )


def _maps(owner: Runnable | Store) -> tuple[str, ...]:
    """
    Fields of *owner* that are merged by key; those that a store of one's own
    has besides are none of them, whatever they are called.
    """
    kind: Any = Store if isinstance(owner, Store) else type(owner)

    return tuple(name for name in _MAPS if name in _field_names(kind))


@functools.cache
def _field_names(kind: type) -> frozenset[str]:
    return frozenset(field.name for field in attrs.fields(kind))


def _without_off(entries: Mapping[str, Any]) -> dict[str, Any]:
    return {k: value for k, value in entries.items() if value is not OFF}


def _left(part: Workload, defaults: Defaults) -> dict[str, Any]:
    """
    What *part* and its containers leave to the defaults.
    """
    changes = _decided(part, defaults, _DEFAULTED)
    scaled = isinstance(getattr(part, "scale", None), Autoscale)
    if scaled:
        # The number is the autoscaler's.
        changes.pop("replicas")
    for field in ("sidecars", "init"):
        before = getattr(part, field)
        if before:
            changes[field] = [
                attrs.evolve(each, **_decided(each, defaults, _DEFAULTED))
                for each in before
            ]
    if isinstance(part, Replicated) and part.alone:
        if part.replicas is None and not scaled:
            changes["replicas"] = 1
        if part.rollout is None:
            changes["rollout"] = Recreate()

    return changes


def _decided(
    owner: Runnable | Store, defaults: Defaults, names: Iterable[str]
) -> dict[str, Any]:
    """
    What of *names* *owner* leaves to the defaults, and its maps without
    what is off.
    """
    changes: dict[str, Any] = {
        name: getattr(defaults, name)
        for name in names
        if getattr(owner, name, OFF) is None
    }
    for name in _maps(owner):
        entries = getattr(owner, name)
        if name in MAPS:
            entries = {**getattr(defaults, name), **entries}
        changes[name] = _without_off(entries)
    if "writable" in changes:
        # A volume takes the place of a folder that nobody asked for.
        changes["writable"] = [
            path
            for path in changes["writable"]
            if path not in changes["volumes"]
        ]
    return changes
