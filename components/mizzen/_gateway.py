"""
The app's routes by the Gateway API.
"""

import itertools

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from . import _names
from ._exposure import Roled, app_object, tls_secret
from ._routing import Entrance, hosts_of, timeout_of
from ._scope import Scope
from .environment import CertManager, Gateway, TlsSecret
from .spec import OFF, Route


_API = "gateway.networking.k8s.io/v1"
# How many hosts and rules one route object may have.
_MOST = 16

_Item = TypeVar("_Item")


def _section(scheme: str, host: str) -> str:
    return f"{scheme}-{host.replace('*', 'wildcard')}"


def _hosts(internal: bool, scope: Scope) -> list[str]:  # noqa: FBT001 - of this module
    """
    All hosts of the internal routes, or of the others.
    """
    found = [
        host
        for route in scope.app.routes
        if route.internal is internal
        for host in hosts_of(route, scope.stack)
    ]
    return list(dict.fromkeys(found))


def _listeners(
    exposure: Gateway, entrance: Entrance, scope: Scope
) -> Iterator[dict[str, Any]]:
    for host in _hosts(entrance.internal, scope):
        yield {
            "name": _section("http", host),
            "hostname": host,
            "port": 80,
            "protocol": "HTTP",
        }
        if isinstance(exposure.tls, (CertManager, TlsSecret)):
            secret = tls_secret(exposure.tls, entrance, scope)
            yield {
                "name": _section("https", host),
                "hostname": host,
                "port": 443,
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
    annotations = dict(exposure.annotations)
    if isinstance(exposure.tls, CertManager):
        annotations["cert-manager.io/cluster-issuer"] = str(stack.issuer)
    if annotations:
        body["metadata"]["annotations"] = annotations

    return body


def _parents(
    hosts: list[str], scheme: str, entrance: Entrance, scope: Scope
) -> list[dict[str, Any]]:
    """
    The listeners that a route hangs on; all those of a Gateway that is
    somebody else's.
    """
    if scope.stack.gateway and not entrance.internal:
        namespace, _, name = scope.stack.gateway.rpartition("/")
        return [{"namespace": namespace or scope.namespace, "name": name}]
    name = f"{scope.name}-internal" if entrance.internal else scope.name

    return [
        {"name": name, "sectionName": _section(scheme, host)} for host in hosts
    ]


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


def _rule(route: Route, *, grpc: bool) -> dict[str, Any]:
    match = _grpc_match(route) if grpc else _http_match(route)
    port = route.port.number
    rule: dict[str, Any] = {"matches": [match]} if match else {}
    rule["backendRefs"] = [{"name": route.service.name, "port": port}]
    seconds = timeout_of(route)
    if seconds is not None:
        rule["timeouts"] = {"request": f"{seconds}s"}

    return rule


def _pieces(items: list[_Item]) -> list[list[_Item]]:
    """
    As many as fit into one object, each; one piece where there are none.

    >>> [len(piece) for piece in _pieces(["a"] * 17)], _pieces([])
    ([16, 1], [[]])
    """
    starts = range(0, max(len(items), 1), _MOST)

    return [items[start : start + _MOST] for start in starts]


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
    filters = [
        {
            "type": "RequestRedirect",
            "requestRedirect": {"scheme": "https", "statusCode": 301},
        }
    ]
    pieces = _pieces(_hosts(entrance.internal, scope))
    for number, hosts in _numbered(pieces):
        spec = {
            "parentRefs": _parents(hosts, "http", entrance, scope),
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
    scheme = "http" if exposure.tls is OFF else "https"
    grpc = entrance.speaks_grpc
    kind = "GRPCRoute" if grpc else "HTTPRoute"
    for named, group in groups.items():
        digest = _names.digest(named, 5) if named else ""
        pieces = itertools.product(
            _pieces(list(hosts_of(group[0], scope.stack))), _pieces(group)
        )
        for number, (hosts, routes) in _numbered(pieces):
            suffix = _joined(entrance.suffix, digest, number)
            spec = {
                "parentRefs": _parents(hosts, scheme, entrance, scope),
                "hostnames": hosts,
                "rules": [_rule(route, grpc=grpc) for route in routes],
            }
            role = _joined("route", suffix)
            yield role, app_object(scope, _API, kind, suffix, spec)


def gateway_routed(exposure: Gateway, scope: Scope) -> Iterator[Roled]:
    """
    The objects of the app's routes, each with its role.
    """
    for entrance in scope.entrances:
        joined = scope.stack.gateway and not entrance.internal
        kind = "internal-gateway" if entrance.internal else "gateway"
        if entrance.leads and not joined:
            yield kind, _gateway(exposure, entrance, scope)
            if exposure.tls is not OFF and exposure.redirect:
                yield from _redirects(entrance, scope)
        yield from _routes(exposure, entrance, scope)
