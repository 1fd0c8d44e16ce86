"""
How NetworkPolicies let parts reach what is outside of the app.
"""

from typing import Any

from .spec import Address, Internet, Outside


Peer = dict[str, Any]
Rule = dict[str, Any]

# Private networks, and the addresses at which clouds answer their own.
_NOT_INTERNET = {
    "0.0.0.0/0": [
        "10.0.0.0/8",
        "100.64.0.0/10",
        "168.63.129.16/32",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
    ],
    "::/0": ["fc00::/7", "fe80::/10"],
}
# Where clouds answer their own. A host name may lead into a private network,
# but not to credentials.
OF_CLOUDS = (
    "100.100.100.200/32",
    "168.63.129.16/32",
    "169.254.0.0/16",
    "fd00:ec2::/32",
    "fd20:ce::/32",
    "fe80::/10",
)
_EVERYWHERE = ("0.0.0.0/0", "::/0")


def networks(*cidrs: str) -> list[Peer]:
    """
    Peers that are networks.
    """
    return [{"ipBlock": {"cidr": cidr}} for cidr in cidrs]


def _contains(outer: str, inner: str) -> bool:
    """
    Whether all of the network *inner* is in *outer*.
    """
    import ipaddress  # noqa: PLC0415 - only few apps need it

    one, other = map(ipaddress.ip_network, (outer, inner))
    return one.version == other.version and other.subnet_of(one)  # type: ignore[arg-type]


def _addressed(cidr: str) -> Peer:
    """
    The network *cidr* without the addresses at which clouds answer their
    own, unless it is one of them.
    """
    block: dict[str, Any] = {"cidr": cidr}
    inside = [each for each in OF_CLOUDS if _contains(cidr, each)]
    if inside and not any(_contains(each, cidr) for each in OF_CLOUDS):
        block["except"] = inside

    return {"ipBlock": block}


def egress(outside: Outside) -> Rule:
    """
    The rule that lets a part reach *outside*.
    """
    if isinstance(outside, Internet):
        rule: Rule = {
            "to": [
                {"ipBlock": {"cidr": cidr, "except": list(exceptions)}}
                for cidr, exceptions in _NOT_INTERNET.items()
            ]
        }
        if outside.ports:
            rule["ports"] = [
                {"protocol": "TCP", "port": port} for port in outside.ports
            ]
        return rule
    return egress_to(outside.networks, outside.protocol, outside.port)


def egress_to(cidrs: tuple[str, ...], protocol: str, port: int) -> Rule:
    """
    The rule that opens a port of some networks; of all if there are none.
    """
    return {
        "to": [_addressed(cidr) for cidr in cidrs or _EVERYWHERE],
        "ports": [{"protocol": protocol, "port": port}],
    }


def needs_names(outside: Outside) -> bool:
    """
    Whether name servers have to be asked before it is reached.
    """
    return not isinstance(outside, Address) or outside.is_name
