"""
Who may connect to whom.
"""

from typing import Any

from ._scope import Scope
from ._services import listened_ports
from .environment import Ingress, Isolation
from .spec import Part, uses_of


Peer = dict[str, Any]


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


def _controller_peers(scope: Scope) -> list[Peer]:
    """
    The ingress controller, as far as it is known where it runs.
    """
    controller = scope.stack.ingress_controller
    if controller and controller.sources:
        return [{"ipBlock": {"cidr": cidr}} for cidr in controller.sources]
    namespace = scope.stack.ingress_namespace
    if controller and not namespace:
        namespace = controller.namespace
    labels = {"kubernetes.io/metadata.name": namespace}
    peer: Peer = {
        "namespaceSelector": {"matchLabels": labels} if namespace else {}
    }
    if controller and controller.labels:
        peer["podSelector"] = {"matchLabels": dict(controller.labels)}

    return [peer]


def _outside_peers(scope: Scope) -> list[Peer]:
    if isinstance(scope.environment.exposure, Ingress):
        return _controller_peers(scope)
    return [
        {"ipBlock": {"cidr": "0.0.0.0/0"}},
        {"ipBlock": {"cidr": "::/0"}},
    ]


def _keda(scope: Scope) -> Peer:
    namespace = scope.stack.cluster.keda_namespace
    return {
        "namespaceSelector": {
            "matchLabels": {"kubernetes.io/metadata.name": namespace}
        },
        "podSelector": {
            "matchLabels": {"app.kubernetes.io/name": "keda-operator"}
        },
    }


def _incoming(part: Part, scope: Scope) -> list[dict[str, Any]]:
    peers: list[Peer] = [
        {"podSelector": {"matchLabels": scope.selector(user)}}
        for user, _ in scope.graph.users(part)
    ]
    if scope.graph.is_exposed(part):
        peers.extend(_outside_peers(scope))
    if part.name in scope.counted:
        peers.append(_keda(scope))
    if not peers:
        return []

    return [{"from": peers, "ports": listened_ports(part)}]


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
                "ports": listened_ports(use.part),
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
