"""
What listens.
"""

from collections.abc import Iterable
from typing import Any

import attrs

from .._fields import typed
from .._validators import known, one_of, port_name, port_number, refuse


@attrs.frozen(field_transformer=typed)
class Port:
    """
    A port on which a part listens.

    Args:
        name: Name of the port, unique within its part.

        number: Port that the process listens on, 1024 or above unless it
            runs as root.

        protocol: ``"TCP"`` or ``"UDP"``.

        application: What is spoken over it: ``"http"``, ``"https"``,
            ``"grpc"``, ``"ws"`` for WebSockets, or ``"tcp"``, to which no
            routes lead. Of UDP nothing is told.

    >>> Port("metrics", 9090).number
    9090
    """

    name: str = attrs.field(validator=port_name)
    number: int = attrs.field(validator=port_number)
    protocol: str = attrs.field(
        default="TCP", kw_only=True, validator=one_of("TCP", "UDP")
    )
    application: str = attrs.field(
        default="http",
        kw_only=True,
        validator=one_of("http", "https", "grpc", "ws", "tcp"),
    )

    @property
    def scheme(self) -> str:
        """
        What addresses of it begin with.
        """
        return "udp" if self.protocol == "UDP" else self.application

    @property
    def routable(self) -> bool:
        """
        Whether routes lead to it.
        """
        return self.protocol == "TCP" and self.application != "tcp"


@attrs.frozen(eq=False, field_transformer=typed)
class Endpoint:
    """
    One port of a service; made by ``part["name"]``.

    Attributes:
        part: The service.

        name: Name of the port.
    """

    part: Any
    name: str

    def __repr__(self) -> str:
        return f"<Endpoint {self.part.name}:{self.name}>"

    @property
    def port(self) -> Port:
        """
        The port.

        Raises:
            SpecError: If the part has been replaced by one without it.
        """
        listens: dict[str, Port] = {p.name: p for p in self.part.listens}
        known(self.part, "port", self.name, listens)

        return listens[self.name]


def usual_first(port: int | None, ports: tuple[Port, ...]) -> tuple[Port, ...]:
    """
    All *ports* of a part, after the *port* of the usual kind.
    """
    return ports if port is None else (Port("http", port), *ports)


def port_tuple(inst: Any, attr: Any, value: tuple[Any, ...]) -> None:
    """
    Several ports.
    """
    for port in value:
        if not isinstance(port, Port):
            rule = "hold ports, like Port('http', 8000)"
            refuse(inst, attr.name, rule, port)


def distinct_ports(inst: Any, ports: Iterable[Port]) -> None:
    """
    Refuse two *ports* of one name or number.
    """
    names: set[str] = set()
    numbers: set[tuple[int, str]] = set()
    for port in ports:
        if port.name in names:
            refuse(inst, "ports", "have different names", port.name)
        if (port.number, port.protocol) in numbers:
            refuse(inst, "ports", "have different numbers", port.number)
        names.add(port.name)
        numbers.add((port.number, port.protocol))
