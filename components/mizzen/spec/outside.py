"""
What parts reach outside of the app.
"""

import re

from collections.abc import Iterable
from typing import Any

import attrs

from .._fields import typed
from .._validators import one_of, port_number, refuse, words


_HOST_NAME = re.compile(
    r"(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?"
    r"(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*",
    re.ASCII,
)


def _network(text: object) -> str | None:
    """
    *text* as a network, if it is one.
    """
    import ipaddress  # noqa: PLC0415 - only few apps need it

    if not isinstance(text, str) or "%" in text:
        return None
    try:
        return str(ipaddress.ip_network(text))
    except ValueError:
        return None


def network_of(host: str) -> str | None:
    """
    The network that has nothing but *host*, if that is an address.
    """
    return None if "/" in host else _network(host)


def networks(inst: Any, attr: Any, value: Any) -> None:
    """
    Networks as NetworkPolicies want them.
    """
    if isinstance(value, str):
        refuse(inst, attr.name, f"be a list, like [{value!r}]", value)
    for text in value:
        if text is None or _network(text) != text:
            rule = "hold networks, like '192.0.2.0/24'"
            refuse(inst, attr.name, rule, text)


def _host(inst: Any, attr: Any, value: Any) -> None:
    if _network(value) is not None:
        return
    # The last label of a name is no number, or it would be an address.
    name = isinstance(value, str) and _HOST_NAME.fullmatch(value)
    if not name or value.rpartition(".")[2].isdigit():
        rule = (
            "be a network or a host name in lower case, like '10.0.0.0/8' or "
            "'api.example.com'"
        )
        refuse(inst, attr.name, rule, value)


def _ports(values: int | Iterable[int]) -> Any:
    if isinstance(values, (int, str)):
        return (values,)
    return tuple(values)


def _port_numbers(inst: Any, attr: Any, value: Any) -> None:
    for number in value:
        port_number(inst, attr, number)


@attrs.frozen(field_transformer=typed)
class Internet:
    """
    All public addresses: neither private networks nor the cloud's metadata.

    Args:
        ports: A TCP port, or several; the default is all ports of all
            protocols.

    Raises:
        SpecError: If there is no such port.

    >>> Internet(443)
    Internet(ports=(443,))
    """

    ports: tuple[int, ...] = attrs.field(
        default=(), converter=_ports, validator=_port_numbers
    )

    def __str__(self) -> str:
        ports = ",".join(map(str, self.ports))
        return f"internet:{ports}" if ports else "internet"


@attrs.frozen(field_transformer=typed)
class Address:
    """
    A port of something outside of the app.

    NetworkPolicies know networks alone. So a host name opens its port to all
    addresses, unless *cidrs* says where the name leads.

    Args:
        host: A network, an address of a host, or a host name.

        port: Port of the host.

        protocol: ``"TCP"`` or ``"UDP"``.

        cidrs: Networks that a host name leads to.

    Raises:
        SpecError: If it could not be opened in any cluster.

    >>> Address("10.0.0.0/8", 5432).networks
    ('10.0.0.0/8',)
    >>> Address("api.example.com", 443).networks
    ()
    """

    host: str = attrs.field(validator=_host)
    port: int = attrs.field(validator=port_number)
    protocol: str = attrs.field(
        default="TCP", kw_only=True, validator=one_of("TCP", "UDP")
    )
    cidrs: tuple[str, ...] = attrs.field(
        default=(), kw_only=True, converter=words, validator=networks
    )

    def __attrs_post_init__(self) -> None:
        if self.cidrs and not self.is_name:
            rule = "come with a host name, because the host is a network"
            refuse(self, "cidrs", rule, self.cidrs)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def is_name(self) -> bool:
        """
        Whether the host has to be asked for by its name.
        """
        return _network(self.host) is None

    @property
    def networks(self) -> tuple[str, ...]:
        """
        The networks that it is in; none if all there is to know is a name.
        """
        network = _network(self.host)
        return self.cidrs if network is None else (network,)


Outside = Internet | Address


def as_reached(values: Iterable[Outside]) -> tuple[Outside, ...]:
    """
    Converter of what is reached.
    """
    return tuple(values)


def reached(inst: Any, attr: Any, value: tuple[Any, ...]) -> None:
    """
    Validator of what is reached.
    """
    for outside in value:
        if not isinstance(outside, (Internet, Address)):
            rule = (
                "hold addresses, like Internet() or "
                "Address('api.example.com', 443)"
            )
            refuse(inst, attr.name, rule, outside)
