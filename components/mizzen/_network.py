"""
Services, routes from outside, and who may connect to whom.
"""

from typing import Any

from . import _names
from ._workloads import Scope
from .environment import (
    CertManager,
    Ingress,
    Isolation,
    LoadBalancer,
    NodePort,
    TlsSecret,
)
from .spec import Part, Port, Postgres, Service, uses_of


Peer = dict[str, Any]

# Longer than names of ports may be, so that it is none of the user's.
PUBLIC_PORT = "load-balancer-port"

_DNS_PODS: Peer = {
    "namespaceSelector": {
        "matchLabels": {"kubernetes.io/metadata.name": "kube-system"}
    },
    "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
}
_DNS_PORTS = [
    {"protocol": "UDP", "port": 53},
    {"protocol": "TCP", "port": 53},
]


def _service_ports(part: Service) -> list[dict[str, Any]]:
    return [
        {
            "name": port.name,
            "port": port.number,
            "targetPort": port.name,
            "protocol": port.protocol,
            "appProtocol": port.application,
        }
        for port in part.listens
    ]


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
    spec["selector"] = scope.selector(part)
    spec["ports"] = ports

    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata,
        "spec": spec,
    }


def _routes(scope: Scope) -> list[dict[str, Any]]:
    return [
        {
            "path": route.path,
            "pathType": "Prefix",
            "backend": {
                "service": {
                    "name": route.to.name,
                    "port": {"name": route.to.listens[0].name},
                }
            },
        }
        for route in scope.app.routes
    ]


def ingress(exposure: Ingress, scope: Scope) -> dict[str, Any]:
    """
    The app's routes under the host names of the stack.
    """
    annotations = dict(exposure.annotations)
    hosts = scope.stack.hosts
    spec: dict[str, Any] = {}
    if scope.stack.ingress_class:
        spec["ingressClassName"] = scope.stack.ingress_class
    if isinstance(exposure.tls, CertManager):
        issuer = scope.stack.issuer
        annotations["cert-manager.io/cluster-issuer"] = str(issuer)
        secret = f"{scope.app.name}-tls"
        spec["tls"] = [{"hosts": list(hosts), "secretName": secret}]
    elif isinstance(exposure.tls, TlsSecret):
        name = exposure.tls.name
        spec["tls"] = [{"hosts": list(hosts), "secretName": name}]
    spec["rules"] = [
        {"host": host, "http": {"paths": _routes(scope)}} for host in hosts
    ]
    metadata: dict[str, Any] = {
        "name": scope.app.name,
        "namespace": scope.namespace,
        "labels": _names.labels(
            scope.app.name, scope.instance, scope.app.name, "ingress"
        ),
    }
    if annotations:
        metadata["annotations"] = annotations

    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": metadata,
        "spec": spec,
    }


def _policy_ports(part: Part) -> list[dict[str, Any]]:
    if isinstance(part, Service):
        listens: tuple[Port, ...] = part.listens
        return [
            {"protocol": port.protocol, "port": port.number}
            for port in listens
        ]
    number = 5432 if isinstance(part, Postgres) else 6379

    return [{"protocol": "TCP", "port": number}]


def _outside_peers(scope: Scope) -> list[Peer]:
    if isinstance(scope.environment.exposure, Ingress):
        # Where the controller runs is the cluster's business.
        return [{"namespaceSelector": {}}]
    return [
        {"ipBlock": {"cidr": "0.0.0.0/0"}},
        {"ipBlock": {"cidr": "::/0"}},
    ]


def _incoming(part: Part, scope: Scope) -> list[dict[str, Any]]:
    peers: list[Peer] = [
        {"podSelector": {"matchLabels": scope.selector(user)}}
        for user, _ in scope.graph.users(part)
    ]
    if scope.graph.is_exposed(part):
        peers.extend(_outside_peers(scope))
    if not peers:
        return []

    return [{"from": peers, "ports": _policy_ports(part)}]


def _outgoing(part: Part, scope: Scope) -> list[dict[str, Any]]:
    uses = uses_of(part)
    if not uses:
        return []
    servers = [
        {"ipBlock": {"cidr": peer}} for peer in scope.stack.cluster.dns_peers
    ]
    rules: list[dict[str, Any]] = [
        {"to": [_DNS_PODS, *servers], "ports": _DNS_PORTS}
    ]
    for use in uses:
        labels = {"matchLabels": scope.selector(use.part)}
        rules.append(
            {
                "to": [{"podSelector": labels}],
                "ports": _policy_ports(use.part),
            }
        )
    return rules


def network_policy(part: Part, scope: Scope) -> dict[str, Any]:
    """
    Exactly the declared edges of *part*, from both of its sides.
    """
    spec: dict[str, Any] = {
        "podSelector": {"matchLabels": scope.selector(part)},
        "policyTypes": ["Ingress"],
        "ingress": _incoming(part, scope),
    }
    if scope.environment.isolation is Isolation.FULL:
        spec["policyTypes"] = ["Ingress", "Egress"]
        spec["egress"] = _outgoing(part, scope)

    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": scope.metadata(part, part.name),
        "spec": spec,
    }


def headless_service(part: Part, scope: Scope) -> dict[str, Any]:
    """
    The name of a store, which leads straight to its pod.
    """
    number = _policy_ports(part)[0]["port"]
    name = "postgres" if isinstance(part, Postgres) else "redis"

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
                    "name": name,
                    "port": number,
                    "targetPort": name,
                    "protocol": "TCP",
                }
            ],
        },
    }
