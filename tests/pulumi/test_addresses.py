"""
Where an app is reached from outside of its cluster.
"""

import pytest

from mizzen import (
    App,
    CertManager,
    Environment,
    Expose,
    Image,
    Ingress,
    LoadBalancer,
    NodePort,
    Port,
    Route,
    Service,
    Stack,
)
from mizzen.environment import CLUSTERS
from mizzen.pulumi import AppComponent


@pytest.fixture(name="addresses")
def _addresses(deploy, shop):
    """
    Deploys the shop with an exposure and reads its addresses.
    """

    def addresses(exposure, **stack):
        def program():
            component = AppComponent(
                "shop",
                app=shop,
                environment=Environment("dev", exposure=exposure),
                stack=Stack("dev", environment="dev", **stack),
            )
            return {"url": component.url, **component.addresses}

        return deploy(program).result

    return addresses


class TestAddresses:
    def test_none(self, addresses):
        """
        An app that is not exposed has no address.
        """
        assert {"url": None} == addresses(None)

    def test_given_node_ports(self, addresses, web, api):
        """
        Where the cluster has a known address, so do its node ports; the
        first one mapped is the app's.
        """
        assert {
            "url": "http://localhost:30081",
            "api": "http://localhost:30081",
            "web": "http://localhost:30080",
        } == addresses(
            NodePort({api: 30081, web: 30080}), cluster=CLUSTERS["kind"]
        )

    def test_picked_node_port(self, addresses, web):
        """
        A port that Kubernetes picks is read from the cluster.
        """
        assert (
            "http://node.example.com:31234"
            == addresses(NodePort([web]), hosts=["node.example.com"])["url"]
        )

    def test_unknown_node(self, addresses, web):
        """
        Where nobody knows the address of a node, a word stands for it.
        """
        assert "http://NODE:30080" == addresses(NodePort({web: 30080}))["url"]

    def test_load_balancer(self, addresses, web):
        """
        A load balancer's own host name or address is read from the cluster,
        with the port unless it is the usual one.
        """
        assert (
            "http://shop.example.com:8080"
            == addresses(LoadBalancer([web]))["url"]
        )

    def test_usual_port(self, addresses, web):
        """
        The usual port of a scheme is left out.
        """
        assert (
            "http://shop.example.com"
            == addresses(LoadBalancer({web: 80}))["url"]
        )

    def test_bare_address(self, addresses, monitor, web):
        """
        An address of version 6 is put into brackets.
        """
        monitor.mocks.status = {
            "loadBalancer": {"ingress": [{"ip": "2001:db8::1"}]}
        }

        assert (
            "http://[2001:db8::1]:8080"
            == addresses(LoadBalancer([web]))["url"]
        )

    @pytest.mark.parametrize("status", [None, {}, {"loadBalancer": {}}])
    def test_no_address_yet(self, addresses, monitor, web, status):
        """
        A load balancer without an address gives none.
        """
        monitor.mocks.status = status

        assert {"url": None, "web": None} == addresses(LoadBalancer([web]))

    def test_ingress(self, addresses):
        """
        Routes are under the first host name, the shortest path leading.
        """
        assert {
            "url": "https://shop.example.com",
            "web": "https://shop.example.com",
            "api": "https://shop.example.com/api",
        } == addresses(
            Ingress(tls=CertManager()),
            hosts=["shop.example.com", "www.example.com"],
            issuer="letsencrypt",
        )

    def test_plain_ingress(self, addresses):
        """
        Without certificates addresses are plain HTTP.
        """
        assert (
            "http://shop.example.com"
            == addresses(Ingress(), hosts=["shop.example.com"])["url"]
        )


class TestSinglePorts:
    def test_beside_routes(self, deploy):
        """
        Single ports have names and addresses of their own, of which UDP
        says so; a port that Kubernetes picks is read by its name.
        """
        broker = Service(
            "broker",
            image=Image("acme/broker:v5"),
            ports=[
                Port("mqtt", 1883, application="tcp"),
                Port("coap", 5683, protocol="UDP"),
            ],
        )

        def program():
            component = AppComponent(
                "shop",
                app=App("shop", edition="2026", parts=[broker]),
                environment=Environment(
                    "dev",
                    exposure=Ingress(),
                    exposes=[
                        LoadBalancer({broker["mqtt"]: 8883}),
                        NodePort({broker["coap"]: None}),
                    ],
                ),
                stack=Stack("dev", environment="dev", hosts=["a.example.com"]),
            )
            return {"url": component.url, **component.addresses}

        assert {
            "url": "tcp://shop.example.com:8883",
            "broker:mqtt": "tcp://shop.example.com:8883",
            "broker:coap": "udp://a.example.com:31234",
        } == deploy(program).result

    def test_beside_its_own_routes(self, deploy):
        """
        A service has its address by routes under its own name, and that of
        an exposed port under the port's.
        """
        broker = Service(
            "broker",
            image=Image("acme/broker:v5"),
            ports=[Port("mqtt", 1883, application="tcp"), Port("http", 8080)],
        )
        app = App(
            "shop",
            edition="2026",
            parts=[broker],
            routes=[Route("/", broker["http"])],
            exposes=[Expose(broker)],
        )

        def program():
            component = AppComponent(
                "shop",
                app=app,
                environment=Environment("dev", exposure=Ingress()),
                stack=Stack("dev", environment="dev", hosts=["a.example.com"]),
            )
            return component.addresses

        assert {
            "broker": "http://a.example.com",
            "broker:mqtt": "tcp://shop.example.com:1883",
        } == deploy(program).result
