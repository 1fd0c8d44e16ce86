"""
Paths that lead to services.
"""

from hypothesis import strategies as st

from mizzen import Gateway, Ingress, Route, Service

from .classes import (
    has_sizes,
    heeds_seconds,
    is_told_of_services,
    keeps_grpc_apart,
    servers,
    speaks_grpc,
)
from .values import mostly


_public = {
    "hosts": st.sampled_from(
        [(), ("admin",), ("*.example.com", "b.example.com")]
    ),
    "path_type": st.sampled_from(["Prefix", "Exact"]),
}
public_fields = st.fixed_dictionaries({}, optional=_public)
fields = st.fixed_dictionaries(
    {}, optional={**_public, "internal": st.booleans()}
)
seconds = st.sampled_from([None, 1, 3_600])
sizes = st.sampled_from([None, "1Ki", "10Gi"])
_words = st.sampled_from(["/", "/api", "/a/b"])
paths = st.lists(_words, max_size=3, unique=True) | st.permutations(
    ["/", "/api", "/a/b"]
)


def _targets(ports):
    """
    Those of *ports* that can be routed to.
    """
    return [
        target
        for target in ports
        if target.port.application != "tcp" and target.port.protocol == "TCP"
    ]


def _told_apart(targets, exposure, serving):
    """
    Lists of *targets* that can be served together: some that serve keep gRPC
    apart, and some do not speak it.
    """
    grpc, others = [], []
    for target in targets:
        speaks = target.port.application == "grpc"
        (grpc if speaks else others).append(target)
    if not all(speaks_grpc(server, exposure) for server in serving):
        return [others]
    if keeps_grpc_apart(serving, exposure):
        return [grpc or others, others]
    return [targets]


@st.composite
def wishes(draw, target, exposure, serving, usual):
    """
    What may be asked of whatever is *serving* a route to *target*, with the
    *usual* time-out where there is one for a service.
    """
    found = {}
    if all(has_sizes(server, exposure) for server in serving):
        found["body_size"] = draw(sizes)
    application = target.port.application
    if all(heeds_seconds(s, exposure, application) for s in serving):
        shared = any(map(is_told_of_services, serving))
        found["timeout_seconds"] = usual if shared else draw(seconds)

    return found


def _opened(exposure):
    """
    The ports that *exposure* opens.
    """
    return [service[service.listens[0].name] for service, _ in exposure.parts]


@st.composite
def routes(draw, all_parts, exposure, stack):
    """
    Routes to some of the ports that can be routed to, mostly in words that
    have a meaning to what serves *exposure*.
    """
    serving = servers(exposure, stack)
    routed = exposure is None or isinstance(exposure, (Ingress, Gateway))
    targets = _targets(
        part[port.name]
        for part in all_parts
        if isinstance(part, Service)
        for port in part.listens
    )
    if routed:
        fitting = _told_apart(targets, exposure, serving)
    else:
        fitting = [_targets(_opened(exposure))]
    targets = draw(mostly(st.sampled_from(fitting), targets))
    usual = draw(seconds)
    found = []
    for path in draw(paths) if targets else ():
        target = draw(st.sampled_from(targets))
        said = mostly(fields if routed else public_fields, {"internal": True})
        asked = mostly(
            wishes(target, exposure, serving, usual), {"body_size": "2Ki"}
        )
        found.append(Route(path, target, **draw(said), **draw(asked)))

    return found
