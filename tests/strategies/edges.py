"""
Who uses whom, in which words.
"""

from hypothesis import strategies as st

from mizzen import ExternalService, FromConfig, Use
from mizzen.spec import Store


OTHERS = (
    ExternalService("other-host", host="192.0.2.1", port=443),
    ExternalService("other-network", host="2001:db8::1", port=443),
    ExternalService("other-name", host=FromConfig("theKey"), port=5671),
    ExternalService("other-app", app="billing", part="api", port=8000),
    ExternalService(
        "other-grpc",
        app="billing",
        part="rpc",
        port=9000,
        namespace="money",
        application="grpc",
    ),
    ExternalService(
        "other-broker",
        host="b.example.com",
        port=1883,
        application="tcp",
        cidrs=["192.0.2.0/24"],
    ),
    ExternalService(
        "other-datagrams",
        app="statsd",
        part="server",
        port=8125,
        protocol="UDP",
    ),
    ExternalService(
        "other-pods",
        host="otel.monitoring.svc",
        port=4317,
        namespace="observed",
        labels={"app": "otel"},
    ),
)


# Where others may be in one environment, alone.
PLACES = (
    {"host": "192.0.2.77", "port": 8443},
    {"host": "c.example.com", "cidrs": ["198.51.100.0/24"]},
    {"host": FromConfig("theKey"), "application": "https"},
    {"app": "ledger", "part": "web"},
    {"namespace": "elsewhere"},
)


@st.composite
def edges(draw, usable):
    """
    Edges to some of the *usable* parts, in all their forms.
    """
    usable = [*usable, *OTHERS]
    chosen = draw(st.lists(st.sampled_from(usable), max_size=3, unique_by=id))

    return tuple(draw(edge(part)) for part in chosen)


def edge(part):
    """
    An edge to *part*.
    """
    name = part.name.replace("-", "_")
    forms = [
        Use(part),
        Use(part, env={}),
        Use(part, prefix=f"OWN_{name}"),
        Use(part, env={f"{name}_url": part.url}),
    ]
    if isinstance(part, ExternalService):
        return st.sampled_from(forms)
    own = {f"{name}_url": part.url, f"AT_{name}": part.host}
    forms.append(Use(part, env=own))
    if isinstance(part, Store):
        forms.append(Use(part, files=f"/run/{name}"))

    return st.sampled_from(forms)
