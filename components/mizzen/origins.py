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
    ExternalService,
    Image,
    Off,
    Override,
    Part,
    Setting,
    SharedDisk,
    Use,
    run_by_others,
)
from .stack import Stack


class OriginKind(enum.Enum):
    """
    What decides a value.
    """

    EDITION = "edition"
    DEFAULTS = "defaults of environment"
    DEFAULT = "default"
    PART = "part"
    OVERRIDE = "override of environment"
    APP = "app"
    ENVIRONMENT = "environment"
    PATCH_OF_APP = "patch of app"
    PATCH_OF_ENVIRONMENT = "patch of environment"
    STACK = "the stack's file"


@attrs.frozen
class Fact:
    """
    What is decided.

    Attributes:
        field: A field, or what else there can be several of.

        key: Which of its entries; `None` for the whole field.

    >>> print(Fact("env", "LEVEL"), Fact("replicas"))
    env LEVEL replicas
    """

    field: str
    key: str | None = None

    def __str__(self) -> str:
        return self.field if self.key is None else f"{self.field} {self.key}"


@attrs.frozen
class Origin:
    """
    A value that was decided, and by what.

    Attributes:
        value: The value, in words.

        kind: What decided it.

        owner: Which of that kind, if there are several.
    """

    value: str
    kind: OriginKind
    owner: str = ""

    @property
    def source(self) -> str:
        """
        What decided it, in words.
        """
        return f"{self.kind.value} {self.owner}".rstrip()


Facts = Mapping[Fact, Origin]


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
        if key is not None and isinstance(value, Off):
            continue
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
        self._edition = app.edition
        self._environment = environment
        self._overrides: dict[str, list[Override]] = {}
        for override in environment.overrides:
            known = self._overrides.setdefault(override.part.name, [])
            known.append(override)

    def of(
        self, part: Part | ExternalService, name: str, key: str | None
    ) -> tuple[OriginKind, str]:
        """
        What decided the field *name* of *part*, of maps the entry *key*, and
        which of that kind.
        """
        overrides = self._overrides.get(part.name, [])
        if _from_overrides(name, key, overrides):
            return OriginKind.OVERRIDE, self._environment.name
        own = getattr(part, name)
        if own is not None and (key is None or key in own):
            field = getattr(attrs.fields(type(part)), name)
            unsaid = own == field.default
            return OriginKind.DEFAULT if unsaid else OriginKind.PART, ""
        default = getattr(self._environment.defaults, name, None)
        if default is not None and (key is None or key in default):
            return OriginKind.DEFAULTS, self._environment.name
        return OriginKind.EDITION, self._edition


def _entries(value: Any) -> Iterator[tuple[str | None, Any]]:
    if isinstance(value, Mapping):
        yield from ((str(key), entry) for key, entry in value.items())
    else:
        yield None, value


def _of_fields(
    part: Part | ExternalService,
    decided: Part | ExternalService,
    sources: _Sources,
) -> Iterator[tuple[Fact, Origin]]:
    for field in attrs.fields(type(decided)):
        for key, value in _entries(getattr(decided, field.name)):
            if value in (None, ()) or isinstance(value, Off):
                continue
            kind, owner = sources.of(part, field.name, key)
            yield Fact(field.name, key), Origin(described(value), kind, owner)


def _of_others(
    part: Part, decided: Part, sources: _Sources
) -> Iterator[tuple[Fact, Origin]]:
    """
    Where that is which *part* uses and others run.
    """
    for said, other in zip(
        run_by_others([part]), run_by_others([decided]), strict=True
    ):
        for fact, origin in _of_fields(said, other, sources):
            if fact.field != "name":
                yield Fact("uses", f"{other.name}.{fact}"), origin


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
) -> Iterator[tuple[str, Fact, Origin]]:
    """
    Part, field and origin of what patches of *owner* say.
    """
    kind = (
        OriginKind.PATCH_OF_APP
        if isinstance(owner, App)
        else OriginKind.PATCH_OF_ENVIRONMENT
    )
    for patch in owner.patches:
        for path, value in _flat(patch.fields, ""):
            fact = Fact("patch", f"{patch.kind} {path}")
            yield patch.part.name, fact, Origin(value, kind, owner.name)


def _of_app(
    app: App, environment: Environment
) -> Iterator[tuple[Fact, Origin]]:
    for route in app.routes:
        origin = Origin(described(route), OriginKind.APP)
        yield Fact("route", route.path), origin
    for exposed in app.exposes:
        origin = Origin(described(exposed), OriginKind.APP)
        yield Fact("exposes", exposed.place), origin
    for part in effective(app, environment):
        for disk in disks(part, SharedDisk):
            yield Fact("disk", disk.name), Origin(disk.size, OriginKind.APP)
    for field in attrs.fields(Environment):
        value = getattr(environment, field.name)
        if field.name not in _ELSEWHERE and value not in (None, ()):
            yield (
                Fact(field.name),
                Origin(
                    described(value), OriginKind.ENVIRONMENT, environment.name
                ),
            )


def _of_stack(stack: Stack) -> Iterator[tuple[Fact, Origin]]:
    for field in attrs.fields(Stack):
        value = getattr(stack, field.name)
        if field.name in _NO_FACTS or value in (None, ()):
            continue
        for key, entry in _entries(value):
            origin = Origin(described(entry), OriginKind.STACK)
            yield Fact(field.name, key), origin


def origins(
    app: App, environment: Environment, stack: Stack
) -> dict[str, dict[Fact, Origin]]:
    """
    Every value that is decided, by part and field; those of the app and its
    addresses under an empty name.

    >>> from mizzen import Image, Worker
    >>> worker = Worker("worker", image=Image("acme/worker:v5"))
    >>> app = App("shop", edition="2026", parts=[worker])
    >>> prod = Environment("prod", overrides=[worker.override(replicas=3)])
    >>> stack = Stack("prod", environment="prod")
    >>> origins(app, prod, stack)["worker"][Fact("replicas")].source
    'override of environment prod'
    """
    sources = _Sources(app, environment)
    found = {
        part.name: {
            **dict(_of_fields(part, decided, sources)),
            **dict(_of_others(part, decided, sources)),
        }
        for part, decided in zip(
            app.parts, effective(app, environment), strict=True
        )
    }
    for owner in (app, environment):
        for part, fact, origin in _of_patches(owner):
            found.setdefault(part, {})[fact] = origin
    found[""] = {**dict(_of_app(app, environment)), **dict(_of_stack(stack))}

    return found


@attrs.frozen
class Difference:
    """
    A field that two stacks decide differently.

    Attributes:
        part: Name of the part; empty for the app and its addresses.

        fact: What is decided.

        one: Its value in the one stack, if it has any.

        other: Its value in the other stack, if it has any.
    """

    part: str
    fact: Fact
    one: Origin | None
    other: Origin | None


def differences(
    one: Mapping[str, Facts],
    other: Mapping[str, Facts],
) -> list[Difference]:
    """
    Where two stacks differ, part by part; replicas that an autoscaler has
    in one of them are no difference of their own.

    >>> replicas = Origin("1", OriginKind.EDITION, "2026")
    >>> facts = {"web": {Fact("replicas"): replicas}}
    >>> differences(facts, facts)
    []
    """
    found = []
    for part in dict.fromkeys((*one, *other)):
        before, after = one.get(part, {}), other.get(part, {})
        decided = dict.fromkeys((*before, *after))
        if Fact("scale") in decided:
            decided.pop(Fact("replicas"), None)
        for fact in decided:
            left, right = before.get(fact), after.get(fact)
            if (left and left.value) != (right and right.value):
                found.append(Difference(part, fact, left, right))

    return found
