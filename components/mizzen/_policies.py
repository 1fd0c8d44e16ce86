"""
What NetworkPolicies and selectors say, as Kubernetes reads them.
"""

import ipaddress

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import attrs


_LAST_PORT = 65535
_PROTOCOLS = ("TCP", "UDP", "SCTP")
# Who leaves all of these out means the internet.
_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
_FAMILIES = {4: "0.0.0.0/0", 6: "::/0"}
# Where no other machine is.
_NOBODY = ("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3")
# Of so many parts of all addresses, one is no restriction.
_FEW = 16

_Range = tuple[int, int]


def directions(spec: Mapping[str, Any]) -> tuple[str, ...]:
    """
    The directions that a NetworkPolicy with this *spec* closes: what comes
    in, and what goes out if it has rules about that, unless it says.

    >>> directions({}), directions({"egress": [{}]})
    (('Ingress',), ('Ingress', 'Egress'))
    """
    said = spec.get("policyTypes")
    if said:
        return tuple(said)
    return ("Ingress", "Egress") if spec.get("egress") else ("Ingress",)


def selects(selector: Mapping[str, Any], labels: Mapping[str, Any]) -> bool:
    """
    Whether a label selector finds a pod with *labels*.

    >>> selects({"matchLabels": {"a": "b"}}, {"a": "b", "c": "d"})
    True
    """
    for key, value in (selector.get("matchLabels") or {}).items():
        if labels.get(key) != value:
            return False
    for term in selector.get("matchExpressions") or ():
        found = labels.get(term["key"])
        operator = term["operator"]
        values = term.get("values") or ()
        hit = found in values if "In" in operator else found is not None
        if hit is not (operator in ("In", "Exists")):
            return False
    return True


@attrs.frozen
class Pods:
    """
    Pods that are alike, as peers of a policy look at them.

    Attributes:
        labels: Labels of the pods.

        namespace: Where they run.

        home: Labels of that namespace, as far as they are known.
    """

    labels: Mapping[str, Any]
    namespace: str | None
    home: Mapping[str, Any]


def admits(
    peers: Collection[Mapping[str, Any]] | None,
    pods: Pods,
    namespace: str | None,
) -> bool:
    """
    Whether *peers* of a rule of a policy in *namespace* are these pods; none
    are everybody. Addresses of pods are not known: of networks, those alone
    admit them that are all addresses together.

    >>> api = Pods({"app": "api"}, "shop", {})
    >>> admits([{"podSelector": {"matchLabels": {"app": "api"}}}], api, "shop")
    True
    """
    if not peers or any(_is_peer(peer, pods, namespace) for peer in peers):
        return True
    blocks = blocks_of(peers)

    return any(not _left_out(blocks, each) for each in _FAMILIES)


def _is_peer(
    peer: Mapping[str, Any], pods: Pods, namespace: str | None
) -> bool:
    if "ipBlock" in peer:
        return False
    inside = pods.namespace == namespace
    if "namespaceSelector" in peer:
        inside = selects(peer["namespaceSelector"], pods.home)

    return inside and selects(peer.get("podSelector", {}), pods.labels)


def opens(
    ports: Collection[Mapping[str, Any]] | None,
    number: object,
    protocol: str,
    name: str | None,
) -> bool:
    """
    Whether *ports* of a rule are a port on which a container listens; none
    are all.

    >>> opens([{"port": 5000, "endPort": 6000}], 5432, "TCP", "postgres")
    True
    """
    wanted = ports or ()
    if name is not None and any(
        (name, protocol) == (port.get("port"), port.get("protocol", "TCP"))
        for port in wanted
    ):
        return True
    return isinstance(number, int) and any(
        protocol == each and first <= number <= last
        for each, first, last in _ports(wanted)
    )


def allows_all(rules: Iterable[Mapping[str, Any]], peers: str) -> bool:
    """
    Whether *rules* of a NetworkPolicy, of which each names its *peers* under
    that key, together open all ports of a protocol to everybody.

    >>> allows_all([{"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}], "to")
    True
    """
    opened = [
        (first, last, protocol, rule.get(peers) or ())
        for rule in rules
        for protocol, first, last in _ports(rule.get("ports") or ())
    ]

    return any(
        _to_everybody(
            [(f, last, named) for f, last, of, named in opened if of == each]
        )
        for each in _PROTOCOLS
    )


def _ports(
    ports: Iterable[Mapping[str, Any]],
) -> Iterator[tuple[str, int, int]]:
    """
    Protocol, first and last number of each range of *ports*; what has a
    name is one port, and which one is not known.
    """
    for protocol in () if ports else _PROTOCOLS:
        yield protocol, 1, _LAST_PORT
    for port in ports:
        first = port.get("port", 1)
        if isinstance(first, int):
            only = first if "port" in port else _LAST_PORT
            protocol = port.get("protocol", "TCP")
            yield protocol, first, port.get("endPort", only)


def _to_everybody(opened: list[tuple[int, int, Any]]) -> bool:
    """
    Whether each port is open to everybody. Only where a range begins, or
    one has ended, the peers are others.
    """
    edges = {1, *(first for first, *_ in opened)}
    edges.update(last + 1 for _, last, _ in opened)

    return all(
        _everybody([named for f, last, named in opened if f <= port <= last])
        for port in edges
        if 1 <= port <= _LAST_PORT
    )


def _everybody(rules: list[Any]) -> bool:
    found = (peer for named in rules for peer in named)

    return _the_world(rules) or any(map(is_every_pod, found))


def _the_world(rules: list[Any]) -> bool:
    """
    Whether one of *rules*, each by its peers, has none, or all together name
    all addresses.
    """
    blocks = blocks_of(peer for named in rules for peer in named)

    return bool(rules) and (not all(rules) or _all_addresses(blocks))


def blocks_of(peers: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """
    The networks among *peers*.
    """
    return [peer["ipBlock"] for peer in peers if "ipBlock" in peer]


def is_every_pod(peer: Mapping[str, Any]) -> bool:
    """
    Whether *peer* is all pods of the cluster, in however many words.

    >>> is_every_pod({"namespaceSelector": {"matchLabels": {}}})
    True
    >>> is_every_pod({"podSelector": {}})
    False
    """
    everywhere = peer.get("namespaceSelector", {"own": "namespace"})
    found = (everywhere, peer.get("podSelector", {}))

    return "ipBlock" not in peer and not any(
        words for selector in found for words in selector.values()
    )


def opens_to_world(
    rules: Iterable[Mapping[str, Any]], ports: Iterable[Mapping[str, Any]]
) -> bool:
    """
    Whether *rules* about what comes in open each of *ports*, as containers
    declare them, to all addresses.

    >>> rules = [{"ports": [{"port": 80}]}]
    >>> opens_to_world(rules, [{"containerPort": 80}])
    True
    """
    found, given = [*ports], [*rules]

    return bool(found) and all(
        _the_world(
            [rule.get("from") or () for rule in given if _opens(rule, port)]
        )
        for port in found
    )


def _opens(rule: Mapping[str, Any], port: Mapping[str, Any]) -> bool:
    """
    Whether *rule* is about a *port*, as a container declares it.
    """
    return opens(
        rule.get("ports"),
        port["containerPort"],
        port.get("protocol", "TCP"),
        port.get("name"),
    )


def _ranges(texts: Iterable[str], version: int) -> Iterator[_Range]:
    """
    First and last address of each network of a family.
    """
    for text in texts:
        try:
            network = ipaddress.ip_network(text, strict=False)
        except ValueError:
            continue
        if network.version == version:
            yield int(network.network_address), int(network.broadcast_address)


def _without(whole: _Range, taken: Iterable[_Range]) -> Iterator[_Range]:
    """
    What is left of a range of addresses.
    """
    first, end = whole
    for start, last in sorted(taken):
        if start > first:
            yield first, min(start - 1, end)
        first = max(first, last + 1)
        if first > end:
            return
    yield first, end


def _covered(
    blocks: Iterable[Mapping[str, Any]], version: int
) -> Iterator[_Range]:
    """
    The ranges of a family of addresses that *blocks* hold.
    """
    for block in blocks:
        left_out = [*_ranges(block.get("except") or (), version)]
        for whole in _ranges([block["cidr"]], version):
            yield from _without(whole, left_out)


def _left_out(
    blocks: Iterable[Mapping[str, Any]], version: int
) -> list[_Range]:
    """
    Addresses of a family that *blocks* leave out, where others may be.
    """
    covered = [*_covered(blocks, version), *_ranges(_NOBODY, version)]
    (whole,) = _ranges([_FAMILIES[version]], version)

    return [*_without(whole, covered)]


def all_private(blocks: list[Mapping[str, Any]]) -> bool:
    """
    Whether *blocks* hold all private networks, and not simply everything.

    >>> all_private([{"cidr": "10.0.0.0/8"}, {"cidr": "128.0.0.0/1"}])
    True
    >>> all_private([{"cidr": "10.0.0.0/8"}])
    False
    """
    covered = [*_covered(blocks, 4)]
    held = not any([*_without(each, covered)] for each in _ranges(_PRIVATE, 4))
    return held and not _all_addresses(blocks)


def _all_addresses(blocks: list[Mapping[str, Any]]) -> bool:
    """
    Whether *blocks* cover a family of addresses, but for fewer than what is
    private of it.
    """
    for version, everything in _FAMILIES.items():
        (whole,) = _ranges([everything], version)
        left = _left_out(blocks, version)
        size = sum(last - first + 1 for first, last in left)
        private = all(
            any(a <= first and last <= b for a, b in left)
            for first, last in _ranges(_PRIVATE, version)
        )
        if not private and size <= (whole[1] + 1) // _FEW:
            return True
    return False


def lies_in(cidr: str, networks: Iterable[str]) -> bool:
    """
    Whether all addresses of *cidr* are in one of *networks*.

    >>> lies_in("10.0.0.0/16", ["10.0.0.0/8"]), lies_in("x", ["10.0.0.0/8"])
    (True, False)
    """
    outer = [*networks]
    return any(
        a <= first and last <= b
        for version in _FAMILIES
        for first, last in _ranges([cidr], version)
        for a, b in _ranges(outer, version)
    )


def opens_address(block: Mapping[str, Any], address: str) -> bool:
    """
    Whether an ``ipBlock`` holds *address*, and does not leave it out.

    >>> block = {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}
    >>> opens_address(block, "10.2.0.1"), opens_address(block, "10.1.0.1")
    (True, False)
    """
    excepted = block.get("except") or ()

    return lies_in(address, [block["cidr"]]) and not lies_in(address, excepted)
