"""
``mizzen explain``.
"""

import json

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..exceptions import SpecError, choices
from ._output import FINE, print_text
from ._target import Target, about_a_stack, target_of


if TYPE_CHECKING:
    from ..influences import Influence
    from ._places import Places


@click.command()
@about_a_stack
@click.argument("what", metavar="OBJECT[.FIELD]")
def explain(stack: str, app: str | None, what: str) -> int:
    """
    Show where a value of STACK comes from.

    OBJECT is a part, as in `mizzen explain prod api.replicas`, or an object,
    as in `mizzen explain prod Deployment/api.spec.replicas`; entries of
    lists go by their names.
    """
    target = target_of(stack, app)
    name, _, path = what.partition(".")
    if "/" in name:
        kind, _, named = name.partition("/")
        print_text(_of_object(target, kind, named, path))
    else:
        print_text(_of_part(target, name, path))

    return FINE


def _placed(text: str, place: object) -> str:
    return f"{text} ({place})" if place else text


def _place(places: "Places", target: Target, influence: "Influence") -> object:
    if influence.kind == "override":
        return places.override(influence.name, influence.field)
    if influence.kind == "Stack":
        path = target.project.stack_file(influence.name)
        return places.address(path, influence.field)
    return places.constructor(influence.kind, influence.name, influence.field)


def _shown(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _of_object(target: Target, kind: str, name: str, path: str) -> str:
    from ..influences import Field, influences  # noqa: PLC0415
    from ._places import Places  # noqa: PLC0415

    value, found = influences(
        target.app, target.environment, target.stack, Field(kind, name, path)
    )
    places = Places(Path(target.stack.root))
    lines = [f"{kind}/{name} {path}: {_shown(value)}"]
    lines.extend(
        _placed(f"- {one.source}: {one.field}", _place(places, target, one))
        for one in found
    )
    if not found:
        lines.append(f"- edition {target.app.edition}, or what has to be said")

    return "".join(f"{line}\n" for line in lines)


def _place_of_fact(
    places: "Places", target: Target, field: tuple[str, str], source: str
) -> object:
    name, argument = field
    if source.startswith("override "):
        return places.override(name, argument)
    if source.startswith("defaults "):
        environment = target.environment.name
        return places.constructor("Environment", environment, "defaults")
    if source == "part":
        kind = type(target.app[name]).__name__
        return places.constructor(kind, name, argument)
    return None


def _of_part(target: Target, name: str, path: str) -> str:
    from ..origins import origins  # noqa: PLC0415
    from ._places import Places  # noqa: PLC0415

    facts = origins(target.app, target.environment, target.stack)
    if name not in facts:
        msg = f"There is no part {name!r}; {choices(name, facts)}."
        raise SpecError(msg)
    known = {key.replace(" ", "."): key for key in facts[name]}
    if path and path not in known:
        msg = f"{name!r} has no field {path!r}; {choices(path, known)}."
        raise SpecError(msg)
    places = Places(Path(target.stack.root))
    lines = []
    for field in [known[path]] if path else facts[name]:
        origin = facts[name][field]
        argument = field.partition(" ")[0]
        place = _place_of_fact(places, target, (name, argument), origin.source)
        text = f"{name}.{field}: {origin.value} - {origin.source}"
        lines.append(_placed(text, place))

    return "".join(f"{line}\n" for line in lines)
