"""
The app's routes by the Gateway API.
"""

import itertools

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from . import _names
from ._exposure import Roled, app_object, given_annotations, tls_secret
from ._routing import Entrance, hosts_of, timeout_of
from ._scope import Scope
from ._validators import LONGEST_SUBDOMAIN
from .environment import CertManager, Gateway, TlsSecret
from .spec import OFF, Route


_API = "gateway.networking.k8s.io/v1"
# How many hosts and rules one route object may have.
_MOST = 16

_Item = TypeVar("_Item")


# Where the world outside connects to.
_HTTP, _HTTPS = 80, 443
# The one listener for plain HTTP, under all hosts.
_PLAIN = "http"


def _section(host: str) -> str:
    """
    Name of the listener that has the certificate of *host*.

    >>> _section("a.example.com"), _section("*.example.com")
    ('https-a.example.com', 'wildcard-https-example.com')
    """
    starred = host.startswith("*.")
    name = f"{'wildcard-' * starred}https-{host.removeprefix('*.')}"

    return name if len(name) <= LONGEST_SUBDOMAIN else _names.digest(host)


def _ports(entrance: Entrance, scope: Scope) -> tuple[int, int]:
    """
    At which ports a Gateway listens, to plain HTTP and to HTTPS.
    """
    controller = entrance.gateway_controller(scope.stack)
    if controller is None:
        return _HTTP, _HTTPS

    return controller.http_port, controller.https_port


def _listeners(
    exposure: Gateway, entrance: Entrance, scope: Scope
) -> Iterator[dict[str, Any]]:
    plain, secure = _ports(entrance, scope)
    yield {"name": _PLAIN, "port": plain, "protocol": "HTTP"}
    if isinstance(exposure.tls, (CertManager, TlsSecret)):
        for host in entrance.hosts:
            secret = tls_secret(exposure.tls, host, entrance, scope)
            yield {
                "name": _section(host),
                "hostname": host,
                "port": secure,
                "protocol": "HTTPS",
                "tls": {
                    "mode": "Terminate",
                    "certificateRefs": [{"kind": "Secret", "name": secret}],
                },
            }


def _gateway(
    exposure: Gateway, entrance: Entrance, scope: Scope
) -> dict[str, Any]:
    stack = scope.stack
    spec = {
        "gatewayClassName": entrance.gateway_class(stack),
        "listeners": list(_listeners(exposure, entrance, scope)),
    }
    suffix = "internal" if entrance.internal else ""
    body = app_object(scope, _API, "Gateway", suffix, spec)
    annotations = dict(given_annotations(exposure, entrance))
    if isinstance(exposure.tls, CertManager):
        issuer = entrance.issuer(stack)
        annotations["cert-manager.io/cluster-issuer"] = str(issuer)
    if annotations:
        body["metadata"]["annotations"] = annotations

    return body


def _parents(
    sections: Iterable[str], entrance: Entrance, scope: Scope
) -> list[dict[str, Any]]:
    """
    The listeners that a route hangs on: *sections* of the app's own Gateway,
    or what the stack names of one that is somebody else's.
    """
    joined = entrance.joined_gateway(scope.stack)
    if joined is not None:
        return [{"namespace": scope.namespace, **joined}]
    name = f"{scope.name}-internal" if entrance.internal else scope.name

    return [{"name": name, "sectionName": section} for section in sections]


def _sections(exposure: Gateway, hosts: Iterable[str]) -> list[str]:
    """
    Names of the listeners under which routes are served.
    """
    plain = exposure.tls is OFF or not exposure.redirect
    secure = [] if exposure.tls is OFF else [*map(_section, hosts)]

    return [*([_PLAIN] if plain else []), *secure]


def _http_match(route: Route) -> dict[str, Any]:
    kind = {"Prefix": "PathPrefix"}.get(route.path_type, route.path_type)
    return {"path": {"type": kind, "value": route.path}}


def _grpc_match(route: Route) -> dict[str, Any]:
    """
    The paths of gRPC are ``/package.Service/Method``.
    """
    service, _, method = route.path.strip("/").partition("/")
    names = {"service": service, "method": method}
    named = {key: value for key, value in names.items() if value}

    return {"method": {"type": "Exact", **named}} if named else {}


def _rule(route: Route, entrance: Entrance, scope: Scope) -> dict[str, Any]:
    grpc = entrance.speaks_grpc
    match = _grpc_match(route) if grpc else _http_match(route)
    port = route.port.number
    rule: dict[str, Any] = {"matches": [match]} if match else {}
    rule["backendRefs"] = [{"name": route.service.name, "port": port}]
    seconds = timeout_of(route)
    controller = entrance.gateway_controller(scope.stack)
    heeded = controller is None or controller.route_timeouts
    if seconds is not None and heeded:
        rule["timeouts"] = {"request": f"{seconds}s"}

    return rule


def _pieces(items: Sequence[_Item]) -> list[list[_Item]]:
    """
    As many as fit into one object, each; one piece where there are none.

    >>> [len(piece) for piece in _pieces(["a"] * 17)], _pieces([])
    ([16, 1], [[]])
    """
    starts = range(0, max(len(items), 1), _MOST)

    return [list(items[start : start + _MOST]) for start in starts]


def _numbered(pieces: Iterable[_Item]) -> Iterator[tuple[str, _Item]]:
    """
    Each with what its name ends in; nothing for the first.
    """
    for number, piece in enumerate(pieces, 1):
        yield ("" if number == 1 else str(number)), piece


def _joined(*words: str) -> str:
    return "-".join(filter(None, words))


def _redirects(entrance: Entrance, scope: Scope) -> Iterator[Roled]:
    suffix = "internal-redirect" if entrance.internal else "redirect"
    redirect: dict[str, Any] = {"scheme": "https", "statusCode": 301}
    if _ports(entrance, scope)[1] != _HTTPS:
        # Or requests would be led to the port of the listener.
        redirect["port"] = _HTTPS
    filters = [{"type": "RequestRedirect", "requestRedirect": redirect}]
    for number, hosts in _numbered(_pieces(entrance.hosts)):
        spec = {
            "parentRefs": _parents([_PLAIN], entrance, scope),
            "hostnames": hosts,
            "rules": [{"filters": filters}],
        }
        role = _joined(suffix, number)
        yield role, app_object(scope, _API, "HTTPRoute", role, spec)


def _routes(
    exposure: Gateway, entrance: Entrance, scope: Scope
) -> Iterator[Roled]:
    """
    One route object for all that has the same hosts, as far as it fits.
    """
    groups: dict[tuple[str, ...], list[Route]] = {}
    for route in entrance.routes:
        groups.setdefault(route.hosts, []).append(route)
    kind = "GRPCRoute" if entrance.speaks_grpc else "HTTPRoute"
    for named, group in groups.items():
        digest = _names.digest(named, 5) if named else ""
        pieces = itertools.product(
            _pieces(hosts_of(group[0], scope.stack)), _pieces(group)
        )
        for number, (hosts, routes) in _numbered(pieces):
            suffix = _joined(entrance.suffix, digest, number)
            spec = {
                "parentRefs": _parents(
                    _sections(exposure, hosts), entrance, scope
                ),
                "hostnames": hosts,
                "rules": [_rule(route, entrance, scope) for route in routes],
            }
            role = _joined("route", suffix)
            yield role, app_object(scope, _API, kind, suffix, spec)


def gateway_routed(exposure: Gateway, scope: Scope) -> Iterator[Roled]:
    """
    The objects of the app's routes, each with its role.
    """
    for entrance in scope.entrances:
        kind = "internal-gateway" if entrance.internal else "gateway"
        joined = entrance.joined_gateway(scope.stack)
        if entrance.leads and joined is None:
            yield kind, _gateway(exposure, entrance, scope)
            if exposure.tls is not OFF and exposure.redirect:
                yield from _redirects(entrance, scope)
        yield from _routes(exposure, entrance, scope)
