"""
What an environment says of the parts of other apps of a project.
"""

from collections.abc import Iterable
from typing import Any

from .environment import Environment
from .exceptions import raise_problems
from .spec import App, ExternalService, Part, run_by_others, title


_Names = dict[Any, dict[str, None]]


def _name(thing: Part | ExternalService) -> tuple[bool, str]:
    """
    What *thing* is found by, where the object is listed no more.
    """
    return isinstance(thing, ExternalService), thing.name


def _owners(apps: Iterable[App]) -> tuple[_Names, _Names]:
    """
    Names of the apps that have each thing, by the object and by its name.
    """
    objects: _Names = {}
    names: _Names = {}
    for app in apps:
        for thing in (*app.parts, *run_by_others(app.parts)):
            objects.setdefault(thing, {})[app.name] = None
            names.setdefault(_name(thing), {})[app.name] = None

    return objects, names


def _unclear(thing: Part | ExternalService, owners: Iterable[str]) -> str:
    which = ", ".join(map(repr, sorted(owners)))
    if isinstance(thing, ExternalService):
        return (
            "which no part uses, but parts of these apps use one of that "
            f"name: {which}. Say it of the one that is used."
        )
    return (
        f"which no app lists, but these have a part of that name: {which}. "
        f"Say it of the part that is listed, like app[{thing.name!r}]."
    )


def strangers(
    environment: Environment, app: App, apps: Iterable[App]
) -> tuple[Any, ...]:
    """
    All that *environment* says something of and that belongs to others of
    *apps* than the one called like *app*.

    A thing belongs to the apps that list it. Changed apps list copies: what
    is listed nowhere belongs to the app that alone has something of its
    name.

    Raises:
        SpecError: If *app* is one of several that have something of the
            name of what is listed nowhere.
    """
    objects, names = _owners((*apps, app))
    owners = {
        thing: objects.get(thing) or names.get(_name(thing), {})
        for _, thing in environment.told
    }
    raise_problems(
        f"Environment {environment.name!r} cannot be read for app "
        f"{app.name!r}",
        (
            f"Environment {environment.name!r} {verb} {title(thing)}, "
            f"{_unclear(thing, owners[thing])}"
            for verb, thing in environment.told
            if thing not in objects
            and app.name in owners[thing]
            and len(owners[thing]) > 1
        ),
    )
    return tuple(
        thing
        for thing, known in owners.items()
        if known and app.name not in known
    )
