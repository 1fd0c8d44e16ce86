"""
What decides a field of an object: found by leaving out, or by writing
differently, everything that was written, one after the other.
"""

import itertools

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from ._alternatives import alternatives
from ._field_paths import (
    Step,
    counterpart,
    find_object,
    steps_of,
    value_within,
)
from ._fields import default_of
from .compiler import compile_app
from .environment import Environment
from .exceptions import SpecError
from .manifests import Manifest, Manifests
from .spec import App, Expose, Job, Override, Part, Route, uses_of
from .spec.relinking import Relinker
from .stack import Stack


# What is tried in place of one thing that was written.
_MOST = 24


@attrs.frozen(kw_only=True, eq=False)
class Influence:
    """
    Something written without which a field would be different.

    Attributes:
        source: What it is, in words.

        kind: Name of the class or method that it is written with.

        name: Name of what it belongs to.

        field: The argument.
    """

    source: str
    kind: str
    name: str
    field: str


@attrs.frozen(eq=False)
class _Case:
    """
    What would be there if something had been written differently.

    Attributes:
        renamed: The name of a part, and the one that it has instead.
    """

    app: App
    environment: Environment
    stack: Stack
    renamed: tuple[str, str] = ("", "")

    def instead_of(
        self, thing: Any, others: Iterable[Mapping[str, Any]]
    ) -> "Iterator[_Case]":
        """
        What would be there if fields of *thing* had other values, for all
        of *others* that it can have.
        """
        for changes in others:
            try:
                yield self._instead_of(thing, attrs.evolve(thing, **changes))
            except SpecError:
                continue

    def _instead_of(self, old: Any, new: Any) -> "_Case":
        if old is self.stack:
            return attrs.evolve(self, stack=new)
        relink = Relinker({id(old): new})

        # Made anew, so that all contradictions are found.
        return attrs.evolve(
            self,
            app=attrs.evolve(relink(self.app)),
            environment=attrs.evolve(relink(self.environment)),
            renamed=(getattr(old, "name", ""), getattr(new, "name", "")),
        )


_Found = Iterator[tuple[Influence, Iterator[_Case]]]


def _written(
    owner: Any,
) -> Iterator[tuple[str, Iterator[Mapping[str, Any]]]]:
    """
    The fields that *owner* does not leave at their defaults, and what else
    they could be: left out, or another value.
    """
    for field in attrs.fields(type(owner)):
        value, default = getattr(owner, field.name), default_of(field)
        if value != default:
            left = () if default is attrs.NOTHING else (default,)
            others = itertools.chain(left, alternatives(value))
            name = field.name
            yield name, ({name: other} for other in others)


def _but(entries: Iterable[Any], left: Any, *new: Any) -> list[Any]:
    found: list[Any] = []
    for entry in entries:
        found.extend(new if entry is left else [entry])
    return found


def _hatches(case: _Case, near: frozenset[str]) -> _Found:
    for owner in (case.environment, case.app):
        for field in ("patches", "transforms", "extras"):
            hatches = getattr(owner, field)
            for hatch in hatches:
                kind = type(owner).__name__
                influence = Influence(
                    source=f"{hatch!r} of {kind.lower()} {owner.name}",
                    kind=kind,
                    name=owner.name,
                    field=field,
                )
                rest = {field: _but(hatches, hatch)}
                yield influence, case.instead_of(owner, [rest])


def _overrides(case: _Case, near: frozenset[str]) -> _Found:
    environment = case.environment
    for override in environment.overrides:
        part, changes = override.part, override.changes
        if part.name not in near:
            continue
        for name, value in changes.items():
            influence = Influence(
                source=f"override of environment {environment.name}",
                kind="override",
                name=part.name,
                field=name,
            )
            rest = {k: v for k, v in changes.items() if k != name}
            others = ({**rest, name: other} for other in alternatives(value))
            yield (
                influence,
                case.instead_of(
                    environment,
                    (
                        {
                            "overrides": _but(
                                environment.overrides,
                                override,
                                Override(part, found),
                            )
                        }
                        for found in itertools.chain([rest], others)
                    ),
                ),
            )


def _fields(case: _Case, near: frozenset[str]) -> _Found:
    for part in case.app.parts:
        if part.name not in near:
            continue
        for name, others in _written(part):
            influence = Influence(
                source=f"{type(part).__name__} {part.name}",
                kind=type(part).__name__,
                name=part.name,
                field=name,
            )
            yield influence, case.instead_of(part, others)


def _led(case: _Case, near: frozenset[str]) -> _Found:
    """
    What leads to parts from outside.
    """
    app = case.app
    for route in app.routes:
        if route.service.name in near:
            influence = Influence(
                source=f"route {route.path}",
                kind="Route",
                name=route.path,
                field="path",
            )
            yield influence, _instead_of_one(case, "routes", route)
    for exposed in app.exposes:
        if exposed.service.name in near:
            influence = Influence(
                source=f"exposed port {exposed.place}",
                kind="App",
                name=app.name,
                field="exposes",
            )
            yield influence, _instead_of_one(case, "exposes", exposed)


def _instead_of_one(
    case: _Case, field: str, one: Route | Expose
) -> Iterator[_Case]:
    """
    Cases without *one* of those in a *field* of the app, and with another
    one in its place.
    """
    items = getattr(case.app, field)
    left = case.instead_of(case.app, [{field: _but(items, one)}])
    others = (other for _, found in _written(one) for other in found)

    return itertools.chain(left, case.instead_of(one, others))


# Fields of an environment that are looked into on their own, or that decide
# about nothing.
_APART = frozenset(
    {"name", "defaults", "overrides", "patches", "transforms", "extras"}
)


def _policy(case: _Case, near: frozenset[str]) -> _Found:
    environment = case.environment
    for name, others in _written(environment):
        if name not in _APART:
            influence = Influence(
                source=f"environment {environment.name}",
                kind="Environment",
                name=environment.name,
                field=name,
            )
            yield influence, case.instead_of(environment, others)


def _defaults(case: _Case, near: frozenset[str]) -> _Found:
    environment = case.environment
    for name, others in _written(environment.defaults):
        influence = Influence(
            source=f"defaults of environment {environment.name}",
            kind="Defaults",
            name=environment.name,
            field=name,
        )
        yield influence, case.instead_of(environment.defaults, others)


def _app(case: _Case, near: frozenset[str]) -> _Found:
    app = case.app
    influence = Influence(
        source=f"app {app.name}", kind="App", name=app.name, field="name"
    )
    names = ({"name": other} for other in alternatives(app.name))
    yield influence, case.instead_of(app, names)


def _addresses(case: _Case, near: frozenset[str]) -> _Found:
    stack = case.stack
    for name, others in _written(stack):
        # Those are read, and decide by what they lead to.
        if name not in ("root", "environment"):
            influence = Influence(
                source=f"file of stack {stack.name}",
                kind="Stack",
                name=stack.name,
                field=name,
            )
            yield influence, case.instead_of(stack, others)


_SOURCES = (
    _hatches,
    _overrides,
    _fields,
    _led,
    _policy,
    _defaults,
    _addresses,
    _app,
)


def _neighbours(part: Part) -> Iterator[str]:
    for use in uses_of(part):
        yield use.part.name
    if isinstance(part, Job):
        yield from (other.name for other in (*part.before, *part.after))


def _near(app: App, name: str | None) -> frozenset[str]:
    """
    Names of the parts that the objects of a part can depend on: itself and
    its neighbours; for the app's own objects, what routes lead to.
    """
    found = {name} if name else {r.service.name for r in app.routes}
    for part in app.parts:
        others = {*_neighbours(part)}
        if part.name == name:
            found |= others
        elif name in others:
            found.add(part.name)
    images = {id(p.image) for p in app.parts if p.name == name}
    found |= {part.name for part in app.parts if id(part.image) in images}

    return frozenset(filter(None, found))


@attrs.frozen(eq=False)
class _Field:
    """
    A field of one object, in any compile result.
    """

    manifest: Manifest
    steps: tuple[Step, ...]

    def of(self, manifests: Manifests, old: str, new: str) -> Any:
        """
        Its value where a part is called *new* instead of *old*; `None` if
        there is no such object or field.
        """
        part = new if self.manifest.part == old else self.manifest.part
        key = (self.manifest.kind, part, self.manifest.role)
        for each in manifests:
            if key == (each.kind, each.part, each.role):
                return counterpart(self.manifest.body, each.body, self.steps)
        return None


def _differs(case: _Case, field: _Field, value: Any) -> bool:
    try:
        manifests = compile_app(case.app, case.environment, case.stack)
    except Exception:  # noqa: BLE001 - transforms of users may raise any
        # What cannot be deployed is no alternative.
        return False

    return bool(field.of(manifests, *case.renamed) != value)


@attrs.frozen(kw_only=True, eq=False)
class Answer:
    """
    A field of an object, and what decides it.

    Attributes:
        object: Kind and name of the object.

        kind: Kind of the object.

        path: The field; empty for the whole object.

        value: Its value.

        influences: What decides it, the strongest first; nothing if it is
            the edition's own.
    """

    object: str
    kind: str
    path: str
    value: Any
    influences: tuple[Influence, ...]


def influences(
    app: App, environment: Environment, stack: Stack, what: str
) -> Answer:
    """
    What decides a field of an object, like ``Deployment/api.spec.replicas``.

    Raises:
        SpecError: If there is no such object or field.
    """
    manifests = compile_app(app, environment, stack)
    manifest, path = find_object(manifests, what)
    field = _Field(manifest, steps_of(path))
    value = value_within(manifest, field.steps)
    case = _Case(app, environment, stack)
    near = _near(app, manifest.part)

    return Answer(
        object=f"{manifest.kind}/{manifest.name}",
        kind=manifest.kind,
        path=path,
        value=value,
        influences=tuple(
            influence
            for source in _SOURCES
            for influence, cases in source(case, near)
            if any(
                _differs(other, field, value)
                for other in itertools.islice(cases, _MOST)
            )
        ),
    )
