"""
What load balancers of clouds are told of the Services that they lead to:
they would ask for ``/`` of their own accord, and wait half a minute.
"""

import json

from collections.abc import Iterator
from typing import Any

from ._routing import Entrance, longest_timeout, speaks_grpc
from ._scope import Scope
from .environment import Ingress
from .spec import GrpcHealth, HttpHealth, Service
from .spec.health import asked_path, asked_port


_ALB = "alb.ingress.kubernetes.io"
# How long Google's load balancers wait.
_USUAL_SECONDS = 30


def _by_http(part: Service) -> tuple[str, int] | None:
    """
    Path and port at which *part* is asked for its health by HTTP, if it is.
    """
    health = part.health
    if not isinstance(health, (str, HttpHealth)):
        return None
    port: Any = asked_port(health, part.listens)

    return asked_path(health), port.number


def _by_grpc(part: Service) -> tuple[str, int] | None:
    """
    The same for gRPC. Amazon's ask for the health of the whole server.
    """
    health = part.health
    if not isinstance(health, GrpcHealth) or health.service is not None:
        return None
    port: Any = asked_port(health, part.listens)

    return "/grpc.health.v1.Health/Check", port.number


def _by_amazon(part: Service, *, grpc: bool) -> tuple[str, int] | None:
    return _by_grpc(part) if grpc else _by_http(part)


def _amazons(part: Service, *, grpc: bool) -> dict[str, str]:
    asked = _by_amazon(part, grpc=grpc)
    if asked is None:
        # By gRPC, whatever answers is healthy of their own accord.
        return {} if grpc else {f"{_ALB}/success-codes": "200-499"}
    path, port = asked

    return {
        f"{_ALB}/healthcheck-path": path,
        f"{_ALB}/healthcheck-port": str(port),
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
        path, port = asked
        check = {"type": "HTTP", "requestPath": path, "port": port}
        spec["healthCheck"] = check
    if spec:
        yield scope.body(part, "cloud.google.com/v1", "BackendConfig", spec)


def target_annotations(part: Service, scope: Scope) -> dict[str, str]:
    """
    Annotations of the Service of *part* that tell load balancers of it.
    """
    found: dict[str, str] = {}
    for controller, route in scope.routes_to(part):
        if controller.backends:
            # GKE says so itself in some clusters alone.
            found["cloud.google.com/neg"] = json.dumps({"ingress": True})
        if controller.asks_health:
            found.update(_amazons(part, grpc=speaks_grpc(route)))
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
        yield asked[1]
