"""
Clusters: what is known of each kind of them.
"""

import pytest

from mizzen import Cluster, Environment, LoadBalancer, SpecError, Stack
from mizzen.environment import CLUSTERS


class TestClusters:
    def test_names(self):
        """
        Each kind of cluster is found under its name.
        """
        assert {name: cluster.name for name, cluster in CLUSTERS.items()} == {
            name: name for name in CLUSTERS
        }

    def test_generic(self):
        """
        A stack that names no kind of cluster assumes nothing.
        """
        assert Cluster("generic") == Stack("dev", environment="dev").cluster

    @pytest.mark.parametrize(
        ("cluster", "ingress_class", "expected"),
        [
            ("generic", None, None),
            ("generic", "odd", None),
            ("generic", "nginx", ("nginx", None)),
            ("generic", "nginx-internal", ("nginx", None)),
            ("embedded", None, ("traefik", "traefik")),
            ("kind", "nginx", ("nginx", "ingress-nginx")),
            ("kind", "traefik", ("traefik", None)),
        ],
    )
    def test_controllers(self, cluster, ingress_class, expected):
        """
        The class says what the ingress controller is, the cluster where it
        runs.
        """
        found = CLUSTERS[cluster].ingress_controller(ingress_class)

        assert expected == (found and (found.name, found.namespace))

    def test_no_controllers(self):
        """
        Controllers are objects.
        """
        with pytest.raises(SpecError) as ei:
            Cluster("own", ingress_controllers=["nginx"])

        assert (
            "Cluster 'own': ingress_controllers must hold controllers, like "
            "IngressController('nginx') (got 'nginx')."
        ) == str(ei.value)

    def test_no_load_balancers(self, desired, web):
        """
        A cluster that gives load balancers no address refuses them.
        """
        with pytest.raises(SpecError) as ei:
            desired(
                web,
                environment=Environment("dev", exposure=LoadBalancer([web])),
                stack=Stack(
                    "dev", environment="dev", cluster=CLUSTERS["kind"]
                ),
            )

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Environment 'dev' exposes Service 'web' by LoadBalancer, but cluster "
            "'kind' of stack 'dev' gives it no address. Choose NodePort or "
            "Ingress; or, where something has been installed that does, "
            "'cluster: generic'."
        ) == str(ei.value)
