"""
Where the values of a stack come from: edition, environment, part, override
or the stack's file.
"""

import enum

from collections.abc import Iterator, Mapping
from types import FunctionType
from typing import Any

import attrs

from ._claims import disks
from .environment import (
    CLUSTERS,
    Cluster,
    Environment,
    LoadBalancer,
    NodePort,
    effective,
)
from .environment.clusters import Registry
from .spec import (
    App,
    Endpoint,
    Image,
    Off,
    Override,
    Part,
    Setting,
    SharedDisk,
    Use,
)
from .stack import Stack


@attrs.frozen
class Origin:
    """
    A value that was decided, and by what.

    Attributes:
        value: The value, in words.

        source: What decided it, in words.
    """

    value: str
    source: str


def described(value: Any) -> str:
    """
    *value* in words: parts by their names, later values by where they come
    from.

    >>> from mizzen import Autoscale
    >>> described(Autoscale(2, 20, cpu=70))
    'Autoscale(minimum=2, maximum=20, cpu=70)'
    """
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, (Endpoint, Registry, Image, Cluster)):
        return _short(value)
    if isinstance(value, FunctionType):
        # Its address is another one in each process.
        return value.__qualname__
    if hasattr(value, "describe"):
        return f"‹{value.describe()}›"
    if isinstance(value, Mapping):
        value = [f"{described(k)}={described(v)}" for k, v in value.items()]
    if isinstance(value, (tuple, list)):
        return ", ".join(described(item) for item in value)

    return _described_object(value) if attrs.has(type(value)) else str(value)


def _short(value: Endpoint | Registry | Image | Cluster) -> str:
    if isinstance(value, Registry):
        return str(value.prefix)
    if isinstance(value, Image):
        return value.reference
    if isinstance(value, Cluster):
        known = value == CLUSTERS.get(value.name)
        return value.name if known else _described_object(value)
    return f"{value.part.name}[{value.name!r}]"


def _opened(value: NodePort | LoadBalancer) -> str:
    """
    What has a port of its own.
    """
    ports = ", ".join(
        described(target)
        if number is None
        else f"{described(target)}={number}"
        for target, number in value.parts
    )
    rest = _given(value, "parts")

    return f"{type(value).__name__}({', '.join((ports, *rest))})"


def _given(value: Any, *known: str) -> list[str]:
    return [
        f"{field.name}={described(found)}"
        for field in attrs.fields(type(value))
        if (found := getattr(value, field.name)) != field.default
        and found not in (None, (), {})
        and field.name not in known
    ]


def _described_object(value: Any) -> str:
    if isinstance(value, Setting):
        return f"{value.part.name}.{value.field}"
    if hasattr(value, "name") and hasattr(value, "override"):
        return str(value.name)
    if isinstance(value, (NodePort, LoadBalancer)):
        return _opened(value)
    given = _given(value)
    if isinstance(value, Use) and len(given) == 1:
        return str(value.part.name)

    return f"{type(value).__name__}({', '.join(given)})"


def _from_overrides(
    name: str, key: str | None, overrides: list[Override]
) -> bool:
    for override in overrides:
        value = override.changes.get(name)
        if value is not None and (key is None or key in value):
            return True
    return False


_NO_FACTS = frozenset(
    {
        "accepts",
        "acknowledge",
        "name",
        "root",
        "config_keys",
        "config_hashes",
    }
)


class _Sources:
    """
    What decided the values of parts in one environment.
    """

    def __init__(self, app: App, environment: Environment) -> None:
        self._edition = f"edition {app.edition}"
        self._environment = environment
        self._overrides: dict[str, list[Override]] = {}
        for override in environment.overrides:
            known = self._overrides.setdefault(override.part.name, [])
            known.append(override)

    def of(self, part: Part, name: str, key: str | None) -> str:
        """
        What decided the field *name* of *part*, of maps the entry *key*.
        """
        overrides = self._overrides.get(part.name, [])
        if _from_overrides(name, key, overrides):
            return f"override of environment {self._environment.name}"
        own = getattr(part, name)
        if own is not None and (key is None or key in own):
            field = getattr(attrs.fields(type(part)), name)
            return "default" if own == field.default else "part"
        default = getattr(self._environment.defaults, name, None)
        if default is not None and (key is None or key in default):
            return f"defaults of environment {self._environment.name}"
        return self._edition


def _entries(value: Any) -> Iterator[tuple[str | None, Any]]:
    if isinstance(value, Mapping):
        yield from ((str(key), entry) for key, entry in value.items())
    else:
        yield None, value


def _of_part(
    part: Part, decided: Part, sources: _Sources
) -> Iterator[tuple[str, Origin]]:
    for field in attrs.fields(type(decided)):
        for key, value in _entries(getattr(decided, field.name)):
            if value in (None, ()) or isinstance(value, Off):
                continue
            name = field.name if key is None else f"{field.name} {key}"
            source = sources.of(part, field.name, key)
            yield name, Origin(described(value), source)


# What is told of parts, and what the stack's file says.
_ELSEWHERE = frozenset({"name", "defaults", "overrides", "patches"})


def _flat(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """
    The fields of a patch.
    """
    if isinstance(value, Mapping) and value:
        for key, entry in value.items():
            yield from _flat(entry, f"{path}.{key}" if path else str(key))
    else:
        yield path, described(value)


def _of_patches(
    owner: App | Environment,
) -> Iterator[tuple[str, str, Origin]]:
    """
    Part, field and origin of what patches of *owner* say.
    """
    for patch in owner.patches:
        source = f"patch of {type(owner).__name__.lower()} {owner.name}"
        for path, value in _flat(patch.fields, ""):
            name = f"patch {patch.kind} {path}"
            yield patch.part.name, name, Origin(value, source)


def _of_app(
    app: App, environment: Environment
) -> Iterator[tuple[str, Origin]]:
    for route in app.routes:
        yield f"route {route.path}", Origin(described(route), "app")
    for part in effective(app, environment):
        for disk in disks(part, SharedDisk):
            yield f"disk {disk.name}", Origin(disk.size, "app")
    for field in attrs.fields(Environment):
        value = getattr(environment, field.name)
        if field.name not in _ELSEWHERE and value not in (None, ()):
            source = f"environment {environment.name}"
            yield field.name, Origin(described(value), source)


def _of_stack(stack: Stack) -> Iterator[tuple[str, Origin]]:
    for field in attrs.fields(Stack):
        value = getattr(stack, field.name)
        if field.name in _NO_FACTS or value in (None, ()):
            continue
        for key, entry in _entries(value):
            name = field.name if key is None else f"{field.name} {key}"
            yield name, Origin(described(entry), "the stack's file")


def origins(
    app: App, environment: Environment, stack: Stack
) -> dict[str, dict[str, Origin]]:
    """
    Every value that is decided, by part and field; those of the app and its
    addresses under an empty name.

    >>> from mizzen import Image, Worker
    >>> worker = Worker("worker", image=Image("acme/worker:v5"))
    >>> app = App("shop", edition="2026", parts=[worker])
    >>> prod = Environment("prod", overrides=[worker.override(replicas=3)])
    >>> stack = Stack("prod", environment="prod")
    >>> origins(app, prod, stack)["worker"]["replicas"].source
    'override of environment prod'
    """
    sources = _Sources(app, environment)
    found = {
        part.name: dict(_of_part(part, decided, sources))
        for part, decided in zip(
            app.parts, effective(app, environment), strict=True
        )
    }
    for owner in (app, environment):
        for part, name, origin in _of_patches(owner):
            found.setdefault(part, {})[name] = origin
    found[""] = {**dict(_of_app(app, environment)), **dict(_of_stack(stack))}

    return found


@attrs.frozen
class Difference:
    """
    A field that two stacks decide differently.

    Attributes:
        part: Name of the part; empty for the app and its addresses.

        field: Name of the field.

        one: Its value in the one stack, if it has any.

        other: Its value in the other stack, if it has any.
    """

    part: str
    field: str
    one: Origin | None
    other: Origin | None


def differences(
    one: Mapping[str, Mapping[str, Origin]],
    other: Mapping[str, Mapping[str, Origin]],
) -> list[Difference]:
    """
    Where two stacks differ, part by part; replicas that an autoscaler has
    in one of them are no difference of their own.

    >>> facts = {"web": {"replicas": Origin("1", "edition 2026")}}
    >>> differences(facts, facts)
    []
    """
    found = []
    for part in dict.fromkeys((*one, *other)):
        before, after = one.get(part, {}), other.get(part, {})
        fields = dict.fromkeys((*before, *after))
        if "scale" in fields:
            fields.pop("replicas", None)
        for field in fields:
            left, right = before.get(field), after.get(field)
            if (left and left.value) != (right and right.value):
                found.append(Difference(part, field, left, right))

    return found
