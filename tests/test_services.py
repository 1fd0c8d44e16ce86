"""
Services: by which ports, and from where, parts are reached.
"""

import pytest

from mizzen import (
    Environment,
    Image,
    LoadBalancer,
    NodePort,
    Port,
    Service,
    Stack,
)
from mizzen.environment import CLUSTERS


class TestService:
    def test_whole(self, lone, desired):
        """
        A Service leads to its part's pods by the names of ports.
        """
        assert {
            "type": "ClusterIP",
            "selector": {
                "app.kubernetes.io/name": "lone",
                "app.kubernetes.io/instance": "shop-dev",
            },
            "ports": [
                {
                    "name": "http",
                    "port": 8080,
                    "targetPort": "http",
                    "protocol": "TCP",
                    "appProtocol": "http",
                }
            ],
        } == desired(lone).get("Service", "lone")["spec"]

    def test_several_ports(self, desired):
        """
        Each port is there with what is spoken over it, as far as it is TCP.
        """
        ports = [
            Port("grpc", 9000, application="grpc"),
            Port("dns", 5353, protocol="UDP", application="tcp"),
        ]
        many = Service("many", image=Image("acme/many:v5"), ports=ports)

        assert [
            {
                "name": "grpc",
                "port": 9000,
                "targetPort": "grpc",
                "protocol": "TCP",
                "appProtocol": "grpc",
            },
            {
                "name": "dns",
                "port": 5353,
                "targetPort": "dns",
                "protocol": "UDP",
            },
        ] == desired(many).get("Service", "many")["spec"]["ports"]

    @pytest.mark.parametrize(
        ("number", "expected"), [(30080, {"nodePort": 30080}), (None, {})]
    )
    def test_node_port(self, lone, desired, number, expected):
        """
        A NodePort is the given one or left to Kubernetes.
        """
        environment = Environment("dev", exposure=NodePort({lone: number}))
        spec = desired(lone, environment=environment).get("Service", "lone")[
            "spec"
        ]

        assert "NodePort" == spec["type"]
        assert [
            {
                "name": "http",
                "port": 8080,
                "targetPort": "http",
                "protocol": "TCP",
                "appProtocol": "http",
                **expected,
            }
        ] == spec["ports"]

    def test_not_exposed(self, shop, desired):
        """
        Exposing one service leaves the others as they are.
        """
        environment = Environment("dev", exposure=NodePort([shop["web"]]))
        spec = desired(shop, environment=environment).get("Service", "api")[
            "spec"
        ]

        assert "ClusterIP" == spec["type"]

    def test_load_balancer(self, lone, desired):
        """
        A load balancer has the annotations and sources that it was given.
        """
        exposure = LoadBalancer(
            [lone],
            annotations={"example.com/kind": "internal"},
            source_ranges=["192.0.2.0/24"],
        )
        environment = Environment("dev", exposure=exposure)
        service = desired(lone, environment=environment).get("Service", "lone")

        assert {"example.com/kind": "internal"} == service["metadata"][
            "annotations"
        ]
        assert "LoadBalancer" == service["spec"]["type"]
        assert ["192.0.2.0/24"] == service["spec"]["loadBalancerSourceRanges"]

    def test_azure(self, lone, desired):
        """
        Azure's load balancers would ask for ``/`` where they know what a
        port speaks; other Services say it on AKS too.
        """
        aks = Stack("dev", environment="dev", cluster=CLUSTERS["aks"])
        told = [
            ["appProtocol" in port for port in service["spec"]["ports"]]
            for name, exposure in (
                ("lone-public", LoadBalancer({lone: 80})),
                ("lone", LoadBalancer([lone])),
                ("lone", NodePort([lone])),
            )
            for service in [
                desired(
                    lone,
                    environment=Environment("dev", exposure=exposure),
                    stack=aks,
                ).get("Service", name)
            ]
        ]

        assert [[False], [False], [True]] == told

    def test_public_port(self, lone, desired):
        """
        A public port has an address of its own, beside that with the port
        that other parts know.
        """
        exposure = LoadBalancer({lone: 80})
        environment = Environment("dev", exposure=exposure)
        found = desired(lone, environment=environment)
        inside = found.get("Service", "lone")
        service = found.get("Service", "lone-public")

        assert "annotations" not in service["metadata"]
        assert "loadBalancerSourceRanges" not in service["spec"]
        assert [
            ("ClusterIP", "http", 8080, "http"),
            ("LoadBalancer", "http", 80, "http"),
        ] == [
            (spec["type"], port["name"], port["port"], port["targetPort"])
            for spec in (inside["spec"], service["spec"])
            for port in spec["ports"]
        ]

    def test_same_public_port(self, lone, desired):
        """
        A public port that is the service's own is not given twice.
        """
        exposure = LoadBalancer({lone: 8080})
        environment = Environment("dev", exposure=exposure)
        service = desired(lone, environment=environment).get("Service", "lone")

        assert ["http"] == [port["name"] for port in service["spec"]["ports"]]

    def test_headless(self, shop, desired):
        """
        The name of a store leads straight to its pod.
        """
        found = desired(shop)
        db = found.get("Service", "db")["spec"]
        cache = found.get("Service", "cache")["spec"]

        assert "None" == db["clusterIP"] == cache["clusterIP"]
        assert [
            {
                "name": "postgres",
                "port": 5432,
                "targetPort": "postgres",
                "protocol": "TCP",
            }
        ] == db["ports"]
        assert [
            {
                "name": "redis",
                "port": 6379,
                "targetPort": "redis",
                "protocol": "TCP",
            }
        ] == cache["ports"]
