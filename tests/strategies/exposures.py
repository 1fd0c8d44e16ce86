"""
How the world outside reaches an app.
"""

from hypothesis import strategies as st

from mizzen import (
    OFF,
    AcmCertificate,
    CertManager,
    Expose,
    Gateway,
    Ingress,
    LoadBalancer,
    NodePort,
    Service,
    TlsSecret,
)
from mizzen.environment import Opening

from .values import mostly


balancing = st.fixed_dictionaries(
    {},
    optional={
        "annotations": st.just({"example.com/kind": "internal"}),
        "source_ranges": st.just(["192.0.2.0/24", "2001:db8::/32"]),
        "external_traffic_policy": st.sampled_from(["Local", "Cluster"]),
        "load_balancer_class": st.just("example.com/balancer"),
    },
)
_CERTIFICATES = (
    OFF,
    CertManager(),
    TlsSecret("certificate", hosts={"*.a.com": "wildcard"}),
)
_OF_AMAZON = (
    AcmCertificate(),
    AcmCertificate("arn:aws:acm:eu-west-1:123456789012:certificate/12-ab"),
)
_NODE_PORTS = (31883, 30053, None)


@st.composite
def exposes(draw, public):
    """
    Services and single ports that are open beside the exposure, mostly each
    of them once.
    """
    targets = []
    for part in public:
        single = [part[port.name] for port in part.listens]
        targets += draw(st.sampled_from([(), [part], single, single[:1]]))
    targets = draw(st.permutations(targets))
    cut = draw(st.integers(0, len(targets)))
    again = draw(mostly(st.just([]), targets[:1]))
    ports = zip([*targets[:cut], *again], _NODE_PORTS, strict=False)
    balanced = LoadBalancer(targets[cut:], **draw(balancing))

    policy = draw(st.sampled_from([None, "Local"]))
    at_nodes = NodePort(dict(ports), external_traffic_policy=policy)

    return draw(st.permutations([at_nodes, balanced]))


@st.composite
def exposures(draw, public):
    """
    How some of the *public* services are reached from outside.
    """
    # The more is served, the more there is to be judged.
    routed = (5 if public else 1) * [Ingress, Gateway]
    kind = draw(st.sampled_from([None, NodePort, LoadBalancer, *routed]))
    if kind is None:
        return None
    if kind in {Ingress, Gateway}:
        tls = st.sampled_from(
            [*_CERTIFICATES, *(_OF_AMAZON if kind is Ingress else ())]
        )
        notes = st.sampled_from([{}, {"example.com/kind": "public"}])
        redirect = [True, False] if kind is Gateway else [None, False]
        return kind(
            tls=draw(tls),
            annotations=draw(notes),
            internal_annotations=draw(
                st.sampled_from([None, {}, {"example.com/kind": "internal"}])
            ),
            redirect=draw(st.sampled_from(redirect)),
        )
    numbers = {NodePort: (30080, 32767, None), LoadBalancer: (80, 9090, None)}
    given = draw(st.permutations(numbers[kind]))

    more = draw(balancing) if kind is LoadBalancer else {}
    parts = zip(draw(st.permutations(public)), given, strict=False)

    return kind(dict(parts), **more)


@st.composite
def exposed_ports(draw, all_parts):
    """
    Ports that the app itself exposes, mostly none.
    """
    targets = [
        target
        for part in all_parts
        if isinstance(part, Service)
        for target in (part, *(part[port.name] for port in part.listens[1:]))
    ]
    if not targets or draw(st.integers(0, 2)):
        return []
    chosen = draw(st.permutations(targets))[: draw(st.integers(1, 3))]

    return [
        Expose(target, public_port=draw(st.sampled_from([None, 443, 9090])))
        for target in chosen
    ]


def openings(environment, exposed):
    """
    All that has a public port, as the *environment* and the ports that the
    app has *exposed* say it.
    """
    exposure, exposes = environment.exposure, environment.exposes
    beside = () if exposes is OFF else exposes
    own = {(e.service.name, e.port.name): e.public_port for e in exposed}
    found = []
    for by in (exposure, *beside):
        for to, number in getattr(by, "parts", ()):
            opening = Opening(by, to, number)
            place = opening.service.name, opening.port.name
            if isinstance(by, LoadBalancer) and number is None:
                opening = Opening(by, to, own.get(place))
            found.append(opening)
    if exposure is None or exposes is OFF:
        return found
    listed = [(o.service.name, o.port.name) for o in found]
    for each in exposed:
        if (each.service.name, each.port.name) in listed:
            continue
        if isinstance(exposure, NodePort):
            found.append(Opening(exposure, each.to, None))
        else:
            balanced = isinstance(exposure, LoadBalancer)
            by = exposure if balanced else LoadBalancer([])
            found.append(Opening(by, each.to, each.public_port))

    return found
