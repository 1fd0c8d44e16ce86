"""
Stores: of one's own, and those that somebody else runs.
"""

from hypothesis import strategies as st
from tests.own_stores import MySql, Shelf

from mizzen import (
    OFF,
    Backup,
    Client,
    Credentials,
    External,
    FromConfig,
    FromStack,
    Image,
    Postgres,
    Redis,
    Tls,
)

from .placement import placement
from .values import cpu, former_names, maybe, memory


PASSWORD = FromConfig("password", secret=True)
elsewhere = st.builds(
    External,
    host=st.sampled_from(
        [
            "192.0.2.7",
            "2001:db8::7",
            "db.example.com",
            "localhost",
            FromConfig("theKey"),
            FromStack("acme/data/prod", "host"),
        ]
    ),
    credentials=st.just(OFF)
    | st.builds(
        Credentials,
        st.sampled_from(["app", "12e7", FromConfig("theKey")]),
        st.sampled_from([PASSWORD, OFF]),
    ),
    port=st.sampled_from([None, 6000]),
    database=st.sampled_from([None, "3", "a b"]),
    tls=st.sampled_from(
        [
            OFF,
            Tls(),
            Tls(mode="verify-full"),
            Tls(mode="verify-full", ca="-----BEGIN"),
        ]
    ),
    cidrs=st.sampled_from([(), ["192.0.2.0/24", "2001:db8::/32"]]),
    namespace=st.sampled_from([None, "data"]),
)
clients = st.sampled_from(
    [
        (),
        [Client("reports", namespace="other", part="reports")],
        [Client("r", namespace="other", app="reports", part="reports")],
        [Client("reports", namespace="other", labels={"app": "reports"})],
    ]
)
_fields = st.fixed_dictionaries(
    {
        "version": st.integers(13, 20),
        "disk": memory,
        "storage_class": maybe(st.just("io2")),
        "memory": maybe(memory),
        "cpu": maybe(cpu),
        "image": st.sampled_from(
            [None, Image("registry.example.com/data/it:v17")]
        ),
        "grace_seconds": st.sampled_from([1, 60]),
        "password_from": st.sampled_from([None, PASSWORD]),
        "clients": clients,
        "settings": st.sampled_from([{}, {"timeout": "100"}]),
        **placement,
    }
)
backups = st.builds(
    Backup,
    st.sampled_from(["0 3 * * *", "@daily"]),
    disk=memory,
    keep=st.integers(1, 3),
    time_zone=st.sampled_from(["Etc/UTC", "Asia/Kolkata"]),
    memory=memory,
    cpu=cpu,
    storage_class=maybe(st.just("io2")),
)


@st.composite
def stores(draw, name):
    """
    A store called *name*.
    """
    kind = draw(st.sampled_from([Postgres, Redis, MySql, Shelf]))
    fields = draw(_fields)
    if draw(st.integers(0, 3)) == 3:
        fields |= {"at": draw(elsewhere), "clients": ()}
    elif kind.restore:
        fields["backup"] = draw(maybe(backups))
    if kind is Postgres:
        fields["extensions"] = draw(
            st.sampled_from([(), ["pg_trgm", "uuid-ossp"]])
        )

    return kind(name, formerly=draw(former_names(name)), **fields)
