"""
What the policies open between an app and the world outside of it.
"""

import ipaddress

from mizzen import (
    ExternalService,
    Gateway,
    GcpAccount,
    Ingress,
    Internet,
    Isolation,
    LoadBalancer,
    Queue,
)
from mizzen.spec import reaches_of, uses_of

from .seen import found, serves


_PRIVATE = {
    "0.0.0.0/0": (
        "10.0.0.0/8",
        "100.64.0.0/10",
        "168.63.129.16/32",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
    ),
    "::/0": ("fc00::/7", "fe80::/10"),
}
# Where clouds answer their own.
_METADATA = (
    "100.100.100.200/32",
    "168.63.129.16/32",
    "169.254.0.0/16",
    "fd00:ec2::/32",
    "fd20:ce::/32",
    "fe80::/10",
)
_NAMESPACE = "kubernetes.io/metadata.name"
_NAME = "app.kubernetes.io/name"
_ASKED = "alb.ingress.kubernetes.io/healthcheck-port"
_DNS = {("UDP", 53), ("TCP", 53)}


def _known(peer):
    """
    *peer* as what can be compared; nothing for pods of the namespace itself.
    """
    if "ipBlock" in peer:
        block = peer["ipBlock"]
        return block["cidr"], tuple(block.get("except", ()))
    if "namespaceSelector" not in peer:
        return None
    return tuple(
        tuple(sorted(peer.get(kind, {}).get("matchLabels", {}).items()))
        for kind in ("namespaceSelector", "podSelector")
    )


def _opened(rules, peers):
    """
    Each peer elsewhere with the ports at which *rules* let it.
    """
    return {
        (_known(peer), (port.get("protocol"), port.get("port")))
        for rule in rules
        for peer in rule[peers]
        for port in rule.get("ports", [{}])
        if _known(peer)
    }


def _pods(namespace, **labels):
    """
    Pods with *labels* in another namespace, or all in any.
    """
    place = ((_NAMESPACE, namespace),) if namespace else ()
    return place, tuple(sorted(labels.items()))


def _networks(*cidrs):
    return [(cidr, ()) for cidr in cidrs]


def _within(inner, outer):
    one, other = map(ipaddress.ip_network, (inner, outer))
    return one.version == other.version and one.subnet_of(other)


def _addressed(*cidrs):
    """
    Networks that may be connected to; by accident, nobody gets to where
    clouds answer their own.
    """
    for cidr in cidrs:
        inside = tuple(each for each in _METADATA if _within(each, cidr))
        alone = any(_within(cidr, each) for each in _METADATA)
        yield cidr, () if alone else inside


def _host(host, cidrs):
    """
    The networks that *host* is in, as far as they are known.
    """
    if host == "localhost":
        return [*_addressed("127.0.0.1/32", "::1/128")]
    try:
        known = [str(ipaddress.ip_network(host))]
    except (ValueError, TypeError):
        known = cidrs or _PRIVATE
    return [*_addressed(*known)]


def _called(seen, app, part):
    """
    What the objects of *part* of another *app* are called, which has the same
    conventions.
    """
    description = seen.description
    pattern = description.environment.conventions.name

    return pattern.format(app=app, stack=description.stack.name, part=part)


def _used(other, seen):
    """
    The peers and the port of what a part uses and the app does not run.
    """
    if isinstance(other, ExternalService):
        if other.part is None and other.namespace is None:
            return _host(other.host, other.cidrs), other.port
        if other.part is None:
            return [_pods(other.namespace, **other.labels)], other.port
        app, stack = other.app, seen.description.stack.name
        home = f"{app}--{stack}" if "-" in app else f"{app}-{stack}"
        name = _called(seen, app, other.part)
        labels = {_NAME: name, "app.kubernetes.io/part-of": app}
        return [_pods(other.namespace or home, **labels)], other.port
    (at,) = (part.at for part in seen.parts if part.name == other.name)
    port = at.port or other.listens[0].number
    if at.namespace is not None:
        return [_pods(at.namespace, **at.labels)], port
    return _host(at.host, at.cidrs), port


def _at(peers, *ports):
    """
    Each of *peers* at each of *ports*.
    """
    return {(peer, port) for peer in peers for port in ports}


def _reached(outside):
    if isinstance(outside, Internet):
        ports = [("TCP", port) for port in outside.ports]
        return _at(_PRIVATE.items(), *(ports or [(None, None)]))
    port = (outside.protocol, outside.port)

    return _at(_host(outside.host, outside.cidrs), port)


def _asked_for_names(part, reached, cluster):
    """
    The name servers, if *part* has to ask them.
    """
    named = any(
        isinstance(outside, Internet) or outside.is_name for outside in reached
    )
    by_google = isinstance(getattr(part, "identity", None), GcpAccount)
    if not (uses_of(part) or named or by_google):
        return set()
    pods = [
        _pods("kube-system", **{"k8s-app": label})
        for label in ("kube-dns", *cluster.dns_pods)
    ]
    return _at([*pods, *_networks(*cluster.dns_peers)], *_DNS)


def _declared(part, seen):
    """
    What *part* has said that it connects to, outside of the app.
    """
    cluster = seen.description.stack.cluster
    reached = {*reaches_of(part)}
    if getattr(part, "identity", None):
        reached |= {*cluster.gives_credentials(type(part.identity))}
    opened = set().union(*map(_reached, reached))
    for use in uses_of(part):
        other = use.part
        external = isinstance(other, ExternalService)
        if external or other.name in seen.run_elsewhere:
            peers, port = _used(other, seen)
            opened |= _at(peers, (getattr(other, "protocol", "TCP"), port))
    if getattr(part, "permissions", ()):
        servers = [*_addressed(*(cluster.api_servers or _PRIVATE))]
        ports = [("TCP", port) for port in cluster.api_server_ports]
        opened |= _at(servers, *ports)
    return opened | _asked_for_names(part, reached, cluster)


def parts_reach_what_they_say(seen):
    """
    A part gets to exactly those networks and pods elsewhere that it has
    said, at exactly those ports.
    """
    if seen.description.environment.isolation is not Isolation.FULL:
        return
    for part in seen.isolated:
        spec = seen.object_of("NetworkPolicy", part)["spec"]

        assert _declared(part, seen) == _opened(spec["egress"], "to")


def _controller(route, seen):
    """
    Where requests of *route* come from.
    """
    stack, known = seen.description.stack, serves(route, seen.description)
    if known and known.unnamed:
        return []
    said = () if route.internal else stack.ingress_sources
    sources = said or (known.sources if known else ())
    if sources:
        return _networks(*sources)
    namespace = None if route.internal else stack.ingress_namespace
    if known:
        namespace = namespace or known.namespace
    return [_pods(namespace, **(dict(known.labels) if known else {}))]


def _ports(*ports):
    return [(port.protocol, port.number) for port in ports]


def _asked(route, seen):
    """
    At which ports what serves *route* is told to ask for health.
    """
    known = serves(route, seen.description)
    for manifest in seen.of_kind("BackendConfig", "HealthCheckPolicy"):
        if manifest.part == route.service.name and known and known.backends:
            for number in found("port", manifest.body["spec"]):
                yield "TCP", number
    if known and known.asks_health:
        service = seen.object_of("Service", route.service)
        for number in found(_ASKED, service["metadata"]):
            yield "TCP", int(number)


def _led(route, seen):
    """
    What serves *route* with the ports that it connects to.
    """
    ports = [*_ports(route.port), *_asked(route, seen)]

    return _at(_controller(route, seen), *ports)


def _opening(opening):
    """
    Who arrives through a public port.
    """
    by = opening.by
    clients = by.clients if isinstance(by, LoadBalancer) else ()
    ports = _ports(opening.port)

    return _at(_networks(*(clients or ("0.0.0.0/0", "::/0"))), *ports)


def _counting(part, seen):
    """
    KEDA, if it counts in *part*.
    """
    for other in seen.parts:
        for queue in getattr(getattr(other, "scale", None), "queue", ()):
            if isinstance(queue, Queue) and queue.part.name == part.name:
                keda = seen.description.stack.cluster.keda_namespace
                yield _pods(keda, **{_NAME: "keda-operator"})


def _visitors(part, seen):
    """
    Who from elsewhere may connect to *part*, as it was said.
    """
    description = seen.description
    environment = description.environment
    listens = _ports(*getattr(part, "listens", ()))
    peers = [*_counting(part, seen)]
    for client in getattr(part, "clients", ()):
        app = client.app or client.name
        name = client.part and _called(seen, app, client.part)
        labels = {} if name is None else {_NAME: name}
        peers.append(_pods(client.namespace, **labels, **client.labels))
    visitors = _at(peers, *listens)
    if isinstance(environment.exposure, (Ingress, Gateway)):
        for route in description.routes:
            if route.service.name == part.name:
                visitors |= _led(route, seen)
    for opening in description.openings():
        if opening.service.name == part.name:
            visitors |= _opening(opening)
    metrics = getattr(part, "metrics", None)
    if metrics is not None:
        peer = _pods(description.stack.monitoring.namespace)
        visitors.add((peer, ("TCP", getattr(metrics, "port", metrics))))

    return visitors


def visitors_are_let_in(seen):
    """
    Exactly those from elsewhere are let in who have a reason: controllers of
    routes, the world where something is open, clients, KEDA and monitoring,
    each at exactly its ports.
    """
    parts = {part.name: part for part in seen.parts}
    for policy in seen.of_kind("NetworkPolicy"):
        # No part answers for cert-manager.
        if policy.role == "acme-solvers":
            continue
        expected = set()
        if policy.role == "network-policy":
            expected = _visitors(parts[policy.part], seen)
        rules = policy.body["spec"].get("ingress", ())

        assert expected == _opened(rules, "from")


ALL = (parts_reach_what_they_say, visitors_are_let_in)
