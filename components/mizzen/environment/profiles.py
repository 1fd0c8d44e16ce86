"""
The kinds of clusters that a stack's file can name.
"""

import functools

import attrs

from ..spec import Address, AwsRole, AzureClient, GcpAccount
from .clusters import Cluster, DockerBuild
from .controllers import gce, nginx, traefik


# NodeLocal DNS, at its own default and at the one of Kubespray.
_NODE_LOCAL_DNS = ("169.254.20.10/32", "169.254.25.10/32")

_google = functools.partial(
    Cluster,
    # The second one is Cloud DNS.
    dns_peers=["169.254.20.10/32", "169.254.169.254/32"],
    # Where Dataplane V2 leads to NodeLocal DNS, always in Autopilot.
    dns_pods=["node-local-dns"],
    identity_endpoints={
        GcpAccount: [
            Address("169.254.169.252", 988),
            Address("169.254.169.254", 80),
        ]
    },
    storage_class="standard-rwo",
    shared_storage_class="standard-rwx",
    ingress_controllers=[gce()],
    gateway_class="gke-l7-global-external-managed",
)

CLUSTERS = {
    cluster.name: cluster
    for cluster in (
        Cluster("generic"),
        Cluster(
            "embedded",
            node_address="localhost",
            builder=DockerBuild(builder="mizzen"),
            ingress_controllers=[
                attrs.evolve(traefik("traefik"), http_port=80, https_port=443)
            ],
            ingress_status=False,
        ),
        Cluster("docker-desktop", node_address="localhost"),
        Cluster(
            "kind",
            node_address="localhost",
            load_balancers=False,
            ingress_controllers=[nginx("ingress-nginx")],
            ingress_status=False,
        ),
        Cluster(
            "minikube",
            api_server_ports=[443, 8443],
            load_balancers=False,
            ingress_controllers=[nginx("ingress-nginx")],
            ingress_status=False,
        ),
        Cluster("k3s", ingress_controllers=[traefik("kube-system")]),
        Cluster(
            "bare-metal",
            dns_peers=_NODE_LOCAL_DNS,
            load_balancers=False,
            ingress_status=False,
        ),
        Cluster(
            "eks",
            dns_peers=["169.254.20.10/32"],
            identity_endpoints={AwsRole: []},
            # Since Kubernetes 1.30, gp2 is there and not the default.
            default_storage_class=False,
        ),
        _google("gke"),
        _google("gke-autopilot", autopilot=True),
        Cluster(
            "aks",
            # LocalDNS, for names of the cluster and of the world.
            dns_peers=["169.254.10.10/32", "169.254.10.11/32"],
            identity_endpoints={AzureClient: []},
            storage_class="managed-csi",
            probes_by_application=True,
            shared_storage_class="azurefile-csi",
            ingress_class="webapprouting.kubernetes.azure.com",
            ingress_controllers=[
                attrs.evolve(
                    nginx("app-routing-system"),
                    name="webapprouting",
                    labels={"app": "nginx"},
                )
            ],
        ),
    )
}
