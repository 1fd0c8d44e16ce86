"""
Addresses: names, clusters, hosts, versions.
"""

import attrs

from hypothesis import strategies as st

from mizzen import (
    Cluster,
    FromConfig,
    Job,
    LoadBalancer,
    Monitoring,
    PullSecret,
    Registry,
    SecretStore,
    Stack,
    Version,
    _image_references,
)
from mizzen.environment import CLUSTERS
from mizzen.spec import Identity

from .classes import EDGE, classes
from .exposures import openings
from .privileges import takes_any_node
from .values import CONTEXTS, NAMES, mostly


KEYS = frozenset(["theKey", "password"])
OWN = Cluster(
    "own",
    dns_peers=["10.0.0.1/32"],
    dns_pods=["own-dns"],
    storage_class="fast",
    shared_storage_class="wide",
    api_servers=["192.0.2.1/32"],
    keda_namespace="scaling",
    ingress_controllers=[EDGE],
)
# As many as a Gateway with certificates can be heard under.
MANY = (
    "*.example.com",
    "wildcard.example.com",
    *(f"h{number}.example.com" for number in range(61)),
)
PULLED = PullSecret("pulled", FromConfig("theKey", secret=True))
VERSION = Version(
    "v5", f"sha256:{64 * '5'}", (Version("v4", f"sha256:{64 * '4'}"),)
)


@st.composite
def clusters(draw, all_parts, environment, exposed):
    """
    A kind of cluster, which mostly has what the *environment*, the parts and
    the ports that are *exposed* ask for.
    """
    every = [OWN, *CLUSTERS.values()]
    balanced = any(
        isinstance(opening.by, LoadBalancer)
        for opening in openings(environment, exposed)
    )
    wanted = {
        type(identity)
        for said in (*all_parts, *environment.overrides)
        if isinstance(identity := getattr(said, "identity", None), Identity)
    }
    usual = all(map(takes_any_node, all_parts))
    fitting = [
        each
        for each in every
        if (each.load_balancers or not balanced)
        and (usual or not each.autopilot)
        and (
            not each.identity_endpoints or wanted <= {*each.identity_endpoints}
        )
    ]

    return draw(mostly(st.sampled_from(fitting), CLUSTERS["kind"]))


_PINNED = ["acme/api:v5", "postgres:17", "redis:8"]
_DIGESTS = [{}, dict.fromkeys(_PINNED, VERSION.digest)]


@st.composite
def versions(draw, all_parts):
    """
    Recorded versions of all images that are built, or of none; mostly with
    those of the jobs that share one.
    """
    owners = _image_references.image_owners(all_parts)
    shared = {
        part.name
        for part in all_parts
        if isinstance(part, Job) and id(part.image) in owners
    }
    recorded = [{*owners.values(), *shared}, set(owners.values())]
    names = draw(mostly(st.sampled_from([set(), recorded[0]]), recorded[1]))

    return dict.fromkeys(sorted(names), VERSION)


@st.composite
def stacks(draw, all_parts, environment, exposed):
    """
    A stack for an app of some parts, the ports that it has *exposed*, and
    its *environment*.
    """
    addresses = st.builds(
        Stack,
        st.sampled_from(NAMES[:-2]),
        environment=st.just("dev"),
        cluster=clusters(all_parts, environment, exposed),
        registry=st.sampled_from(
            [None, Registry("registry.example.com/acme")]
        ),
        pull_secrets=st.sampled_from(
            [(), ("registry",), ("own", "a.example"), (PULLED, "own")]
        ),
        hosts=mostly(
            st.sampled_from(
                [("a.example.com",), ("a.example.com", "*.a.com"), MANY]
            ),
            (),
        ),
        host_groups=mostly(
            st.just({"admin": ("admin.example.com", "ops.example.com")}), {}
        ),
        gateway=st.sampled_from(
            [None, "shared", "infra/shared", "infra/shared/https"]
        ),
        ingress_namespace=st.sampled_from([None, "edge"]),
        ingress_sources=st.sampled_from([(), ("192.0.2.0/24",)]),
        load_balancer_class=st.sampled_from([None, "tailscale"]),
        internal_issuer=st.sampled_from([None, "private"]),
        issuer=mostly(st.just("letsencrypt")),
        storage_class=st.sampled_from([None, "fast"]),
        shared_class=mostly(st.just("wide")),
        monitoring=st.builds(
            Monitoring, kind=st.sampled_from(["annotations", "PodMonitor"])
        ),
        secret_store=mostly(
            st.sampled_from(
                [SecretStore("vault"), SecretStore("v", kind="SecretStore")]
            )
        ),
        versions=versions(all_parts),
        digests=st.sampled_from(_DIGESTS),
        config_keys=mostly(st.sampled_from([None, KEYS]), frozenset()),
        root=st.just(CONTEXTS),
    )
    return attrs.evolve(draw(addresses), **draw(classes(environment.exposure)))
