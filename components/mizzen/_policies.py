"""
What NetworkPolicies and selectors say, as Kubernetes reads them.
"""

import ipaddress

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


_LAST_PORT = 65535
# What a block leaves out counts from here on: two bytes of an IPv4 address
# are the smallest of the private networks.
_WIDE_PREFIX = 16


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


def allows_all(rules: Iterable[Mapping[str, Any]], peers: str) -> bool:
    """
    Whether *rules* of a NetworkPolicy, of which each names its *peers* under
    that key, together open all ports of a protocol to everybody.

    >>> allows_all([{"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}], "to")
    True
    """
    wide = [
        rule.get(peers) for rule in rules if _any_port(rule.get("ports") or ())
    ]
    found = [peer for named in wide for peer in named or ()]

    return (
        not all(wide)
        or any(map(_is_every_pod, found))
        or _all_addresses(
            peer["ipBlock"] for peer in found if "ipBlock" in peer
        )
    )


def _any_port(ports: Iterable[Mapping[str, Any]]) -> bool:
    return not ports or any(
        "port" not in port
        or (port["port"] == 1 and port.get("endPort") == _LAST_PORT)
        for port in ports
    )


def _is_every_pod(peer: Mapping[str, Any]) -> bool:
    everywhere = not peer.get("namespaceSelector", {"own": "namespace"})

    return "ipBlock" not in peer and everywhere and not peer.get("podSelector")


def _networks(texts: Iterable[str]) -> Iterator[Any]:
    for text in texts:
        try:
            yield ipaddress.ip_network(text, strict=False)
        except ValueError:
            continue


def _all_addresses(blocks: Iterable[Mapping[str, Any]]) -> bool:
    """
    Whether *blocks* cover all addresses of a family but for a few.
    """
    wide = [
        network
        for block in blocks
        if not any(
            left_out.prefixlen <= _WIDE_PREFIX
            for left_out in _networks(block.get("except") or ())
        )
        for network in _networks([block["cidr"]])
    ]

    return any(
        network.prefixlen == 0
        for version in (4, 6)
        for network in ipaddress.collapse_addresses(
            each for each in wide if each.version == version
        )
    )
