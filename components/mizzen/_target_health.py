"""
What load balancers of clouds are told of the Services that they lead to:
they would ask for ``/`` of their own accord, and wait half a minute.
"""

import json

from collections.abc import Iterator
from typing import Any

import attrs

from ._routing import Entrance, longest_timeout, speaks_grpc
from ._scope import Scope
from .environment import Ingress
from .spec import GrpcHealth, HttpHealth, Route, Service
from .spec.health import asked_path, asked_port, asked_scheme


_ALB = "alb.ingress.kubernetes.io"
# How long Google's load balancers wait.
_USUAL_SECONDS = 30


@attrs.frozen
class _Asked:
    """
    Where and how a part is asked for its health.
    """

    path: str
    port: int
    scheme: str = "HTTP"


def _by_http(part: Service) -> _Asked | None:
    """
    How *part* is asked for its health by HTTP, if it is.
    """
    health = part.health
    if not isinstance(health, (str, HttpHealth)):
        return None
    port: Any = asked_port(health, part.listens)

    return _Asked(asked_path(health), port.number, asked_scheme(port))


def _by_grpc(part: Service) -> _Asked | None:
    """
    The same for gRPC. Amazon's ask for the health of the whole server.
    """
    health = part.health
    if not isinstance(health, GrpcHealth) or health.service is not None:
        return None
    port: Any = asked_port(health, part.listens)

    return _Asked("/grpc.health.v1.Health/Check", port.number)


def _by_amazon(part: Service, *, grpc: bool) -> _Asked | None:
    return _by_grpc(part) if grpc else _by_http(part)


def _amazons(part: Service, route: Route) -> dict[str, str]:
    grpc = speaks_grpc(route)
    asked = _by_amazon(part, grpc=grpc)
    scheme = asked.scheme if asked else asked_scheme(route.port)
    found: dict[str, str] = {}
    # They ask by HTTP of their own accord.
    if scheme == "HTTPS":
        found[f"{_ALB}/healthcheck-protocol"] = scheme
    if asked is None:
        # By gRPC, whatever answers is healthy of their own accord.
        codes = {} if grpc else {f"{_ALB}/success-codes": "200-499"}
        return {**found, **codes}

    return {
        **found,
        f"{_ALB}/healthcheck-path": asked.path,
        f"{_ALB}/healthcheck-port": str(asked.port),
        f"{_ALB}/success-codes": "0" if grpc else "200-399",
    }


def backend_configs(part: Service, scope: Scope) -> Iterator[dict[str, Any]]:
    """
    What tells Google's load balancers how *part* is asked for its health, and
    how long for an answer.
    """
    if not isinstance(scope.environment.exposure, Ingress):
        return
    served = [*scope.routes_to(part)]
    if not any(controller.backends for controller, _ in served):
        return
    spec: dict[str, Any] = {}
    seconds = longest_timeout([r for _, r in served], _USUAL_SECONDS)
    if seconds is not None:
        spec["timeoutSec"] = seconds
    asked = _by_http(part)
    if asked is not None:
        spec["healthCheck"] = {
            "type": asked.scheme,
            "requestPath": asked.path,
            "port": asked.port,
        }
    if spec:
        yield scope.body(part, "cloud.google.com/v1", "BackendConfig", spec)


def target_annotations(part: Service, scope: Scope) -> dict[str, str]:
    """
    Annotations of the Service of *part* that tell load balancers of it.
    """
    found: dict[str, str] = {}
    encrypted: dict[str, str] = {}
    for controller, route in scope.routes_to(part):
        if controller.backends:
            # GKE says so itself in some clusters alone.
            found["cloud.google.com/neg"] = json.dumps({"ingress": True})
            if route.port.application == "https":
                encrypted[route.port.name] = "HTTPS"
        if controller.asks_health:
            found.update(_amazons(part, route))
    if encrypted:
        found["cloud.google.com/app-protocols"] = json.dumps(encrypted)
    for body in backend_configs(part, scope):
        named = {"default": body["metadata"]["name"]}
        found["cloud.google.com/backend-config"] = json.dumps(named)

    return found


def asked_by_balancer(
    part: Service, entrance: Entrance, scope: Scope
) -> Iterator[int]:
    """
    At which ports load balancers are told to ask *part* for its health,
    where its routes may not lead.
    """
    controller = entrance.controller(scope.stack)
    asked = None
    if controller is not None and controller.backends:
        asked = _by_http(part)
    elif controller is not None and controller.asks_health:
        asked = _by_amazon(part, grpc=entrance.speaks_grpc)
    if asked is not None:
        yield asked.port
