"""
What listens, and how much of it there is.
"""

import attrs

from .._validators import one_of, port_name, port_number, whole_number
from ..exceptions import SpecError


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


@attrs.frozen
class Autoscale:
    """
    Replicas that follow the load; the autoscaler owns their number.

    Args:
        minimum: Fewest replicas.

        maximum: Most replicas.

        cpu: Average processor use, in per cent of what is requested, that
            the autoscaler aims for.

        memory: The same for memory.

    Raises:
        SpecError: If the range is empty or nothing is aimed for.

    >>> Autoscale(2, 20, cpu=70).maximum
    20
    """

    minimum: int = attrs.field(validator=whole_number(1, 10_000, 2))
    maximum: int = attrs.field(validator=whole_number(1, 10_000, 20))
    cpu: int | None = attrs.field(
        default=None,
        kw_only=True,
        validator=attrs.validators.optional(whole_number(1, 1000, 70)),
    )
    memory: int | None = attrs.field(
        default=None,
        kw_only=True,
        validator=attrs.validators.optional(whole_number(1, 1000, 80)),
    )

    def __attrs_post_init__(self) -> None:
        if self.maximum < self.minimum:
            msg = (
                f"Autoscale: maximum must be at least the minimum, {self.minimum} "
                f"(got {self.maximum})."
            )
            raise SpecError(msg)
        if self.cpu is None and self.memory is None:
            msg = (
                "Autoscale: cpu or memory must be given in per cent, like "
                "cpu=70."
            )
            raise SpecError(msg)
