"""
Raw objects and charts next to the parts of an app.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from ._definitions import (
    Definition,
    GroupKind,
    definitions,
    group_kind,
    is_clustered,
)
from ._merging import plain
from ._order import Order, known_by
from ._raw_files import not_deployed, raws
from ._scope import Scope
from .exceptions import SpecError
from .manifests import Manifest
from .spec import Definitions, Extra, HelmChart, Raw


@attrs.define(eq=False)
class Extras:
    """
    The extras of an app in one stack.

    Attributes:
        early: Raw objects that wait for no part.

        late: Raw objects that wait for one.

        charts: Charts by the names that others wait for.

        definitions: CustomResourceDefinitions that are not deployed.

        waits_for: What parts and extras wait for, by name.

        problems: A sentence about each that cannot be deployed.
    """

    early: list[Manifest] = attrs.field(factory=list)
    late: list[Manifest] = attrs.field(factory=list)
    charts: dict[str, HelmChart] = attrs.field(factory=dict)
    definitions: list[dict[str, Any]] = attrs.field(factory=list)
    waits_for: dict[str, tuple[str, ...]] = attrs.field(factory=dict)
    problems: list[str] = attrs.field(factory=list)


def placed(body: dict[str, Any], namespace: str) -> dict[str, Any]:
    """
    *body* in *namespace*, unless it says another one.
    """
    return {**body, "metadata": {"namespace": namespace, **body["metadata"]}}


def _raw_object(
    raw: Raw, scope: Scope, known: Mapping[GroupKind, Definition]
) -> Manifest:
    body = plain(raw.body)
    alone = raw.clustered
    if alone is None:
        alone = is_clustered(body, known)
    if not alone:
        body = placed(body, scope.namespace)
    found = body["metadata"].get("namespace", scope.namespace)
    place = f"{found}/" if found != scope.namespace else ""
    key = f"{body['kind']}/{place}{raw.name}"

    return Manifest(None, key.replace("/", "-").lower(), body, extra=key)


def _key(manifest: Manifest) -> tuple[GroupKind, str, str | None]:
    metadata = manifest.body["metadata"]
    kind = group_kind(manifest.body)

    return kind, manifest.name, metadata.get("namespace")


def arranged(
    extras: tuple[Extra, ...],
    parts: Iterable[Manifest],
    waits_for: dict[str, tuple[str, ...]],
    scope: Scope,
    around: Iterable[Manifest] = (),
) -> Extras:
    """
    The raw objects and charts of *extras*, in an order in which they can be
    created, together with *parts*, which wait for some of them, and after
    what is *around* all.
    """
    if not extras:
        return Extras(waits_for=waits_for)
    root = scope.stack.root
    found = Extras(definitions=not_deployed(extras, root))
    raw_objects: dict[str, Manifest] = {}
    taken = {_key(manifest) for manifest in around}
    order = Order(waits_for)
    expanded = [
        (extra, raws(extra, root))
        for extra in extras
        if not isinstance(extra, Definitions)
    ]
    bodies = [raw.body for _, listed in expanded for raw in listed]
    known = definitions((*found.definitions, *bodies))
    for manifest in parts:
        order.see(manifest)
        taken.add(_key(manifest))
    for extra, listed in expanded:
        mine = order.names.setdefault(id(extra), [])
        for raw in listed:
            manifest = _raw_object(raw, scope, known)
            order.see(manifest)
            if str(manifest.extra) in raw_objects or _key(manifest) in taken:
                found.problems.append(
                    f"{raw!r} is called like another object of the app."
                )
            raw_objects[str(manifest.extra)] = manifest
            mine.append(str(manifest.extra))
        if isinstance(extra, HelmChart):
            key = known_by(extra)
            if key in found.charts:
                found.problems.append(
                    f"{extra!r} is called like another chart of the app. "
                    "Give one of them another name."
                )
            order.see_chart(extra, scope.namespace)
            found.charts[key] = extra
            mine.append(key)
    order.implied()
    for extra, _ in expanded:
        found.problems.extend(order.said(extra, order.names[id(extra)]))
    _sort(found, order, raw_objects)

    return found


def _sort(
    found: Extras, order: Order, raw_objects: dict[str, Manifest]
) -> None:
    """
    Divide *raw_objects* into those that wait for parts and the others.
    """
    try:
        sequence = order.sequence()
    except SpecError as error:
        found.problems.append(str(error))
        return
    waits = found.waits_for = order.waits_for
    after_parts: set[str] = set()
    for name in sequence:
        is_part = name not in raw_objects and name not in found.charts
        if is_part or not after_parts.isdisjoint(waits[name]):
            after_parts.add(name)
        if name in raw_objects:
            late = name in after_parts
            (found.late if late else found.early).append(raw_objects[name])
