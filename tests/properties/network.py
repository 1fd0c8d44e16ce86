"""
Who can connect to whom, computed from the policies as Kubernetes does it.
"""

from mizzen import OFF, Gateway, GcpAccount, Ingress, Internet, Isolation
from mizzen.spec import Store, reaches_of, uses_of

from .seen import serves


_EVERYBODY = {"ipBlock": {"cidr": "0.0.0.0/0"}}
# As the strategies call the namespace of clients.
_CLIENTS = "'other'"
_SIDES = {"Ingress": ("ingress", "from"), "Egress": ("egress", "to")}


def _is_peer(peer, pod):
    """
    Whether *pod*, which is in the namespace of the policy, is meant.
    """
    if "ipBlock" in peer:
        # What parts reach outside is not about the app's own pods.
        return peer == _EVERYBODY
    if peer.get("namespaceSelector"):
        return False
    labels = peer.get("podSelector", {}).get("matchLabels", {})

    return labels.items() <= pod.labels.items()


def _opened(seen, pod, side, other):
    """
    Ports that the policies about *pod* open for *other*; `None` stands for
    all, because no policy is about it.
    """
    about = [
        policy.body["spec"]
        for policy in seen.of_kind("NetworkPolicy")
        if side in policy.body["spec"]["policyTypes"]
        and pod
        in seen.selected(
            policy.body["spec"]["podSelector"].get("matchLabels", {})
        )
    ]
    if not about:
        return None
    rules, peers = _SIDES[side]

    return {
        (port["protocol"], port["port"])
        for spec in about
        for rule in spec.get(rules, ())
        if any(_is_peer(peer, other) for peer in rule[peers])
        for port in rule.get("ports", ())
    }


def _reached(seen, source, target):
    """
    Ports of *target* at which *source* arrives: both ends must agree.
    """
    incoming = _opened(seen, target, "Ingress", source)
    outgoing = _opened(seen, source, "Egress", target)

    return incoming if outgoing is None else incoming & outgoing


def _numbers(ports):
    return {(port.protocol, port.number) for port in ports}


def _is_known(route, description):
    """
    Whether it is known where the controller of *route* runs.
    """
    stack, serving = description.stack, serves(route, description)
    said = stack.ingress_namespace or stack.ingress_sources

    return bool(serving or (said and not route.internal))


def _open_to_all(description):
    """
    Ports that are exposed to others than a controller or networks that are
    known, by the names of their parts.
    """
    found = {}
    if isinstance(description.environment.exposure, (Ingress, Gateway)):
        for route in description.routes:
            if not _is_known(route, description):
                ports = _numbers([route.port])
                found.setdefault(route.service.name, set()).update(ports)
    for opening in description.openings():
        if not getattr(opening.by, "clients", ()):
            ports = _numbers([opening.port])
            found.setdefault(opening.service.name, set()).update(ports)

    return found


def _is_errand(pod, part):
    """
    Whether *pod* works on a store and is none of it.
    """
    return isinstance(part, Store) and pod.owner.kind != "StatefulSet"


def reachable_is_declared(seen):
    """
    Who can connect to whom, by the policies, is who uses whom; with half
    the isolation, everybody reaches what is exposed.
    """
    description = seen.description
    isolation = description.environment.isolation
    if isolation is OFF:
        assert [] == seen.of_kind("NetworkPolicy")
        return

    parts = {part.name: part for part in description.parts}
    exposed = {}
    if isolation is Isolation.INGRESS:
        exposed = _open_to_all(description)
    isolated = {part.name for part in seen.isolated}
    pods = [pod for pod in seen.pods if pod.part in isolated]
    for source in pods:
        user = parts[source.part]
        used = [use.part for use in uses_of(user)]
        if _is_errand(source, user):
            used = [user]
        for target in pods:
            part = parts[target.part]
            expected = exposed.get(part.name, set())
            if part in used and not _is_errand(target, part):
                expected = _numbers(part.listens)

            assert expected == _reached(seen, source, target)


def _credentials(seen, part):
    """
    Where *part* gets the credentials of its identity in the cloud.
    """
    cluster = seen.description.stack.cluster

    return cluster.gives_credentials(type(getattr(part, "identity", None)))


def names_are_asked_for(seen):
    """
    Who connects to somebody can ask for its address, and nobody else can.
    """
    if seen.description.environment.isolation is not Isolation.FULL:
        return
    for part in seen.isolated:
        spec = seen.object_of("NetworkPolicy", part)["spec"]
        ports = {
            port["port"]
            for rule in spec["egress"]
            for port in rule.get("ports", ())
            if "podSelector" in rule["to"][0]
        }
        reached = [*reaches_of(part), *_credentials(seen, part)]
        named = uses_of(part) or any(
            isinstance(outside, Internet) or outside.is_name
            for outside in reached
        )
        # Google's libraries know the metadata server by its name.
        identity = getattr(part, "identity", None)
        named = named or isinstance(identity, GcpAccount)

        assert bool(named) is (53 in ports)


def clients_are_let_in(seen):
    """
    Exactly the clients of a part are let in from their namespaces, to all
    of its ports.
    """
    for policy in seen.of_kind("NetworkPolicy"):
        if policy.role in {"default-deny", "acme-solvers"}:
            continue
        rules = [
            rule
            for rule in policy.body["spec"]["ingress"]
            if _CLIENTS in str(rule["from"])
        ]
        (part,) = (p for p in seen.description.parts if p.name == policy.part)
        own = policy.role == "network-policy"
        if not (own and getattr(part, "clients", ())):
            assert [] == rules
            continue
        (rule,) = rules
        opened = {(p["protocol"], p["port"]) for p in rule["ports"]}

        assert _numbers(part.listens) == opened


def _told(seen, pod):
    """
    What the monitoring is told of the port of the metrics of *pod*, by which
    field of a port.
    """
    told = pod.metadata.get("annotations", {})
    if "prometheus.io/port" in told:
        yield "containerPort", told["prometheus.io/port"]
    for monitor in seen.of_kind("PodMonitor"):
        spec = monitor.body["spec"]
        if pod in seen.selected(spec["selector"]["matchLabels"]):
            yield "name", spec["podMetricsEndpoints"][0]["port"]


def metrics_are_read(seen):
    """
    The monitoring of the cluster is let in to exactly the port that the pods
    of a part tell it, at which one of their containers listens.
    """
    monitored = {}
    for pod in seen.pods:
        ports = [p for c in pod.containers for p in c.get("ports", ())]
        for field, value in _told(seen, pod):
            (port,) = [
                p
                for p in ports
                if (value, "TCP") == (str(p[field]), p["protocol"])
            ]
            number = port["containerPort"]
            monitored[pod.part] = [(port["protocol"], number)]
    assert {*monitored} == {
        part.name
        for part in seen.description.parts
        if getattr(part, "metrics", None)
    }
    let_in = {
        policy.part: [(p["protocol"], p["port"]) for p in rule["ports"]]
        for policy in seen.of_kind("NetworkPolicy")
        for rule in policy.body["spec"].get("ingress", ())
        if "'monitoring'" in str(rule["from"])
    }

    if seen.description.environment.isolation is not OFF:
        isolated = {part.name for part in seen.isolated}
        assert let_in == {
            part: ports
            for part, ports in monitored.items()
            if part in isolated
        }


def nodes_have_no_policies(seen):
    """
    No policy pretends to hold for pods in the network of their nodes.
    """
    policies = seen.of_kind("NetworkPolicy")
    isolated = {part.name for part in seen.isolated}
    about = {policy.part for policy in policies} - {None}

    assert about == (isolated if policies else set())


ALL = (
    nodes_have_no_policies,
    reachable_is_declared,
    names_are_asked_for,
    clients_are_let_in,
    metrics_are_read,
)
