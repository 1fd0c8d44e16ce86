"""
What Google's Gateways are told of the Services that they lead to.
"""

from collections.abc import Iterator
from typing import Any

from ._routing import Entrance, longest_timeout
from ._scope import Scope
from .environment import Gateway
from .spec import GrpcHealth, HttpHealth, Service
from .spec.health import asked_path, asked_port


_API = "networking.gke.io/v1"
Roled = tuple[str, dict[str, Any]]


def _led_by(part: Service, scope: Scope) -> Iterator[Entrance]:
    """
    The Gateways that lead to *part* and are told by policies.
    """
    if isinstance(scope.environment.exposure, Gateway):
        for entrance in scope.entrances_of(part):
            controller = entrance.gateway_controller(scope.stack)
            if controller is not None and controller.policies:
                yield entrance


def _asked(part: Service) -> dict[str, Any]:
    """
    How the load balancer asks whether a pod of *part* works; it would ask
    for ``/`` of its own accord.
    """
    health = part.health
    if isinstance(health, (str, HttpHealth, GrpcHealth)):
        port: Any = asked_port(health, part.listens)
    else:
        port = part.listens[0]
    fixed = {"portSpecification": "USE_FIXED_PORT", "port": port.number}
    if isinstance(health, GrpcHealth):
        named = {"grpcServiceName": health.service} if health.service else {}
        return {"type": "GRPC", "grpcHealthCheck": {**fixed, **named}}
    if isinstance(health, (str, HttpHealth)):
        http = {**fixed, "requestPath": asked_path(health)}
        return {"type": "HTTP", "httpHealthCheck": http}
    return {"type": "TCP", "tcpHealthCheck": fixed}


def gateway_policies(part: Service, scope: Scope) -> Iterator[Roled]:
    """
    How *part* is asked for its health, and how long for an answer, each with
    its role.
    """
    led = [*_led_by(part, scope)]
    if not led:
        return
    target = {"group": "", "kind": "Service", "name": part.name}
    asked = {"default": {"config": _asked(part)}, "targetRef": target}
    yield (
        "health-check",
        scope.body(part, _API, "HealthCheckPolicy", asked),
    )
    routes = [
        route
        for each in led
        for route in each.routes
        if route.service.name == part.name
    ]
    longest = longest_timeout(routes, usual=0)
    if longest is not None:
        waits = {"default": {"timeoutSec": longest}, "targetRef": target}
        yield "backend", scope.body(part, _API, "GCPBackendPolicy", waits)
