"""
Who can connect to whom, as the emitted policies, Services and routes say.
"""

import functools

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from .._lenient import Lenient
from .._names import NAME
from .._policies import directions, selects
from .._routers import Way, ways
from ..manifests import Manifest, pod_template
from .objects import Body


ANYONE = "anyone in the cluster"
_OUTSIDE = "the world outside"
_EVERYTHING = "all ports"

_PUBLIC = ("NodePort", "LoadBalancer")
# Names have to be found whoever is connected to.
_NAME_SERVICE = "53"


@attrs.frozen(order=True)
class Edge:
    """
    Something that can connect to something else.

    Attributes:
        source: A part, or what stands outside of the app.

        target: A part, or what stands outside of the app.

        port: Protocol and port, or what leads there, like a host and path.
    """

    source: str
    target: str
    port: str

    def __str__(self) -> str:
        return f"{self.source} → {self.target} ({self.port})"


def _pod_labels(body: Body) -> Mapping[str, str] | None:
    template = pod_template(body)
    if template is None:
        return None
    labels: Mapping[str, str] = template.get("metadata", {}).get("labels", {})

    return labels


def _ports(rule: Mapping[str, Any]) -> Iterator[str]:
    for port in rule.get("ports") or ():
        number = str(port.get("port", "*"))
        if "endPort" in port:
            number += f"-{port['endPort']}"
        yield f"{port.get('protocol', 'TCP')} {number}"
    if not rule.get("ports"):
        yield _EVERYTHING


def _labelled(selector: Mapping[str, Any]) -> str:
    labels = selector.get("matchLabels") or {}
    expressions = selector.get("matchExpressions") or ()
    words = [f"{key}={value}" for key, value in sorted(labels.items())]
    words.extend(
        " ".join(
            (
                term["key"],
                term["operator"],
                ",".join(term.get("values") or ()),
            )
        ).strip()
        for term in expressions
    )

    return " and ".join(words)


class Reach:
    """
    The connections that a set of objects allows.

    Args:
        manifests: The objects; those that are not among them count as
            absent.
    """

    def __init__(self, manifests: Iterable[Manifest]) -> None:
        self._manifests = tuple(manifests)
        self._pods = [
            (manifest.part or manifest.name, labels)
            for manifest in self._manifests
            if (labels := _pod_labels(manifest.body)) is not None
        ]

    @functools.cached_property
    def _by_name(self) -> dict[str | None, list[tuple[str, Any]]]:
        found: dict[str | None, list[tuple[str, Any]]] = {}
        for pod in self._pods:
            found.setdefault(pod[1].get(NAME), []).append(pod)
        return found

    def _selected(self, selector: Mapping[str, Any]) -> Iterator[str]:
        """
        Parts whose pods a selector finds, and its words if it finds none.
        """
        labels = selector.get("matchLabels") or {}
        # The name first: looking at all would cost a square.
        pods = (
            self._by_name.get(labels[NAME], [])
            if NAME in labels
            else self._pods
        )
        found = [part for part, has in pods if selects(selector, has)]
        if found:
            yield from dict.fromkeys(found)
        elif NAME in labels and not selector.get("matchExpressions"):
            yield labels[NAME]
        else:
            yield f"pods with {_labelled(selector)}"

    def _peers(self, rule: Mapping[str, Any], key: str) -> Iterator[str]:
        if not rule.get(key):
            yield ANYONE
        for peer in rule.get(key) or ():
            if "ipBlock" in peer:
                yield f"address {peer['ipBlock']['cidr']}"
            elif "namespaceSelector" in peer:
                space = _labelled(peer["namespaceSelector"])
                pods = _labelled(peer.get("podSelector") or {})
                text = f"namespaces with {space}" if space else ANYONE
                yield f"{text}, pods with {pods}" if pods else text
            else:
                yield from self._selected(peer.get("podSelector") or {})

    def _allowed(self, direction: str, key: str) -> Iterator[Edge]:
        for manifest in self._policies(direction):
            spec = manifest.body["spec"]
            for part in self._selected(spec.get("podSelector") or {}):
                for rule in spec.get(direction.lower()) or ():
                    for peer in self._peers(rule, key):
                        for port in _ports(rule):
                            yield (
                                Edge(peer, part, port)
                                if direction == "Ingress"
                                else Edge(part, peer, port)
                            )

    def _policies(self, direction: str) -> Iterator[Manifest]:
        for manifest in self._manifests:
            if manifest.kind == "NetworkPolicy" and direction in directions(
                manifest.body["spec"]
            ):
                yield manifest

    def _closed(self, direction: str) -> frozenset[str]:
        return frozenset(
            part
            for manifest in self._policies(direction)
            for part in self._selected(
                manifest.body["spec"].get("podSelector") or {}
            )
        )

    @functools.cached_property
    def pods(self) -> frozenset[str]:
        """
        The parts that have pods.
        """
        return frozenset(part for part, _ in self._pods)

    @functools.cached_property
    def stopped(self) -> frozenset[str]:
        """
        The parts that have pods when they are scaled up again.
        """
        running: dict[str, bool] = {}
        for manifest in self._manifests:
            if _pod_labels(manifest.body) is not None:
                part = manifest.part or manifest.name
                runs = manifest.body["spec"].get("replicas") != 0
                running[part] = running.get(part, False) or runs

        return frozenset(part for part, runs in running.items() if not runs)

    @functools.cached_property
    def governed(self) -> frozenset[str]:
        """
        The parts that a policy is about.
        """
        return self._closed("Ingress") | self._closed("Egress")

    def connections(self, parts: frozenset[str]) -> frozenset[Edge]:
        """
        Who can connect to which pods over the network, and which pods to
        what outside of the app.

        Args:
            parts: The parts that are asked about.
        """
        closed, confined = self._closed("Ingress"), self._closed("Egress")
        outgoing = {*self._allowed("Egress", "to")}
        found = {
            edge
            for edge in self._allowed("Ingress", "from")
            if edge.source not in confined or edge in outgoing
        }
        found.update(
            edge
            for edge in outgoing
            if edge.target not in parts
            and not edge.port.endswith(f" {_NAME_SERVICE}")
        )
        found.update(Edge(ANYONE, p, _EVERYTHING) for p in parts - closed)
        found.update(Edge(p, ANYONE, _EVERYTHING) for p in parts - confined)

        return frozenset(found)

    @functools.cached_property
    def entrances(self) -> frozenset[Edge]:
        """
        What leads from the world outside to Services.
        """
        published = (
            way
            for manifest in self._manifests
            if manifest.kind == "Service"
            for way in _of_a_service(manifest)
        )
        routed = (
            (way.name, way.address)
            for manifest in self._manifests
            for way in _ways(manifest)
        )
        return self._ways_in((*published, *routed))

    @functools.cached_property
    def bare(self) -> frozenset[Edge]:
        """
        Those of them that lead in without encryption.
        """
        listeners = {
            (manifest.name, listener["name"]): listener["protocol"]
            for manifest in self._manifests
            if manifest.kind == "Gateway"
            for listener in manifest.body["spec"].get("listeners") or ()
        }
        return self._ways_in(
            (way.name, way.address)
            for manifest in self._manifests
            for way in _without_encryption(manifest, listeners)
        )

    def _ways_in(self, found: Iterable[tuple[str, str]]) -> frozenset[Edge]:
        parts = {
            manifest.name: manifest.part
            for manifest in self._manifests
            if manifest.kind == "Service"
        }
        return frozenset(
            Edge(_OUTSIDE, parts.get(target) or target, way)
            for target, way in found
        )


def _of_a_service(manifest: Manifest) -> Iterator[tuple[str, str]]:
    spec: Any = manifest.body.get("spec") or {}
    if spec.get("type") in _PUBLIC:
        for port in spec.get("ports") or ():
            number = port.get("nodePort") or port.get("port")
            yield manifest.name, f"{spec['type']} {number}"


def _covers(tls: Lenient, host: str) -> bool:
    hosts = {each.text for each in tls["hosts"]}
    return not hosts or bool({host, f"*.{host.partition('.')[2]}"} & hosts)


def _ways(manifest: Manifest) -> Iterator[Way]:
    return ways(Lenient(manifest.body))


def _without_encryption(
    manifest: Manifest, listeners: Mapping[tuple[str, str], str]
) -> Iterator[Way]:
    """
    Where an Ingress or a route leads what comes in plain text.
    """
    spec = Lenient(manifest.body)["spec"]
    if manifest.kind == "Ingress":
        for way in _ways(manifest):
            if not any(_covers(tls, way.host) for tls in spec["tls"]):
                yield way
    elif "HTTP" in {
        listeners.get((parent["name"].text, parent["sectionName"].text))
        for parent in spec["parentRefs"]
    }:
        yield from _ways(manifest)


def _exposed(before: Reach, after: Reach) -> frozenset[Edge]:
    """
    The ways in that lose their encryption.
    """
    return frozenset(
        attrs.evolve(edge, port=f"{edge.port} without encryption")
        for edge in after.bare - before.bare
        if edge in before.entrances
    )


def _without_stopped(
    edges: frozenset[Edge], stopped: frozenset[str], parts: frozenset[str]
) -> frozenset[Edge]:
    """
    *edges* without those that nobody uses while parts are *stopped*.
    """
    return frozenset(
        edge
        for edge in edges
        if edge.target not in stopped
        and (edge.source not in stopped or edge.target not in parts)
    )


def reach_changes(
    base: Iterable[Manifest], head: Iterable[Manifest]
) -> tuple[frozenset[Edge], frozenset[Edge]]:
    """
    The connections that become possible and those that become impossible
    from *base* to *head*.
    """
    before, after = Reach(base), Reach(head)
    # A preview tells of what changes alone: pods can be there untold.
    untold = (before.governed | after.governed) - before.pods - after.pods
    old, new = (
        reach.connections(reach.pods | untold) | reach.entrances
        for reach in (before, after)
    )

    parts = before.pods | after.pods | untold
    left = _without_stopped(new, after.stopped - before.stopped, parts)
    opened = (e for e in new - old if not _is_covered(e, old, parts))

    return (
        frozenset(opened) | _exposed(before, after),
        frozenset(e for e in old - left if not _is_covered(e, left, parts)),
    )


def _is_covered(
    edge: Edge, by: frozenset[Edge], parts: frozenset[str]
) -> bool:
    """
    Whether *edge* is part of a wider one.
    """
    if edge.source == _OUTSIDE:
        return False
    wider = {Edge(ANYONE, edge.target, _EVERYTHING)}
    if edge.target not in parts:
        wider.add(Edge(edge.source, ANYONE, _EVERYTHING))

    return bool(wider & by - {edge})
