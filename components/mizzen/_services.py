"""
Stable addresses of parts, inside and outside of the cluster.
"""

from typing import Any

from ._scope import Scope
from .environment import Ingress, LoadBalancer, NodePort
from .spec import Service, Store


# Longer than names of ports may be, so that it is none of the user's.
PUBLIC_PORT = "load-balancer-port"


# Names that Kubernetes has for what has none of its own.
_PROTOCOLS = {"ws": "kubernetes.io/ws"}


def _service_ports(part: Service) -> list[dict[str, Any]]:
    return [
        {
            "name": port.name,
            "port": port.number,
            "targetPort": port.name,
            "protocol": port.protocol,
            "appProtocol": _PROTOCOLS.get(port.application, port.application),
        }
        for port in part.listens
    ]


def _routed_annotations(part: Service, scope: Scope) -> dict[str, str]:
    """
    What ingress controllers are told of a Service.
    """
    found: dict[str, str] = {}
    for entrance in scope.entrances_of(part):
        controller = entrance.controller(scope.stack)
        if controller is not None and entrance.speaks_grpc:
            found.update(controller.service_grpc)
    return found


def service(part: Service, scope: Scope) -> dict[str, Any]:
    """
    The stable address of a Service, public if the environment says so.
    """
    exposure = scope.environment.exposure
    mapped = part.name in scope.graph.public_ports
    number = scope.graph.public_ports.get(part.name)
    ports = _service_ports(part)
    metadata = scope.metadata(part, part.name)
    spec: dict[str, Any] = {"type": "ClusterIP"}
    if mapped and isinstance(exposure, NodePort):
        spec["type"] = "NodePort"
        if number is not None:
            ports[0]["nodePort"] = number
    elif mapped and isinstance(exposure, LoadBalancer):
        spec["type"] = "LoadBalancer"
        if number not in (None, ports[0]["port"]):
            # Other parts go on using the port that they know.
            public = {**ports[0], "name": PUBLIC_PORT, "port": number}
            ports.append(public)
        if exposure.source_ranges:
            ranges = list(exposure.source_ranges)
            spec["loadBalancerSourceRanges"] = ranges
        if exposure.annotations:
            metadata["annotations"] = dict(exposure.annotations)
    elif isinstance(exposure, Ingress):
        annotations = _routed_annotations(part, scope)
        if annotations:
            metadata["annotations"] = annotations
    spec["selector"] = scope.selector(part)
    spec["ports"] = ports

    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata,
        "spec": spec,
    }


def listened_ports(part: Any) -> list[dict[str, Any]]:
    """
    The ports of *part* as a NetworkPolicy names them.
    """
    return [
        {"protocol": port.protocol, "port": port.number}
        for port in part.listens
    ]


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
