"""
Who may connect to whom.
"""

from typing import Any

from ._outside import Peer, egress, needs_names, networks
from ._routing import Entrance
from ._scope import Scope
from ._services import listened_ports
from .environment import Ingress, Isolation
from .spec import Part, reaches_of, uses_of


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


def _controller_peers(entrance: Entrance, scope: Scope) -> list[Peer]:
    """
    The ingress controller, as far as it is known where it runs.
    """
    controller = entrance.controller(scope.stack)
    if controller and controller.sources:
        return networks(*controller.sources)
    namespace = None if entrance.internal else scope.stack.ingress_namespace
    if controller and not namespace:
        namespace = controller.namespace
    labels = {"kubernetes.io/metadata.name": namespace}
    peer: Peer = {
        "namespaceSelector": {"matchLabels": labels} if namespace else {}
    }
    if controller and controller.labels:
        peer["podSelector"] = {"matchLabels": dict(controller.labels)}

    return [peer]


def _outside_peers(part: Part, scope: Scope) -> list[Peer]:
    if not isinstance(scope.environment.exposure, Ingress):
        exposed = scope.graph.is_exposed(part)
        return networks("0.0.0.0/0", "::/0") if exposed else []
    found: list[Peer] = []
    for entrance in scope.entrances_of(part):
        peers = _controller_peers(entrance, scope)
        found.extend(peer for peer in peers if peer not in found)

    return found


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
    peers.extend(_outside_peers(part, scope))
    if part.name in scope.counted:
        peers.append(_keda(scope))
    if not peers:
        return []

    return [{"from": peers, "ports": listened_ports(part)}]


def _outgoing(part: Part, scope: Scope) -> list[dict[str, Any]]:
    uses, reaches = uses_of(part), reaches_of(part)
    rules: list[dict[str, Any]] = []
    if uses or any(map(needs_names, reaches)):
        servers = networks(*scope.stack.cluster.dns_peers)
        rules.append({"to": [_DNS_PODS, *servers], "ports": _DNS_PORTS})
    for use in uses:
        labels = {"matchLabels": scope.selector(use.part)}
        rules.append(
            {
                "to": [{"podSelector": labels}],
                "ports": listened_ports(use.part),
            }
        )
    rules.extend(map(egress, reaches))

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
