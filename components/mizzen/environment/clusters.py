"""
What kinds of clusters there are, and what images come from.
"""

import attrs

from .._validators import (
    dns_label,
    refuse,
)


@attrs.frozen(kw_only=True)
class Registry:
    """
    Where built images are pushed to and pulled from.

    Args:
        prefix: Host and path, like ``"ghcr.io/acme"``.
    """

    prefix: str = attrs.field(kw_only=False)

    def __attrs_post_init__(self) -> None:
        if (
            not isinstance(self.prefix, str)
            or not self.prefix
            or "://" in self.prefix
            or self.prefix.endswith("/")
        ):
            rule = "be a host and path without scheme, like 'ghcr.io/acme'"
            refuse(self, "prefix", rule, self.prefix)


@attrs.frozen
class Docker:
    """
    Images are built by the local Docker engine.
    """


@attrs.frozen(kw_only=True)
class DockerBuild:
    """
    Images are built by Docker Build: buildx builders near and far.

    Args:
        builder: Name of the buildx builder; the default is the current one.
    """

    builder: str | None = None


Builder = Docker | DockerBuild


@attrs.frozen(kw_only=True)
class Cluster:
    """
    What a kind of cluster can do and needs.

    Args:
        name: Name under which a stack's file asks for it.

        node_address: Host name or address at which NodePorts answer, where
            it is always the same.

        builder: Builder that has to be used for it.

        dns_peers:
            Networks of name servers outside the cluster's own DNS pods,
            like NodeLocal DNS.

        storage_class: Class of disks; the default is the cluster's own.

        ingress_status: Whether its ingress controller publishes an address.
    """

    name: str = attrs.field(kw_only=False, validator=dns_label)
    node_address: str | None = None
    builder: Builder | None = None
    dns_peers: tuple[str, ...] = attrs.field(
        default=(), converter=tuple[str, ...]
    )
    storage_class: str | None = None
    ingress_status: bool = True


CLUSTERS = {
    cluster.name: cluster
    for cluster in (
        Cluster("generic"),
        Cluster(
            "embedded",
            node_address="localhost",
            builder=DockerBuild(builder="mizzen"),
            ingress_status=False,
        ),
        Cluster("docker-desktop", node_address="localhost"),
        Cluster("kind", node_address="localhost", ingress_status=False),
        Cluster("minikube", ingress_status=False),
    )
}
