"""
Raw objects and charts next to the parts of an app, and the order of all.
"""

import graphlib

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from ._definitions import (
    Definition,
    GroupKind,
    defined,
    definitions,
    group_kind,
    is_clustered,
)
from ._hatches import plain
from ._lenient import Lenient
from ._raw_files import not_deployed, raws
from ._scope import Scope
from .exceptions import choices
from .manifests import ROUTES, Manifest
from .spec import Definitions, Extra, HelmChart, Raw, RawFile


# Groups with a dot that every API server has.
_BUILT_IN = frozenset(
    {
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "apiregistration.k8s.io",
        "authentication.k8s.io",
        "authorization.k8s.io",
        "certificates.k8s.io",
        "coordination.k8s.io",
        "discovery.k8s.io",
        "events.k8s.io",
        "flowcontrol.apiserver.k8s.io",
        "networking.k8s.io",
        "node.k8s.io",
        "rbac.authorization.k8s.io",
        "resource.k8s.io",
        "scheduling.k8s.io",
        "storage.k8s.io",
    }
)

_Ordered = Raw | RawFile | HelmChart


def _is_custom(found: GroupKind) -> bool:
    group, _ = found
    return "." in group and group not in _BUILT_IN


@attrs.frozen(kw_only=True, eq=False)
class Node:
    """
    Something that others may wait for.

    Attributes:
        name: Name of a part, or kind and name of an extra.

        kinds: Group and kind of all its objects.

        namespaces: Namespaces of its objects.

        asks: Namespaces and names of Services that the API server asks.

        waits: Names of what it waits for.
    """

    name: str
    kinds: set[GroupKind] = attrs.field(factory=set)
    namespaces: set[str] = attrs.field(factory=set)
    asks: set[tuple[str, str]] = attrs.field(factory=set)
    waits: dict[str, None] = attrs.field(factory=dict)


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


def _asked(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """
    Namespace and name of each Service that the API server asks because of
    *body*.
    """
    clients = [hook["clientConfig"] for hook in Lenient(body)["webhooks"]]
    if body["kind"] == "APIService":
        clients.append(Lenient(body)["spec"])
    for client in clients:
        service = client["service"]
        yield service["namespace"].text, service["name"].text


def _known_by(neighbour: Any) -> str:
    if isinstance(neighbour, HelmChart):
        return f"HelmChart/{neighbour.name}"
    if isinstance(neighbour, Raw):
        return f"{neighbour.body['kind']}/{neighbour.name}"
    return getattr(neighbour, "name", "")


class _Order:
    """
    Who waits for whom.
    """

    def __init__(self, waits_for: dict[str, tuple[str, ...]]) -> None:
        self.nodes = {
            name: Node(name=name, waits=dict.fromkeys(others))
            for name, others in waits_for.items()
        }
        self.names: dict[int, list[str]] = {}
        self.definitions: dict[GroupKind, str] = {}
        self.homes: dict[str, str] = {}
        self.services: dict[tuple[str, str], str] = {}
        self.charts: list[str] = []

    def see(self, manifest: Manifest) -> None:
        """
        Take note of what *manifest* needs and of what needs it.
        """
        name = str(manifest.step)
        node = self.nodes.setdefault(name, Node(name=name))
        body = manifest.body
        node.kinds.add(group_kind(body))
        if body["kind"] == "Service":
            place = body["metadata"].get("namespace", "")
            self.services[place, manifest.name] = name
        if manifest.extra:
            kind = defined(body)
            if kind is not None:
                self.definitions[kind] = name
            if body["kind"] == "Namespace":
                self.homes[manifest.name] = name
            node.namespaces.add(body["metadata"].get("namespace", ""))
            node.asks.update(_asked(body))

    def see_chart(self, chart: HelmChart, namespace: str) -> None:
        """
        Take note of *chart* in an app whose namespace is *namespace*.
        """
        name = _known_by(chart)
        node = Node(name=name)
        node.namespaces.add(chart.namespace or namespace)
        self.nodes[name] = node
        self.charts.append(name)
        if chart.create_namespace:
            self.homes[str(chart.namespace)] = name

    def implied(self) -> None:
        """
        Namespaces come before what is in them, definitions before objects
        of their kind, and charts before objects of kinds nobody defines and
        before routes, whose controller they may bring; Services come before
        what has the API server ask them.
        """
        for node in self.nodes.values():
            for place in node.namespaces:
                home = self.homes.get(place, node.name)
                if home != node.name:
                    node.waits[home] = None
            for service in sorted(node.asks & self.services.keys()):
                node.waits[self.services[service]] = None
            for kind in sorted(node.kinds):
                if kind in self.definitions:
                    node.waits[self.definitions[kind]] = None
                elif _is_custom(kind) or node.name == ROUTES:
                    node.waits.update(dict.fromkeys(self.charts))

    def said(self, extra: _Ordered, mine: list[str]) -> Iterator[str]:
        """
        What *extra* says by ``before`` and ``after``, and a sentence about
        each neighbour that is not there.
        """
        for word, neighbours in (
            ("before", extra.before),
            ("after", extra.after),
        ):
            for other in neighbours:
                known = _known_by(other)
                theirs = self.names.get(id(other), [])
                if not theirs and known in self.nodes:
                    theirs = [known]
                if not theirs:
                    yield (
                        f"{extra!r} comes {word} {other!r}, which is not "
                        f"there; {choices(known, self.nodes)}."
                    )
                for a in mine:
                    for b in theirs:
                        earlier, later = (a, b) if word == "before" else (b, a)
                        self.nodes[later].waits[earlier] = None


def arranged(
    extras: tuple[Extra, ...],
    parts: Iterable[Manifest],
    waits_for: dict[str, tuple[str, ...]],
    scope: Scope,
) -> Extras:
    """
    The raw objects and charts of *extras*, in an order in which they can be
    created, together with *parts*, which wait for some of them.
    """
    if not extras:
        return Extras(waits_for=waits_for)
    root = scope.stack.root
    found = Extras(definitions=not_deployed(extras, root))
    raw_objects: dict[str, Manifest] = {}
    taken: set[tuple[GroupKind, str, str | None]] = set()
    order = _Order(waits_for)
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
            key = _known_by(extra)
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
    found: Extras, order: _Order, raw_objects: dict[str, Manifest]
) -> None:
    waits = {name: tuple(node.waits) for name, node in order.nodes.items()}
    try:
        sequence = [*graphlib.TopologicalSorter(waits).static_order()]
    except graphlib.CycleError as error:
        circle = " waits for ".join(reversed(error.args[1]))
        found.problems.append(f"Nothing can start: {circle}.")
        return
    found.waits_for = waits
    after_parts: set[str] = set()
    for name in sequence:
        is_part = name not in raw_objects and name not in found.charts
        if is_part or not after_parts.isdisjoint(waits[name]):
            after_parts.add(name)
        if name in raw_objects:
            late = name in after_parts
            (found.late if late else found.early).append(raw_objects[name])
