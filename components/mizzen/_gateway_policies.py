"""
What Google's Gateways are told of the Services that they lead to.
"""

from collections.abc import Iterator
from typing import Any

from ._routing import Entrance, longest_timeout
from ._scope import Scope
from .environment import Gateway
from .spec import GrpcHealth, HttpHealth, Route, Service
from .spec.health import asked_path, asked_port, asked_scheme


_API = "networking.gke.io/v1"
Roled = tuple[str, dict[str, Any]]


def _is_told(entrance: Entrance, scope: Scope) -> bool:
    """
    Whether what serves *entrance* is told by policies.
    """
    controller = entrance.gateway_controller(scope.stack)

    return controller is not None and controller.policies


def _routes_to(part: Service, scope: Scope) -> list[Route]:
    """
    The routes to *part* of Gateways that are told by policies.
    """
    if not isinstance(scope.environment.exposure, Gateway):
        return []
    return [
        route
        for entrance in scope.entrances_of(part)
        if _is_told(entrance, scope)
        for route in entrance.routes
        if route.service.name == part.name
    ]


def _asked_port(part: Service, routes: list[Route]) -> int:
    """
    Number of the port that is asked: where nothing is said of health, one
    that is led to.
    """
    health = part.health
    if not isinstance(health, (str, HttpHealth, GrpcHealth)):
        return routes[0].port.number
    port: Any = asked_port(health, part.listens)
    number: int = port.number

    return number


def _asked(part: Service, number: int) -> dict[str, Any]:
    """
    How the load balancer asks whether a pod of *part* works; it would ask
    for ``/`` of its own accord.
    """
    health = part.health
    fixed = {"portSpecification": "USE_FIXED_PORT", "port": number}
    if isinstance(health, GrpcHealth):
        named = {"grpcServiceName": health.service} if health.service else {}
        return {"type": "GRPC", "grpcHealthCheck": {**fixed, **named}}
    if isinstance(health, (str, HttpHealth)):
        # No route of a Gateway leads to HTTPS, but it may be asked for health.
        port: Any = asked_port(health, part.listens)
        scheme = asked_scheme(port)
        http = {**fixed, "requestPath": asked_path(health)}
        return {"type": scheme, f"{scheme.lower()}HealthCheck": http}
    return {"type": "TCP", "tcpHealthCheck": fixed}


def asked_by_gateway(
    part: Service, entrance: Entrance, scope: Scope
) -> Iterator[int]:
    """
    At which ports Gateways are told to ask *part* for its health, where its
    routes may not lead.
    """
    if _is_told(entrance, scope):
        yield _asked_port(part, _routes_to(part, scope))


def gateway_policies(part: Service, scope: Scope) -> Iterator[Roled]:
    """
    How *part* is asked for its health, and how long for an answer, each with
    its role.
    """
    routes = _routes_to(part, scope)
    if not routes:
        return
    target = {"group": "", "kind": "Service", "name": part.name}
    config = _asked(part, _asked_port(part, routes))
    asked = {"default": {"config": config}, "targetRef": target}
    yield (
        "health-check",
        scope.body(part, _API, "HealthCheckPolicy", asked),
    )
    longest = longest_timeout(routes, usual=0)
    if longest is not None:
        waits = {"default": {"timeoutSec": longest}, "targetRef": target}
        yield "backend", scope.body(part, _API, "GCPBackendPolicy", waits)
