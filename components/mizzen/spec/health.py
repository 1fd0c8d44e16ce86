"""
How a part is asked whether it works.
"""

from collections.abc import Iterable
from typing import Any

import attrs

from .._fields import typed
from .._validators import (
    port_name,
    refuse,
    some_text,
    texts,
    whole_number,
    words,
)
from .ports import Port
from .values import Off


_OPTIONAL = attrs.validators.optional
_SECONDS = _OPTIONAL(whole_number(1, 3600, 20))


def _path(inst: Any, attr: Any, value: Any) -> None:
    if not isinstance(value, str) or not value.startswith("/"):
        refuse(inst, attr.name, "be a path, like '/healthz'", value)


@attrs.frozen(field_transformer=typed)
class HttpHealth:
    """
    Health that is asked by HTTP at a port of its own.

    Args:
        path: Path that answers below 400.

        port: Name of the port; `None` for the first that speaks HTTP.

        timeout_seconds: Time in seconds an answer may take; the default is 3.

        period_seconds:
            Time in seconds from one question to the next; the default is 2
            during the start, 5 for readiness and 10 for liveness.

    Raises:
        SpecError: If a field could not be deployed in any environment.

    >>> HttpHealth("/healthz", port="admin").port
    'admin'
    """

    path: str = attrs.field(validator=_path)
    port: str | None = attrs.field(
        default=None, kw_only=True, validator=_OPTIONAL(port_name)
    )
    timeout_seconds: int | None = attrs.field(
        default=None, kw_only=True, validator=_SECONDS
    )
    period_seconds: int | None = attrs.field(
        default=None, kw_only=True, validator=_SECONDS
    )


@attrs.frozen(field_transformer=typed)
class GrpcHealth:
    """
    Health that is asked by gRPC's own protocol for it.

    Args:
        service: Whose health; `None` for that of the whole server.

        port: Name of the port; `None` for the first that speaks gRPC.

        timeout_seconds: Time in seconds an answer may take; the default is 3.

        period_seconds:
            Time in seconds from one question to the next; the default is 2
            during the start, 5 for readiness and 10 for liveness.

    Raises:
        SpecError: If a field could not be deployed in any environment.

    >>> GrpcHealth("acme.Billing").service
    'acme.Billing'
    """

    service: str | None = attrs.field(
        default=None, validator=_OPTIONAL(some_text)
    )
    port: str | None = attrs.field(
        default=None, kw_only=True, validator=_OPTIONAL(port_name)
    )
    timeout_seconds: int | None = attrs.field(
        default=None, kw_only=True, validator=_SECONDS
    )
    period_seconds: int | None = attrs.field(
        default=None, kw_only=True, validator=_SECONDS
    )


def _command(inst: Any, attr: Any, value: Any) -> None:
    texts(inst, attr, value)
    if not value:
        refuse(inst, attr.name, "be a command, like ['healthy']", value)


@attrs.frozen(field_transformer=typed)
class CommandHealth:
    """
    Health that a command tells by its success, where a list of its words is
    not enough.

    Args:
        command: Program and arguments, without a shell.

        timeout_seconds: Time in seconds it may run; the default is 3.

        period_seconds:
            Time in seconds from one run to the next; the default is 2 during
            the start, 5 for readiness and 10 for liveness.

    Raises:
        SpecError: If a field could not be deployed in any environment.

    >>> CommandHealth(["celery", "inspect", "ping"], timeout_seconds=20).command
    ('celery', 'inspect', 'ping')
    """

    command: tuple[str, ...] = attrs.field(converter=words, validator=_command)
    timeout_seconds: int | None = attrs.field(
        default=None, kw_only=True, validator=_SECONDS
    )
    period_seconds: int | None = attrs.field(
        default=None, kw_only=True, validator=_SECONDS
    )


_HTTP = {"http", "https", "ws"}


def asked_port(health: Any, ports: Iterable[Port]) -> Port | None:
    """
    Which of *ports* is asked for *health*; `None` if there is none.
    """
    spoken = {"grpc"} if isinstance(health, GrpcHealth) else _HTTP
    name = None if isinstance(health, str) else health.port
    fitting = (
        port
        for port in ports
        if port.protocol == "TCP"
        and port.application in spoken
        and name in (None, port.name)
    )
    return next(fitting, None)


def asked_scheme(port: Port) -> str:
    """
    How HTTP is spoken at *port*, in the words of Kubernetes.
    """
    return "HTTPS" if port.application == "https" else "HTTP"


def asked_path(health: str | HttpHealth) -> str:
    """
    The path that is asked for *health*.
    """
    return health if isinstance(health, str) else health.path


def answered(inst: Any, field: str, ports: Iterable[Port]) -> None:
    """
    Refuse health that none of *ports* answers.
    """
    health = getattr(inst, field)
    if not isinstance(health, (str, HttpHealth, GrpcHealth)):
        return
    if asked_port(health, ports) is None:
        spoken = "gRPC" if isinstance(health, GrpcHealth) else "HTTP"
        named = not isinstance(health, str) and health.port is not None
        rule = (
            f"name one of its ports that speak {spoken}"
            if named
            else f"be a command or OFF, because no port speaks {spoken}"
        )
        refuse(inst, field, rule, health)


ServiceHealth = str | tuple[str, ...] | HttpHealth | GrpcHealth | CommandHealth


def health_command(inst: Any, attr: Any, value: Any) -> None:
    """
    A command of at least one word.
    """
    if not isinstance(value, CommandHealth):
        _command(inst, attr, value)


def service_health(inst: Any, attr: Any, value: Any) -> None:
    """
    What answers at a port, or a command that succeeds.
    """
    if isinstance(value, str):
        _path(inst, attr, value)
    elif not isinstance(value, (HttpHealth, GrpcHealth)):
        health_command(inst, attr, value)


STARTUP_SECONDS = 120
startup_seconds = attrs.validators.optional(
    whole_number(1, 3600, STARTUP_SECONDS)
)


def as_health(value: Any) -> Any:
    """
    *value* with commands as tuples.
    """
    asked = isinstance(value, (Off, HttpHealth, GrpcHealth, CommandHealth))
    return value if asked else words(value)
