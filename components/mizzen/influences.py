"""
What decides a field of an object: found by leaving out, one after the
other, everything that was written.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from .compiler import compile_app
from .environment import Defaults, Environment
from .exceptions import SpecError, choices
from .manifests import Manifests
from .spec import App, Override
from .stack import Stack


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
    What is left if something had not been written.
    """

    influence: Influence
    app: App
    environment: Environment
    stack: Stack


def _default(field: Any) -> Any:
    """
    The default of a field; `attrs.NOTHING` if it has none.
    """
    made = isinstance(field.default, attrs.Factory)  # type: ignore[arg-type]
    return field.default.factory() if made else field.default


def _without(override: Override, name: str) -> Override | None:
    rest = {k: v for k, v in override.changes.items() if k != name}
    return Override(override.part, rest) if rest else None


def _overrides(
    app: App, environment: Environment, stack: Stack
) -> Iterator[_Case]:
    for number, override in enumerate(environment.overrides):
        for name in override.changes:
            found = [*environment.overrides]
            left = _without(override, name)
            found[number : number + 1] = [left] if left else []
            influence = Influence(
                source=f"override of environment {environment.name}",
                kind="override",
                name=override.part.name,
                field=name,
            )
            changed = attrs.evolve(environment, overrides=found)
            yield _Case(influence, app, changed, stack)


def _hatches(
    app: App, environment: Environment, stack: Stack
) -> Iterator[_Case]:
    for field in ("patches", "transforms"):
        for number, hatch in enumerate(getattr(environment, field)):
            influence = _hatch(hatch, environment, field)
            rest = {field: _but(getattr(environment, field), number)}
            changed = attrs.evolve(environment, **rest)
            yield _Case(influence, app, changed, stack)
        for number, hatch in enumerate(getattr(app, field)):
            influence = _hatch(hatch, app, field)
            rest = {field: _but(getattr(app, field), number)}
            smaller = attrs.evolve(app, **rest)
            yield _Case(influence, smaller, environment, stack)


def _hatch(hatch: object, owner: App | Environment, field: str) -> Influence:
    kind = type(owner).__name__
    return Influence(
        source=f"{hatch!r} of {kind.lower()} {owner.name}",
        kind=kind,
        name=owner.name,
        field=field,
    )


def _but(entries: Sequence[Any], number: int) -> Any:
    return [*entries[:number], *entries[number + 1 :]]


def _fields(
    app: App, environment: Environment, stack: Stack
) -> Iterator[_Case]:
    for part in app.parts:
        for field in attrs.fields(type(part)):
            default = field.default
            if isinstance(default, attrs.Factory):  # type: ignore[arg-type]
                default = default.factory()
            if (
                default is attrs.NOTHING
                or getattr(part, field.name) == default
            ):
                continue
            influence = Influence(
                source=f"{type(part).__name__} {part.name}",
                kind=type(part).__name__,
                name=part.name,
                field=field.name,
            )
            try:
                changed = app.replace(part, **{field.name: default})
            except SpecError:
                continue
            yield _Case(influence, changed, environment, stack)


def _defaults(
    app: App, environment: Environment, stack: Stack
) -> Iterator[_Case]:
    nothing = Defaults()
    for field in attrs.fields(Defaults):
        empty = getattr(nothing, field.name)
        if getattr(environment.defaults, field.name) == empty:
            continue
        defaults = attrs.evolve(environment.defaults, **{field.name: empty})
        influence = Influence(
            source=f"defaults of environment {environment.name}",
            kind="Environment",
            name=environment.name,
            field="defaults",
        )
        changed = attrs.evolve(environment, defaults=defaults)
        yield _Case(influence, app, changed, stack)


def _another(default: Any, value: Any) -> Any:
    """
    Another address, for those that cannot be left out.
    """
    if isinstance(value, str):
        return f"{value}-other"
    if isinstance(value, tuple):
        return tuple(f"other.{host}" for host in value)
    return default


def _addresses(
    app: App, environment: Environment, stack: Stack
) -> Iterator[_Case]:
    for field in attrs.fields(Stack):
        default, value = _default(field), getattr(stack, field.name)
        if default in (attrs.NOTHING, value):
            continue
        influence = Influence(
            source=f"file of stack {stack.name}",
            kind="Stack",
            name=stack.name,
            field=field.name,
        )
        changed = attrs.evolve(stack, **{field.name: _another(default, value)})
        yield _Case(influence, app, environment, changed)


@attrs.frozen
class Field:
    """
    A field of an object.

    Attributes:
        kind: Kind of the object.

        name: Name of the object, or of the part that it belongs to.

        path: Keys with dots between them; entries of lists by their names.
    """

    kind: str
    name: str
    path: str

    def of(self, manifests: Manifests) -> Any:
        """
        Its value.

        Raises:
            SpecError: If there is no such object or field.
        """
        title = f"{self.kind}/{self.name}"
        for manifest in manifests:
            # Names of some objects end in a hash of their content.
            names = (manifest.name, manifest.part)
            if manifest.kind == self.kind and self.name in names:
                return _within(manifest.body, self.path, title)
        known = [f"{m.kind}/{m.name}" for m in manifests]
        msg = f"There is no {title}; {choices(title, known)}."
        raise SpecError(msg)


def _within(body: Any, path: str, title: str) -> Any:
    value = body
    for key in path.split(".") if path else ():
        if isinstance(value, list):
            value = {str(entry.get("name")): entry for entry in value}
        if not isinstance(value, Mapping) or key not in value:
            known = value if isinstance(value, Mapping) else ()
            msg = f"{title} has no {path!r}: {choices(key, map(str, known))}."
            raise SpecError(msg)
        value = value[key]
    return value


def _differs(case: _Case, field: Field, value: Any) -> bool:
    try:
        manifests = compile_app(case.app, case.environment, case.stack)
    except SpecError:
        # What cannot be left out has no alternative.
        return False
    try:
        return bool(field.of(manifests) != value)
    except SpecError:
        return True


def influences(
    app: App, environment: Environment, stack: Stack, field: Field
) -> tuple[Any, tuple[Influence, ...]]:
    """
    The value of a field of an object, and what decides it, the strongest
    first; nothing if it is the edition's own.

    Raises:
        SpecError: If there is no such object or field.
    """
    value = field.of(compile_app(app, environment, stack))
    sources = (_hatches, _overrides, _fields, _defaults, _addresses)

    return value, tuple(
        case.influence
        for cases in sources
        for case in cases(app, environment, stack)
        if _differs(case, field, value)
    )
