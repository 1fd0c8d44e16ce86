"""
Paths that lead to services.
"""

import itertools

from hypothesis import strategies as st

from mizzen import Gateway, Ingress, Route, Service

from .classes import (
    has_sizes,
    heeds_seconds,
    is_told_of_services,
    keeps_protocols_apart,
    servers,
    speaks_grpc,
    speaks_https,
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


_SPEAKING = {"grpc": speaks_grpc, "https": speaks_https}


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
    Lists of *targets* that can be served together: some that serve keep
    protocols apart, and some do not speak them all.
    """
    spoken = {"grpc": [], "https": [], "http": []}
    for target in targets:
        spoken.get(target.port.application, spoken["http"]).append(target)
    for application, speaks in _SPEAKING.items():
        if not all(speaks(server, exposure) for server in serving):
            spoken.pop(application)
    if keeps_protocols_apart(serving, exposure):
        return [found for found in spoken.values() if found] or [[]]
    return [list(itertools.chain(*spoken.values()))]


@st.composite
def wishes(draw, target, exposure, serving, usual):
    """
    What may be asked of whatever is *serving* a route to *target*, with the
    *usual* time-out where there is one for a service.
    """
    found = {}
    application = target.port.application
    if all(has_sizes(s, exposure, application) for s in serving):
        found["body_size"] = draw(sizes)
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
