"""
Addresses: names, clusters, hosts.
"""

from hypothesis import strategies as st

from mizzen import Cluster, Registry, SecretStore, Stack

from .values import CONTEXTS, NAMES, mostly


KEYS = frozenset(["theKey", "password"])


stacks = st.builds(
    Stack,
    st.sampled_from(NAMES[:-1]),
    environment=st.just("dev"),
    cluster=st.just(
        Cluster(
            "own",
            dns_peers=["10.0.0.1/32"],
            storage_class="fast",
            shared_storage_class="wide",
        )
    ),
    registry=st.sampled_from([None, Registry("registry.example.com/acme")]),
    pull_secrets=st.sampled_from([(), ("registry",), ("own", "a.example")]),
    hosts=mostly(
        st.sampled_from([("a.example.com",), ("a.example.com", "*.a.com")]),
        (),
    ),
    host_groups=mostly(
        st.just({"admin": ("admin.example.com", "ops.example.com")}),
        {},
    ),
    gateway=st.sampled_from([None, "infra/shared"]),
    gateway_class=mostly(st.just("istio")),
    ingress_class=st.sampled_from([None, "nginx"]),
    ingress_namespace=st.sampled_from([None, "edge"]),
    internal_class=mostly(st.just("nginx-internal")),
    issuer=mostly(st.just("letsencrypt")),
    secret_store=mostly(st.just(SecretStore("vault"))),
    config_keys=mostly(st.sampled_from([None, KEYS]), frozenset()),
    root=st.just(CONTEXTS),
)
