"""
Names, labels and annotations as the conventions of a cluster want them.

Objects are compiled from parts that bear the names of their objects, so that
every reference follows; labels and annotations are added afterwards.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from . import _names
from ._lenient import Lenient
from ._validators import LONGEST_NAME
from .environment import ROUTED, Conventions, Environment
from .manifests import Manifest
from .spec import (
    App,
    Client,
    ExternalService,
    Part,
    Service,
    Store,
    Use,
    run_by_others,
    title,
    uses_of,
)
from .spec.relinking import Relinker
from .stack import Stack


@attrs.frozen(eq=False)
class Named:
    """
    An app whose parts are called like their objects.

    Attributes:
        app: The app.

        environment: The environment, whose references lead to its parts.

        parts: The parts, in the order of the original ones.
    """

    app: App
    environment: Environment
    parts: tuple[Part, ...]


def _with_prefix(use: Use) -> Use:
    """
    *use* with variables that go on to be called after the part.
    """
    if use.prefix or use.env is not None or use.files is not None:
        return use
    return attrs.evolve(use, prefix=_names.variable_prefix(use.part.name))


_Name = Callable[[str, str], str]


def _elsewhere(other: ExternalService, name: _Name) -> ExternalService:
    """
    *other*, of which the part is called as the same conventions want it.
    """
    return attrs.evolve(other, part=name(str(other.app), str(other.part)))


def _client(client: Client, name: _Name) -> Client:
    if client.part is None:
        return client
    app = client.app or client.name
    return attrs.evolve(client, part=name(app, client.part))


def _renamed(part: Part, app: str, name: _Name) -> Part:
    changes: dict[str, Any] = {
        "name": name(app, part.name),
        "formerly": [name(app, old) for old in part.formerly],
    }
    if uses_of(part):
        changes["uses"] = [_with_prefix(use) for use in uses_of(part)]
    if isinstance(part, (Service, Store)):
        changes["clients"] = [_client(each, name) for each in part.clients]
    return attrs.evolve(part, **changes)


def named(
    app: App, parts: tuple[Part, ...], environment: Environment, stack: Stack
) -> Named:
    """
    *app* with the effective *parts* under the names of their objects, and
    what it knows of other apps as if they had the same conventions.
    """
    conventions = environment.conventions
    if not conventions.renames:
        return Named(app, environment, parts)

    def name(owner: str, part: str) -> str:
        return conventions.object_name(owner, stack.name, part)

    new: dict[int, Any] = {
        id(old): _renamed(part, app.name, name)
        for old, part in zip(app.parts, parts, strict=True)
    }
    for other in run_by_others(parts):
        if other.part is not None:
            new[id(other)] = _elsewhere(other, name)
    relink = Relinker(new)
    # What a part brings is not to be mistaken for another part.
    renamed = relink(app.parts)
    routes, exposes = relink(app.routes), relink(app.exposes)

    return Named(
        attrs.evolve(app, parts=renamed, routes=routes, exposes=exposes),
        relink(attrs.evolve(environment, overrides=())),
        renamed,
    )


def too_long(
    app: App, environment: Environment, stack: Stack
) -> Iterator[str]:
    """
    Every sentence about a name that does not fit.
    """
    conventions = environment.conventions
    if not conventions.renames:
        return
    owners: list[tuple[str, str | None]] = [
        (title(part), part.name) for part in app.parts
    ]
    if app.routes and isinstance(environment.exposure, ROUTED):
        owners.append((f"App {app.name!r}", None))
    for owner, own_name in owners:
        name = conventions.object_name(app.name, stack.name, own_name)
        if len(name) > LONGEST_NAME:
            yield (
                f"{owner}: its objects would be called {name!r} by the "
                f"conventions, but at most {LONGEST_NAME} of its "
                f"{len(name)} characters are allowed. Choose a shorter name "
                "or pattern."
            )


def _with(metadata: Any, **additions: Mapping[str, str]) -> Any:
    """
    *metadata* with more labels and annotations; its own ones win. What is
    no mapping stays as somebody has written it.
    """
    found = {} if metadata is None else metadata
    if not isinstance(found, Mapping):
        return metadata
    changes = {}
    for field, more in additions.items():
        own = found.get(field)
        if more and (own is None or isinstance(own, Mapping)):
            changes[field] = {**more, **(own or {})}

    return {**found, **changes}


def _marked_pods(node: Any, conventions: Conventions) -> Any:
    """
    The pod templates in *node*, which is a spec.
    """
    if not isinstance(node, dict):
        return node
    changes = {
        key: _marked_pods(value, conventions)
        for key, value in node.items()
        if key in ("jobTemplate", "spec")
    }
    template = node.get("template") or {}
    if Lenient(template)["spec"]["containers"]:
        metadata = _with(
            template.get("metadata"),
            labels={**conventions.labels, **conventions.pod_labels},
            annotations={
                **conventions.annotations,
                **conventions.pod_annotations,
            },
        )
        changes["template"] = {**template, "metadata": metadata}

    return {**node, **changes}


def marked(manifest: Manifest, conventions: Conventions) -> Manifest:
    """
    *manifest* with the labels and annotations that everything has.
    """
    body = {
        **manifest.body,
        "metadata": _with(
            manifest.body["metadata"],
            labels=conventions.labels,
            annotations=conventions.annotations,
        ),
    }
    if "spec" in body:
        body["spec"] = _marked_pods(body["spec"], conventions)

    # The name of a raw object is not of our making.
    return attrs.evolve(
        manifest, body=body if manifest.extra else _names.rehashed(body)
    )
