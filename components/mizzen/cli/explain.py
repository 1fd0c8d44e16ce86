"""
``mizzen explain``.
"""

import json

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..exceptions import SpecError, choices, chosen
from ._output import FINE, print_text
from ._target import Target, about_a_stack, target_of


if TYPE_CHECKING:
    from ..influences import Influence
    from ..origins import Fact, Origin
    from ._places import Places


@click.command()
@about_a_stack
@click.argument("what", metavar="OBJECT[.FIELD]")
def explain(stack: str, app: str | None, what: str) -> int:
    """
    Show where a value of STACK comes from.

    OBJECT is a part, as in `mizzen explain prod api.replicas`, or an object,
    as in `mizzen explain prod Deployment/api.spec.replicas`; entries of
    lists go by their names or numbers, as in `containers[0].env[LEVEL]`.
    """
    target = target_of(stack, app)
    if "/" in what:
        print_text(_of_object(target, what))
    else:
        name, _, path = what.partition(".")
        print_text(_of_part(target, name, path))

    return FINE


def _places(target: Target) -> "Places":
    from ._places import Places, loaded_files  # noqa: PLC0415

    root = Path(target.stack.root)
    return Places(root, loaded_files(root))


def _placed(text: str, place: object) -> str:
    return f"{text} ({place})" if place else text


def _place(places: "Places", target: Target, one: "Influence") -> object:
    if one.kind == "override":
        environment = target.environment.name
        return places.override(environment, one.name, one.field)
    if one.kind == "Defaults":
        return places.defaults(one.name, one.field)
    if one.kind == "Environment":
        return places.environment(one.name, one.field)
    if one.kind == "Stack":
        path = target.project.stack_file(one.name)
        return places.address(path, one.field)
    return places.constructor(one.kind, one.name, one.field)


def _shown(value: Any) -> str:
    if isinstance(value, (dict, list, bool)) or value is None:
        return json.dumps(value, ensure_ascii=False)
    return str(value)


# Where to read why mizzen says what nobody has written.
_PAGES = {
    "CronJob": "containers.md",
    "DaemonSet": "containers.md",
    "Deployment": "containers.md",
    "Gateway": "exposure.md",
    "HTTPRoute": "exposure.md",
    "Ingress": "exposure.md",
    "Job": "containers.md",
    "NetworkPolicy": "network.md",
    "PersistentVolumeClaim": "stores.md",
    "StatefulSet": "stores.md",
}


def _of_object(target: Target, what: str) -> str:
    from ..influences import influences  # noqa: PLC0415

    found = influences(target.app, target.environment, target.stack, what)
    places = _places(target)
    title = f"{found.object} {found.path}".rstrip()
    lines = [f"{title}: {_shown(found.value)}"]
    lines.extend(
        _placed(f"- {one.source}: {one.field}", _place(places, target, one))
        for one in found.influences
    )
    if not found.influences:
        page = _PAGES.get(found.kind, "guide.md")
        edition = target.app.edition
        lines.append(f"- mizzen's default, edition {edition} (docs/{page})")

    return "".join(f"{line}\n" for line in lines)


def _place_of_fact(
    places: "Places", target: Target, name: str, fact: "Fact", origin: "Origin"
) -> object:
    from ..origins import OriginKind  # noqa: PLC0415

    kind, field, key = type(target.app[name]).__name__, fact.field, fact.key
    if field == "uses" and key is not None:
        # What others run, where it is said itself.
        kind = "ExternalService"
        name, _, field = key.partition(".")
        key = None
    written = field, key or ""
    if origin.kind is OriginKind.OVERRIDE:
        return places.override(origin.owner, name, *written)
    if origin.kind is OriginKind.DEFAULTS:
        return places.defaults(origin.owner, *written)
    if origin.kind is OriginKind.PART:
        return places.constructor(kind, name, *written)
    return None


def _of_part(target: Target, name: str, path: str) -> str:
    from ..origins import origins  # noqa: PLC0415

    facts = origins(target.app, target.environment, target.stack)
    parts = {part: known for part, known in facts.items() if part}
    own = chosen("Part", name, parts)
    known = {str(fact).replace(" ", "."): fact for fact in own}
    if path and path not in known:
        msg = f"{name!r} has no field {path!r}; {choices(path, known)}."
        raise SpecError(msg)
    places = _places(target)
    lines = []
    for fact in [known[path]] if path else own:
        origin = own[fact]
        place = _place_of_fact(places, target, name, fact, origin)
        text = f"{name}.{fact}: {origin.value} - {origin.source}"
        lines.append(_placed(text, place))

    return "".join(f"{line}\n" for line in lines)
