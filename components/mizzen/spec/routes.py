"""
Routes that lead to the app from outside.
"""

import re

from typing import Any

import attrs

from .._fields import typed
from .._validators import (
    binary_quantity,
    instance_of,
    one_of,
    refuse,
    texts,
    whole_number,
    words,
)
from .targets import Led, Target, target


_OPTIONAL = attrs.validators.optional
_PATH = re.compile(r"/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*")
_LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(\*\.)?{_LABEL}(\.{_LABEL})*")
_LONGEST_HOST = 253


def _path(inst: Any, attr: Any, value: Any) -> None:
    if (
        not isinstance(value, str)
        or not _PATH.fullmatch(value)
        # An Ingress refuses what could be read in two ways.
        or re.search(r"//|/\.\.?(/|$)|%2f", value, re.IGNORECASE)
    ):
        refuse(inst, attr.name, "be a path, like '/api'", value)


def host_names(inst: Any, attr: Any, value: Any) -> None:
    """
    Host names, of which the first label may be a ``*``.
    """
    texts(inst, attr, value)
    for host in value:
        if not _HOST.fullmatch(host) or len(host) > _LONGEST_HOST:
            rule = "hold host names in lower case, like 'app.example.com'"
            refuse(inst, attr.name, rule, host)


@attrs.frozen(eq=False, field_transformer=typed)
class Route(Led):
    """
    A path of the app's public address and the service it leads to.

    Args:
        path: Prefix of the path; ``"/api"`` covers ``/api/values`` too.

        to:
            The service, or one of its ports, like ``api["grpc"]``. It
            receives the path as it was asked for.

        hosts:
            Host names, like ``"*.example.com"``, or names of the stack's
            ``hostGroups``, like ``"admin"``. The default is the stack's
            ``hosts``.

        path_type: ``"Prefix"``, or ``"Exact"`` for this path alone.

        internal:
            Whether it is served by the stack's ``internalClass`` instead of
            to the world outside. No environment then opens the port that it
            leads to to everybody, by `NodePort` or `LoadBalancer`.

        timeout_seconds:
            Time in seconds that an answer may take. The default is the
            controller's, for WebSockets an hour.

        body_size:
            Largest body of a request, like ``"10Mi"``. The default is the
            controller's. Traefik then keeps bodies and answers until they
            are whole: leave it out where one of them is a stream.

    Raises:
        SpecError: If no controller could serve it.

    >>> from mizzen import Image, Service
    >>> web = Service("web", image=Image("acme/web:v5"), port=8080)
    >>> Route("/", web).port.number
    8080
    """

    path: str = attrs.field(validator=_path)
    to: Target = attrs.field(validator=target("Route('/', web)"))
    hosts: tuple[str, ...] = attrs.field(
        default=(), kw_only=True, converter=words, validator=host_names
    )
    path_type: str = attrs.field(
        default="Prefix", kw_only=True, validator=one_of("Prefix", "Exact")
    )
    internal: bool = attrs.field(
        default=False,
        kw_only=True,
        validator=instance_of("be True or False", bool),
    )
    timeout_seconds: int | None = attrs.field(
        default=None,
        kw_only=True,
        validator=_OPTIONAL(whole_number(1, 86_400, 60)),
    )
    body_size: str | None = attrs.field(
        default=None, kw_only=True, validator=_OPTIONAL(binary_quantity)
    )


def plain_path(route: Route) -> str:
    """
    The path that *route* is for, as controllers compare it: for what is
    below a path, a slash at its end makes no difference.

    >>> from mizzen import Image, Service
    >>> web = Service("web", image=Image("acme/web:v5"), port=8080)
    >>> plain_path(Route("/api/", web))
    '/api'
    """
    if route.path_type == "Exact":
        return route.path
    return route.path.rstrip("/") or "/"
