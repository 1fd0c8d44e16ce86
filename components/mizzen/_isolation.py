"""
Who may connect to whom.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ._accounts import asked_for_credentials, asks_by_name, may_ask
from ._connections import namespace_of
from ._gateway_policies import asked_by_gateway
from ._metrics import metrics_of
from ._names import MANAGED_BY, NAME, PART_OF
from ._outside import Peer, egress, egress_to, needs_names, networks
from ._routing import Entrance
from ._scope import Scope
from ._services import listened_ports, policy_ports
from ._target_health import asked_by_balancer
from .environment import (
    ROUTED,
    CertManager,
    Cluster,
    Environment,
    Gateway,
    Isolation,
    LoadBalancer,
    Opening,
)
from .spec import (
    DaemonSet,
    ExternalService,
    Off,
    Part,
    Port,
    Service,
    Store,
    reaches_of,
    uses_of,
)


# Names of policies that are about no part.
DEFAULT_DENY = "default-deny"
ACME_SOLVERS = "acme-solvers"
_DNS_PORTS = [
    {"protocol": "UDP", "port": 53},
    {"protocol": "TCP", "port": 53},
]


def _namespace(name: str, labels: Mapping[str, str] | None = None) -> Peer:
    """
    The pods of a namespace that have *labels*; all of them if there are
    none.
    """
    named = {"kubernetes.io/metadata.name": name}
    peer: Peer = {"namespaceSelector": {"matchLabels": named}}
    if labels:
        peer["podSelector"] = {"matchLabels": dict(labels)}

    return peer


def _controller_peers(entrance: Entrance, scope: Scope) -> list[Peer]:
    """
    The ingress controller, as far as it is known where it runs.
    """
    controller = entrance.controller(scope.stack)
    if isinstance(scope.environment.exposure, Gateway):
        controller = entrance.gateway_controller(scope.stack)
    if controller and controller.unnamed:
        return []
    sources = () if entrance.internal else scope.stack.ingress_sources
    if controller:
        sources = sources or controller.sources
    if sources:
        return networks(*sources)
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


def _routed(
    part: Service, scope: Scope
) -> Iterator[tuple[list[Peer], list[Port]]]:
    """
    Who serves routes to *part*, with the ports that they lead to and that
    they are told to ask for its health.
    """
    exposure = scope.environment.exposure
    if not isinstance(exposure, ROUTED):
        return
    by_gateway = isinstance(exposure, Gateway)
    asked = asked_by_gateway if by_gateway else asked_by_balancer
    for entrance in scope.entrances_of(part):
        numbers = {*asked(part, entrance, scope)}
        numbers.update(
            route.port.number
            for route in entrance.routes
            if route.service.name == part.name
        )
        yield (
            _controller_peers(entrance, scope),
            [
                port
                for port in part.listens
                if port.protocol == "TCP" and port.number in numbers
            ],
        )


def _clients_of(opening: Opening) -> list[Peer]:
    """
    From where requests come to what has a public port.
    """
    known = isinstance(opening.by, LoadBalancer) and opening.by.clients
    return networks(*(known or ("0.0.0.0/0", "::/0")))


def _keda(scope: Scope) -> Peer:
    namespace = scope.stack.cluster.keda_namespace
    return _namespace(namespace, {NAME: "keda-operator"})


def _monitoring(part: Part, scope: Scope) -> Iterator[dict[str, Any]]:
    """
    The rule that lets the cluster's monitoring ask *part* how it does.
    """
    metrics = metrics_of(part)
    if metrics is not None:
        namespace = scope.stack.monitoring.namespace
        ports = [{"protocol": "TCP", "port": metrics.port}]
        yield {"from": [_namespace(namespace)], "ports": ports}


def _clients(part: Service | Store, scope: Scope) -> Iterator[Peer]:
    """
    Who uses a store or a service beside the parts of its app.
    """
    if isinstance(part, Store) and part.administered:
        labels = scope.errand_selector(part)
        yield {"podSelector": {"matchLabels": labels}}
    for client in part.clients:
        labels = dict(client.labels)
        if client.part is not None:
            labels[NAME] = client.part
        yield _namespace(client.namespace, labels)


def pods_of(part: Part, scope: Scope) -> Peer:
    """
    The pods of *part*.
    """
    return {"podSelector": {"matchLabels": scope.selector(part)}}


def _run_by_others(part: ExternalService, scope: Scope) -> dict[str, Any]:
    """
    The rule that lets others reach what another app or team runs.
    """
    labels = dict(part.labels)
    if part.part is not None:
        labels[NAME] = part.part
        labels[PART_OF] = str(part.app)
        namespace = namespace_of(part, scope.stack.name)
    elif part.namespace is not None:
        namespace = part.namespace
    else:
        return egress_to(part.networks, part.protocol, part.port)
    ports = [{"protocol": part.protocol, "port": part.port}]

    return {"to": [_namespace(namespace, labels)], "ports": ports}


def _used(part: Any, scope: Scope) -> dict[str, Any]:
    """
    The rule that lets others reach *part*, which they use.
    """
    if isinstance(part, ExternalService):
        return _run_by_others(part, scope)
    at = scope.external.get(part.name)
    if at is None:
        peer = pods_of(part, scope)
        return {"to": [peer], "ports": listened_ports(part)}
    port = at.port or part.listens[0].number
    if at.namespace is not None:
        ports = [{"protocol": "TCP", "port": port}]
        return {"to": [_namespace(at.namespace, at.labels)], "ports": ports}

    return egress_to(at.networks, "TCP", port)


def _visitors(
    part: Any, scope: Scope
) -> Iterator[tuple[list[Peer], Iterable[Port]]]:
    """
    Who connects to *part*, each with the ports.
    """
    users = [pods_of(user, scope) for user, _ in scope.graph.users(part)]
    if isinstance(part, (Service, Store)):
        users.extend(_clients(part, scope))
    if users:
        yield users, part.listens
    if isinstance(part, Service):
        yield from _routed(part, scope)
    for opening in scope.graph.openings(part):
        yield _clients_of(opening), [opening.port]
    if part.name in scope.counted:
        yield [_keda(scope)], part.listens


def _incoming(part: Part, scope: Scope) -> list[dict[str, Any]]:
    found: dict[tuple[Port, ...], list[Peer]] = {}
    for peers, ports in _visitors(part, scope):
        known = found.setdefault(tuple(ports), [])
        known.extend(peer for peer in peers if peer not in known)
    rules = [
        {"from": peers, "ports": policy_ports(*ports)}
        for ports, peers in found.items()
        if peers
    ]
    return [*rules, *_monitoring(part, scope)]


def to_api_servers(cluster: Cluster) -> dict[str, Any]:
    """
    The rule that lets parts with permissions use them. API servers run in
    no pod that a policy could name.
    """
    rule, *others = (
        egress_to(cluster.api_servers, "TCP", port)
        for port in cluster.api_server_ports
    )
    rule["ports"].extend(port for other in others for port in other["ports"])

    return rule


def to_name_servers(cluster: Cluster) -> dict[str, Any]:
    """
    The rule that lets pods ask for names.
    """
    peers = [
        _namespace("kube-system", {"k8s-app": label})
        for label in ("kube-dns", *cluster.dns_pods)
    ]
    return {
        "to": [*peers, *networks(*cluster.dns_peers)],
        "ports": _DNS_PORTS,
    }


def _outgoing(part: Part, scope: Scope) -> list[dict[str, Any]]:
    uses, cluster = uses_of(part), scope.stack.cluster
    reaches = reaches_of(part)
    asked = asked_for_credentials(part, cluster)
    reaches += tuple(each for each in asked if each not in reaches)
    rules: list[dict[str, Any]] = []
    if uses or asks_by_name(part) or any(map(needs_names, reaches)):
        rules.append(to_name_servers(cluster))
    rules.extend(_used(use.part, scope) for use in uses)
    rules.extend(map(egress, reaches))
    if may_ask(part):
        rules.append(to_api_servers(cluster))

    return rules


def is_isolated(part: Part, environment: Environment) -> bool:
    """
    Whether policies hold for the pods of *part*, and name them.
    """
    on_node = isinstance(part, DaemonSet) and part.host_network

    return not on_node and not isinstance(environment.isolation, Off)


# Where cert-manager's pods answer that prove who has a host.
_SOLVER_PORT = 8089
_SOLVERS = {"acme.cert-manager.io/http01-solver": "true"}


def _solved_peers(scope: Scope) -> list[list[Peer]]:
    """
    Who asks whether hosts of the app are its own, for each certificate; an
    empty list of peers stands for a controller that no policy could name.
    """
    exposure = scope.environment.exposure
    if not isinstance(exposure, ROUTED) or not isinstance(
        exposure.tls, CertManager
    ):
        return []
    joins = isinstance(exposure, Gateway)

    return [
        _controller_peers(each, scope)
        for each in scope.entrances
        if not (joins and each.joined_gateway(scope.stack))
    ]


def of_namespace(scope: Scope) -> Iterator[tuple[str, dict[str, Any]]]:
    """
    The policies about pods that are none of a part, each with its role.
    """
    wanted = scope.environment.namespace
    if wanted is None or not wanted.default_deny:
        return
    types = ["Ingress"]
    if scope.environment.isolation is Isolation.FULL:
        types.append("Egress")
    denied = {"podSelector": {}, "policyTypes": types}
    yield DEFAULT_DENY, _about_others(DEFAULT_DENY, denied, scope)
    solved = _solved_peers(scope)
    if solved:
        rule: dict[str, Any] = {
            "ports": [{"protocol": "TCP", "port": _SOLVER_PORT}]
        }
        if all(solved):
            found = [peer for peers in solved for peer in peers]
            rule["from"] = [
                peer
                for number, peer in enumerate(found)
                if peer not in found[:number]
            ]
        spec = {
            "podSelector": {"matchLabels": _SOLVERS},
            "policyTypes": ["Ingress"],
            "ingress": [rule],
        }
        yield ACME_SOLVERS, _about_others(ACME_SOLVERS, spec, scope)


def _about_others(
    name: str, spec: dict[str, Any], scope: Scope
) -> dict[str, Any]:
    if scope.environment.conventions.renames:
        name = f"{scope.name}-{name}"
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {
            "name": name,
            "namespace": scope.namespace,
            "labels": {
                PART_OF: scope.app.name,
                MANAGED_BY: "mizzen",
            },
        },
        "spec": spec,
    }


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
