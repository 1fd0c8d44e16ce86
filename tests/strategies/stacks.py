"""
Addresses: names, clusters, hosts.
"""

from hypothesis import strategies as st

from mizzen import Cluster, Registry, SecretStore, Stack

from .values import CONTEXTS, LONG, names


stacks = st.builds(
    Stack,
    names.filter(lambda name: name != LONG),
    environment=st.just("dev"),
    cluster=st.just(
        Cluster("own", dns_peers=["10.0.0.1/32"], storage_class="fast")
    ),
    registry=st.sampled_from([None, Registry("registry.example.com/acme")]),
    hosts=st.sampled_from(
        [("a.example.com",), ("a.example.com", "*.example.com"), ()]
    ),
    host_groups=st.sampled_from(
        [{}, {"admin": ("admin.example.com", "ops.example.com")}]
    ),
    gateway=st.sampled_from([None, "infra/shared"]),
    gateway_class=st.sampled_from(["istio", None]),
    ingress_class=st.sampled_from([None, "nginx"]),
    ingress_namespace=st.sampled_from([None, "edge"]),
    internal_class=st.sampled_from(["nginx-internal", None]),
    issuer=st.sampled_from(["letsencrypt", None]),
    secret_store=st.sampled_from([None, SecretStore("vault")]),
    config_keys=st.sampled_from([None, frozenset(["theKey", "password"])]),
    root=st.just(CONTEXTS),
)
