"""
Stable addresses of parts, inside and outside of the cluster.
"""

from collections.abc import Iterator
from typing import Any

from ._scope import Scope
from ._target_health import target_annotations
from .environment import Ingress, LoadBalancer, NodePort, Opening
from .spec import DaemonSet, Port, Service, Store


_TRANSPORT = "traefik.ingress.kubernetes.io/service.serverstransport"
# Names that Kubernetes has for what has none of its own.
_PROTOCOLS = {"ws": "kubernetes.io/ws"}


def _service_port(port: Port) -> dict[str, Any]:
    found = {
        "name": port.name,
        "port": port.number,
        "targetPort": port.name,
        "protocol": port.protocol,
    }
    if port.protocol == "TCP":
        spoken = port.application
        found["appProtocol"] = _PROTOCOLS.get(spoken, spoken)

    return found


def _routed_annotations(part: Service, scope: Scope) -> dict[str, str]:
    """
    What ingress controllers are told of a Service.
    """
    found: dict[str, str] = {}
    for controller, route in scope.routes_to(part):
        found.update(controller.service_speaking(route.port.application))
    found.update(target_annotations(part, scope))
    for body in transports(part, scope):
        name = body["metadata"]["name"]
        found[_TRANSPORT] = f"{scope.namespace}-{name}@kubernetescrd"

    return found


def _time_limit(part: Service, scope: Scope) -> int | None:
    """
    How long Traefik waits for an answer of *part*, in seconds.
    """
    for controller, route in scope.routes_to(part):
        if controller.middlewares and route.timeout_seconds:
            return route.timeout_seconds
    return None


def _is_encrypted(part: Service, scope: Scope) -> bool:
    """
    Whether Traefik speaks HTTPS to *part*.
    """
    return any(
        controller.middlewares and route.port.application == "https"
        for controller, route in scope.routes_to(part)
    )


def transports(part: Service, scope: Scope) -> Iterator[dict[str, Any]]:
    """
    What tells Traefik how long to wait for an answer of *part*, and to take
    its certificate, which is for none of the addresses of its pods.
    """
    if not isinstance(scope.environment.exposure, Ingress):
        return
    spec: dict[str, Any] = {}
    seconds = _time_limit(part, scope)
    if seconds is not None:
        limit = {"responseHeaderTimeout": f"{seconds}s"}
        spec["forwardingTimeouts"] = limit
    if _is_encrypted(part, scope):
        spec["insecureSkipVerify"] = True
    if spec:
        # What Traefik has where nobody says anything.
        spec["maxIdleConnsPerHost"] = 200
        kind = "ServersTransport"
        yield scope.body(part, "traefik.io/v1alpha1", kind, spec)


def _published(by: NodePort | LoadBalancer, scope: Scope) -> dict[str, Any]:
    """
    How a Service is open to the world outside.
    """
    spec: dict[str, Any] = {"type": type(by).__name__}
    if by.external_traffic_policy:
        spec["externalTrafficPolicy"] = by.external_traffic_policy
    if isinstance(by, NodePort):
        return spec
    name = by.load_balancer_class or scope.stack.load_balancer_class
    if name:
        spec["loadBalancerClass"] = name
    if by.source_ranges:
        spec["loadBalancerSourceRanges"] = list(by.source_ranges)

    return spec


def _provider_annotations(by: NodePort | LoadBalancer) -> dict[str, str]:
    return dict(by.annotations) if isinstance(by, LoadBalancer) else {}


def _public_port(opening: Opening) -> dict[str, Any]:
    port = _service_port(opening.port)
    if opening.number is not None:
        number = "nodePort" if isinstance(opening.by, NodePort) else "port"
        port[number] = opening.number

    return port


def _address(
    part: Service,
    name: str,
    spec: dict[str, Any],
    annotations: dict[str, str],
    scope: Scope,
) -> dict[str, Any]:
    metadata = scope.metadata(part, name)
    if annotations:
        metadata["annotations"] = annotations
    ports = spec.pop("ports")
    balanced = spec["type"] == "LoadBalancer"
    if balanced and scope.stack.cluster.probes_by_application:
        for port in ports:
            port.pop("appProtocol", None)

    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata,
        "spec": {**spec, "selector": scope.selector(part), "ports": ports},
    }


def public_role(opening: Opening) -> str:
    """
    Role of the Service that has the address of ports apart from others; the
    end of its name, too.
    """
    # Names of parts leave room for ten characters.
    return "node-port" if isinstance(opening.by, NodePort) else "public"


def service(part: Service, scope: Scope) -> dict[str, Any]:
    """
    The stable address of a Service, public if its only port is said to be,
    at the nodes or under its own number.
    """
    found = scope.graph.openings(part)
    opening = next((each for each in found if not each.apart), None)
    ports = [_service_port(port) for port in part.listens]
    annotations: dict[str, str] = {}
    if isinstance(scope.environment.exposure, Ingress):
        annotations.update(_routed_annotations(part, scope))
    spec: dict[str, Any] = {"type": "ClusterIP"}
    if opening is not None:
        spec = _published(opening.by, scope)
        ports = [_public_port(opening)]
        annotations.update(_provider_annotations(opening.by))
    spec["ports"] = ports

    return _address(part, part.name, spec, annotations, scope)


def local_service(part: DaemonSet, scope: Scope) -> dict[str, Any]:
    """
    The stable address of a DaemonSet, which leads each pod to the one on its
    own node.
    """
    spec = {
        "type": "ClusterIP",
        "internalTrafficPolicy": "Local",
        "selector": scope.selector(part),
        "ports": [_service_port(port) for port in part.listens],
    }
    return scope.body(part, "v1", "Service", spec)


def public_services(
    part: Service, scope: Scope
) -> Iterator[tuple[str, dict[str, Any]]]:
    """
    The addresses of those ports of a Service that are public apart from
    others, each with its role.
    """
    found: dict[str, list[Opening]] = {}
    for opening in scope.graph.openings(part):
        if opening.apart:
            found.setdefault(public_role(opening), []).append(opening)
    for role, openings in found.items():
        by = openings[0].by
        spec = _published(by, scope)
        spec["ports"] = [_public_port(opening) for opening in openings]
        annotations = _provider_annotations(by)
        yield (
            role,
            _address(part, f"{part.name}-{role}", spec, annotations, scope),
        )


def policy_ports(*ports: Port) -> list[dict[str, Any]]:
    """
    Ports as a NetworkPolicy names them.
    """
    return [{"protocol": port.protocol, "port": port.number} for port in ports]


def listened_ports(part: Any) -> list[dict[str, Any]]:
    """
    The ports of *part* as a NetworkPolicy names them.
    """
    return policy_ports(*part.listens)


def headless_service(part: Store, scope: Scope) -> dict[str, Any]:
    """
    The name of a store, which leads straight to its pod.
    """
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": scope.metadata(part, part.name),
        "spec": {
            "type": "ClusterIP",
            "clusterIP": "None",
            "selector": scope.selector(part),
            "ports": [
                {
                    "name": port.name,
                    "port": port.number,
                    "targetPort": port.name,
                    "protocol": port.protocol,
                }
                for port in part.listens
            ],
        },
    }
