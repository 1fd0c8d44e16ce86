"""
Paths that lead to services.
"""

from hypothesis import strategies as st

from mizzen import Gateway, Route, Service

from .values import mostly


_optional = {
    "hosts": st.sampled_from(
        [(), ("admin",), ("*.example.com", "b.example.com")]
    ),
    "path_type": st.sampled_from(["Prefix", "Exact"]),
    "internal": st.booleans(),
    "timeout_seconds": st.sampled_from([None, 1, 86_400]),
}
gateway_fields = st.fixed_dictionaries({}, optional=_optional)
sizes = st.sampled_from([None, "1Ki", "10Gi"])
route_fields = st.fixed_dictionaries(
    {}, optional={**_optional, "body_size": sizes}
)
_words = st.sampled_from(["/", "/api", "/a/b"])
paths = st.lists(_words, max_size=3, unique=True) | st.permutations(
    ["/", "/api", "/a/b"]
)


@st.composite
def routes(draw, all_parts, exposure):
    """
    Routes to some of the ports that can be routed to, mostly in words that
    *exposure* has.
    """
    if isinstance(exposure, Gateway):
        fields = mostly(gateway_fields, {"body_size": "1Ki"})
    else:
        fields = route_fields
    targets = [
        part[port.name]
        for part in all_parts
        if isinstance(part, Service)
        for port in part.listens
        if port.application != "tcp" and port.protocol == "TCP"
    ]

    return [
        Route(path, draw(st.sampled_from(targets)), **draw(fields))
        for path in (draw(paths) if targets else ())
    ]
