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
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
    ],
    "::/0": ["fc00::/7", "fe80::/10"],
}
# A host name may lead into a private network, but not to credentials.
_NOT_ADDRESSED = {
    "0.0.0.0/0": ["169.254.0.0/16"],
    "::/0": ["fd00:ec2::/32", "fe80::/10"],
}


def networks(*cidrs: str) -> list[Peer]:
    """
    Peers that are networks.
    """
    return [{"ipBlock": {"cidr": cidr}} for cidr in cidrs]


def _all_but(excepted: dict[str, list[str]]) -> list[Peer]:
    return [
        {"ipBlock": {"cidr": cidr, "except": list(exceptions)}}
        for cidr, exceptions in excepted.items()
    ]


def egress(outside: Outside) -> Rule:
    """
    The rule that lets a part reach *outside*.
    """
    if isinstance(outside, Internet):
        return {"to": _all_but(_NOT_INTERNET)}
    return egress_to(outside.networks, outside.protocol, outside.port)


def egress_to(cidrs: tuple[str, ...], protocol: str, port: int) -> Rule:
    """
    The rule that opens a port of some networks; of all if there are none.
    """
    return {
        "to": networks(*cidrs) or _all_but(_NOT_ADDRESSED),
        "ports": [{"protocol": protocol, "port": port}],
    }


def needs_names(outside: Outside) -> bool:
    """
    Whether name servers have to be asked before it is reached.
    """
    return not isinstance(outside, Address) or outside.is_name
