"""
Who waits for whom: parts, raw objects and charts.
"""

import graphlib

from collections.abc import Iterator
from typing import Any

import attrs

from ._definitions import GroupKind, defined, group_kind
from ._lenient import Lenient
from .exceptions import SpecError, choices
from .manifests import ROUTES, Manifest
from .spec import HelmChart, Raw, RawFile


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


def is_custom(found: GroupKind) -> bool:
    """
    Whether a kind is one that somebody has added to the cluster.

    >>> is_custom(("apps", "Deployment")), is_custom(("a.example", "Cache"))
    (False, True)
    """
    group, _ = found
    return "." in group and group not in _BUILT_IN


@attrs.frozen(kw_only=True, eq=False)
class _Node:
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


def asked_services(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """
    Namespace and name of each Service that the API server asks because of
    *body*.

    >>> spec = {"service": {"namespace": "shop", "name": "api"}}
    >>> list(asked_services({"kind": "APIService", "spec": spec}))
    [('shop', 'api')]
    """
    clients = [hook["clientConfig"] for hook in Lenient(body)["webhooks"]]
    if body["kind"] == "APIService":
        clients.append(Lenient(body)["spec"])
    for client in clients:
        service = client["service"]
        yield service["namespace"].text, service["name"].text


def known_by(neighbour: Any) -> str:
    if isinstance(neighbour, HelmChart):
        return f"HelmChart/{neighbour.name}"
    if isinstance(neighbour, Raw):
        return f"{neighbour.body['kind']}/{neighbour.name}"
    return getattr(neighbour, "name", "")


class Order:
    """
    Who waits for whom.
    """

    def __init__(self, waits_for: dict[str, tuple[str, ...]]) -> None:
        self.nodes = {
            name: _Node(name=name, waits=dict.fromkeys(others))
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
        node = self.nodes.setdefault(name, _Node(name=name))
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
            node.asks.update(asked_services(body))

    def see_chart(self, chart: HelmChart, namespace: str) -> None:
        """
        Take note of *chart* in an app whose namespace is *namespace*.
        """
        name = known_by(chart)
        node = _Node(name=name)
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
                elif is_custom(kind) or node.name == ROUTES:
                    node.waits.update(dict.fromkeys(self.charts))

    def said(
        self, extra: Raw | RawFile | HelmChart, mine: list[str]
    ) -> Iterator[str]:
        """
        What *extra* says by ``before`` and ``after``, and a sentence about
        each neighbour that is not there.
        """
        for word, neighbours in (
            ("before", extra.before),
            ("after", extra.after),
        ):
            for other in neighbours:
                known = known_by(other)
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

    @property
    def waits_for(self) -> dict[str, tuple[str, ...]]:
        """
        What each waits for, by name.
        """
        return {name: tuple(node.waits) for name, node in self.nodes.items()}

    def sequence(self) -> tuple[str, ...]:
        """
        All of them, each after what it waits for.

        Raises:
            SpecError: If some wait for each other.
        """
        try:
            sorter = graphlib.TopologicalSorter(self.waits_for)
            return tuple(sorter.static_order())
        except graphlib.CycleError as error:
            circle = " waits for ".join(reversed(error.args[1]))
            msg = f"Nothing can start: {circle}."
            raise SpecError(msg) from None
