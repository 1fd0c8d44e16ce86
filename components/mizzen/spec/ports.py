"""
What listens.
"""

import attrs

from .._validators import one_of, port_name, port_number


@attrs.frozen
class Port:
    """
    A port on which a part listens.

    Args:
        name: Name of the port, unique within its part.

        number: Port that the process listens on, 1024 or above unless it
            runs as root.

        protocol: ``"TCP"`` or ``"UDP"``.

        application: What is spoken over it: ``"http"``, ``"grpc"`` or
            ``"tcp"``. Routes lead to the first two.

    >>> Port("metrics", 9090).number
    9090
    """

    name: str = attrs.field(validator=port_name)
    number: int = attrs.field(validator=port_number)
    protocol: str = attrs.field(
        default="TCP", kw_only=True, validator=one_of("TCP", "UDP")
    )
    application: str = attrs.field(
        default="http", kw_only=True, validator=one_of("http", "grpc", "tcp")
    )
