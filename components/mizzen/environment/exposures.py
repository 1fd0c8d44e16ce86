"""
How an app is reached from outside.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from .._fields import typed
from .._validators import (
    Validator,
    dns_label,
    instance_of,
    refuse,
    texts_by_name,
)
from ..spec import OFF, Off, Service


def _exposed(
    parts: Mapping[Any, int | None] | Iterable[Any],
) -> tuple[tuple[Any, int | None], ...]:
    if isinstance(parts, Mapping):
        return tuple(parts.items())
    return tuple((part, None) for part in parts)


def _mapped_ports(least: int, most: int, example: int) -> Validator:
    """
    Services, each with a port in a closed range or none.
    """

    def validate(inst: Any, attr: Any, value: tuple[Any, ...]) -> None:
        for part, number in value:
            if not isinstance(part, Service):
                rule = f"hold Services, like {type(inst).__name__}([web])"
                refuse(inst, attr.name, rule, part)
            rule = f"be a whole number from {least} to {most}, like {example}"
            in_range = type(number) is int and least <= number <= most
            if number is not None and not in_range:
                refuse(inst, f"port of {part.name!r}", rule, number)

    return validate


@attrs.frozen(eq=False, field_transformer=typed)
class NodePort:
    """
    Services that answer at a port of every node.

    Args:
        parts:
            Services, or a mapping from services to ports from 30000 to
            32767. Where the port is `None`, Kubernetes picks one and the
            outputs report it.

    >>> from mizzen import Image, Service
    >>> web = Service("web", image=Image("acme/web:v5"), port=8080)
    >>> NodePort({web: 30080}).parts
    ((<Service web>, 30080),)
    """

    parts: tuple[tuple[Service, int | None], ...] = attrs.field(
        converter=_exposed, validator=_mapped_ports(30000, 32767, 30080)
    )


@attrs.frozen(kw_only=True, eq=False, field_transformer=typed)
class LoadBalancer:
    """
    Services that get an address of their own from the cluster's provider.

    Args:
        parts: Services, or a mapping from services to public ports; the
            default is the service's own port.

        annotations: Annotations that the provider understands.

        source_ranges: Networks that may connect; none means all.
    """

    parts: tuple[tuple[Service, int | None], ...] = attrs.field(
        kw_only=False,
        converter=_exposed,
        validator=_mapped_ports(1, 65535, 443),
    )
    annotations: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name
    )
    source_ranges: tuple[str, ...] = attrs.field(
        default=(), converter=tuple[str, ...]
    )


@attrs.frozen(field_transformer=typed)
class CertManager:
    """
    Certificates from cert-manager, by the issuer that the stack names.
    """


@attrs.frozen(field_transformer=typed)
class TlsSecret:
    """
    A certificate in a Secret that is there already.

    Args:
        name: Name of the Secret in the app's namespace.
    """

    name: str = attrs.field(validator=dns_label)


_TLS = instance_of(
    "be CertManager(), TlsSecret(…) or OFF", CertManager, TlsSecret, Off
)


@attrs.frozen(kw_only=True, eq=False, field_transformer=typed)
class Ingress:
    """
    The app's routes under the host names of the stack.

    Args:
        tls: `CertManager`, `TlsSecret`, or `OFF` for plain HTTP.

        redirect:
            Whether plain HTTP is redirected to HTTPS. The default does so
            where there is TLS, and where mizzen knows how the controller
            is told.

        annotations: Annotations that the controller understands.

    Raises:
        SpecError: If there is no HTTPS to redirect to.
    """

    tls: CertManager | TlsSecret | Off = attrs.field(
        default=OFF, validator=_TLS
    )
    redirect: bool | None = attrs.field(
        default=None,
        validator=instance_of("be True, False or None", bool, type(None)),
    )
    annotations: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name
    )

    def __attrs_post_init__(self) -> None:
        if self.redirect and isinstance(self.tls, Off):
            rule = "come with tls, like Ingress(tls=CertManager())"
            refuse(self, "redirect", rule, self.redirect)


@attrs.frozen(kw_only=True, eq=False, field_transformer=typed)
class Gateway:
    """
    The app's routes under the host names of the stack, by the Gateway API.

    The app has a Gateway of the stack's ``gatewayClass``, or joins the one
    that the stack's ``gateway`` names.

    Args:
        tls:
            `CertManager`, `TlsSecret`, or `OFF` for plain HTTP; for a
            Gateway that is joined, what it does.

        redirect: Whether plain HTTP is redirected to HTTPS; a Gateway that
            is joined does so by itself.

        annotations: Annotations of the Gateway.
    """

    tls: CertManager | TlsSecret | Off = attrs.field(
        default=OFF, validator=_TLS
    )
    redirect: bool = attrs.field(
        default=True, validator=instance_of("be True or False", bool)
    )
    annotations: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name
    )


Exposure = NodePort | LoadBalancer | Ingress | Gateway
ROUTED = (Ingress, Gateway)
