"""
What listens.
"""

from typing import Any

import attrs

from .._fields import typed
from .._validators import one_of, port_name, port_number


@attrs.frozen(field_transformer=typed)
class Port:
    """
    A port on which a part listens.

    Args:
        name: Name of the port, unique within its part.

        number: Port that the process listens on, 1024 or above unless it
            runs as root.

        protocol: ``"TCP"`` or ``"UDP"``.

        application: What is spoken over it: ``"http"``, ``"grpc"``, ``"ws"``
            for WebSockets, or ``"tcp"``. Routes lead to the first three.

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
        validator=one_of("http", "grpc", "ws", "tcp"),
    )


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
        """
        listens: tuple[Port, ...] = self.part.listens
        return next(port for port in listens if port.name == self.name)
