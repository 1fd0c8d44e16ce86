"""
Who may connect to whom.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    Address,
    App,
    Cluster,
    Environment,
    Image,
    Ingress,
    IngressController,
    Internet,
    Isolation,
    LoadBalancer,
    NodePort,
    Port,
    Route,
    Service,
    Stack,
    Use,
    Worker,
)
from mizzen.environment import CLUSTERS


DNS = {
    "namespaceSelector": {
        "matchLabels": {"kubernetes.io/metadata.name": "kube-system"}
    },
    "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
}
DNS_PORTS = [
    {"protocol": "UDP", "port": 53},
    {"protocol": "TCP", "port": 53},
]
NGINX = {
    "matchLabels": {
        "app.kubernetes.io/name": "ingress-nginx",
        "app.kubernetes.io/component": "controller",
    }
}
OWN = ["192.0.2.0/24"]


def all_but(cidr, *excepted):
    """
    The peer that is a network without some others.
    """
    return {"ipBlock": {"cidr": cidr, "except": list(excepted)}}


CLOUDS = ("100.100.100.200/32", "168.63.129.16/32", "169.254.0.0/16")
PUBLIC = [
    all_but(
        "0.0.0.0/0",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "168.63.129.16/32",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
    ),
    all_but("::/0", "fc00::/7", "fe80::/10"),
]


def named(namespace):
    """
    The selector that finds one namespace.
    """
    return {"matchLabels": {"kubernetes.io/metadata.name": namespace}}


def pods(name):
    """
    The peer that is all pods of one part.
    """
    return {
        "podSelector": {
            "matchLabels": {
                "app.kubernetes.io/name": name,
                "app.kubernetes.io/instance": "shop-dev",
            }
        }
    }


def tcp(number):
    """
    Ports of a rule that allows one TCP port.
    """
    return [{"protocol": "TCP", "port": number}]


@pytest.fixture(name="policy")
def _policy(desired):
    """
    The specification of a part's NetworkPolicy.
    """

    def policy(name, *parts, **scope):
        return desired(*parts, **scope).get("NetworkPolicy", name)["spec"]

    return policy


class TestNetworkPolicy:
    def test_both_ends(self, shop, policy):
        """
        An edge opens the network on the side that uses, with name servers,
        and on the side that is used.
        """
        assert {
            "podSelector": pods("api")["podSelector"],
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [{"from": [pods("web")], "ports": tcp(8000)}],
            "egress": [
                {"to": [DNS], "ports": DNS_PORTS},
                {"to": [pods("db")], "ports": tcp(5432)},
                {"to": [pods("cache")], "ports": tcp(6379)},
            ],
        } == policy("api", shop)

    def test_store(self, shop, policy):
        """
        All users of a store reach it, and it reaches nobody.
        """
        spec = policy("db", shop)

        assert [
            {
                "from": [
                    pods("api"),
                    pods("migrate"),
                    pods("db-administrator"),
                ],
                "ports": tcp(5432),
            }
        ] == spec["ingress"]
        assert [] == spec["egress"]

    def test_lone(self, lone, policy):
        """
        A part without edges reaches nobody, not even name servers.
        """
        assert {
            "podSelector": pods("lone")["podSelector"],
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [],
            "egress": [],
        } == policy("lone", lone)

    def test_all_ports(self, policy):
        """
        An edge opens all ports of the service that is used.
        """
        dns = Service(
            "dns",
            image=Image("acme/dns:v5"),
            port=8080,
            ports=[Port("dns", 5353, protocol="UDP")],
        )
        user = Worker("user", image=Image("acme/user:v5"), uses=[dns])
        ports = [*tcp(8080), {"protocol": "UDP", "port": 5353}]

        assert [{"to": [pods("dns")], "ports": ports}] == policy(
            "user", dns, user
        )["egress"][1:]
        assert [{"from": [pods("user")], "ports": ports}] == policy(
            "dns", dns, user
        )["ingress"]

    def test_network_alone(self, lone, db, policy):
        """
        An edge without variables still opens the network.
        """
        lone = attrs.evolve(lone, uses=[Use(db, env={})])

        assert [pods("db")] == policy("lone", lone, db)["egress"][1]["to"]

    def test_name_servers(self, lone, db, policy):
        """
        Name servers outside the cluster's pods are those of its profile.
        """
        cluster = Cluster("own", dns_peers=["169.254.20.10/32"])
        lone = attrs.evolve(lone, uses=[db])
        spec = policy(
            "lone",
            lone,
            db,
            stack=Stack("dev", environment="dev", cluster=cluster),
        )

        assert [
            DNS,
            {"ipBlock": {"cidr": "169.254.20.10/32"}},
        ] == spec["egress"][0]["to"]

    @pytest.mark.parametrize("cluster", ["gke", "gke-autopilot"])
    def test_node_local(self, shop, policy, cluster):
        """
        On GKE, pods that hold names for their node are name servers too,
        for parts and for what makes accounts.
        """
        stack = Stack("dev", environment="dev", cluster=CLUSTERS[cluster])
        local = {"matchLabels": {"k8s-app": "node-local-dns"}}
        for name in ("api", "db-administrator"):
            spec = policy(name, shop, stack=stack)

            assert [
                DNS,
                {**DNS, "podSelector": local},
            ] == spec["egress"][0]["to"][:2]

    @pytest.mark.parametrize(
        ("outside", "names", "rule"),
        [
            (
                Address("10.0.0.0/8", 5432),
                False,
                {
                    "to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}],
                    "ports": tcp(5432),
                },
            ),
            (
                Address("stun.example.com", 3478, protocol="UDP", cidrs=OWN),
                True,
                {
                    "to": [{"ipBlock": {"cidr": "192.0.2.0/24"}}],
                    "ports": [{"protocol": "UDP", "port": 3478}],
                },
            ),
            (
                Address("api.example.com", 443),
                True,
                {
                    "to": [
                        all_but("0.0.0.0/0", *CLOUDS),
                        all_but(
                            "::/0",
                            "fd00:ec2::/32",
                            "fd20:ce::/32",
                            "fe80::/10",
                        ),
                    ],
                    "ports": tcp(443),
                },
            ),
            (
                Address("0.0.0.0/0", 80),
                False,
                {"to": [all_but("0.0.0.0/0", *CLOUDS)], "ports": tcp(80)},
            ),
            (
                Address("100.64.0.0/10", 80),
                False,
                {
                    "to": [all_but("100.64.0.0/10", "100.100.100.200/32")],
                    "ports": tcp(80),
                },
            ),
            (
                Address("169.254.0.0/16", 80),
                False,
                {
                    "to": [{"ipBlock": {"cidr": "169.254.0.0/16"}}],
                    "ports": tcp(80),
                },
            ),
            (Internet(), True, {"to": PUBLIC}),
            (Internet(443), True, {"to": PUBLIC, "ports": tcp(443)}),
            (
                Internet([80, 443]),
                True,
                {"to": PUBLIC, "ports": [*tcp(80), *tcp(443)]},
            ),
        ],
    )
    def test_outside(self, lone, policy, outside, names, rule):
        """
        What is outside of the app is reached as far as networks can say it,
        and never the credentials of the cloud; name servers are asked for
        names alone.
        """
        egress = policy("lone", attrs.evolve(lone, reaches=[outside]))[
            "egress"
        ]

        assert [{"to": [DNS], "ports": DNS_PORTS}] * names + [rule] == egress

    def test_outside_differs(self, lone, policy):
        """
        An environment can reach another outside.
        """
        lone = attrs.evolve(lone, reaches=[Internet()])
        other = Address("10.0.0.0/8", 5432)
        environment = Environment(
            "dev", overrides=[lone.override(reaches=[other])]
        )
        egress = policy("lone", lone, environment=environment)["egress"]

        assert [tcp(5432)] == [rule.get("ports") for rule in egress]

    @pytest.mark.parametrize("exposure", [NodePort, LoadBalancer])
    def test_exposed(self, lone, policy, exposure):
        """
        A service at a public port is open to all addresses.
        """
        environment = Environment("dev", exposure=exposure([lone]))

        assert [
            {
                "from": [
                    {"ipBlock": {"cidr": "0.0.0.0/0"}},
                    {"ipBlock": {"cidr": "::/0"}},
                ],
                "ports": tcp(8080),
            }
        ] == policy("lone", lone, environment=environment)["ingress"]

    @pytest.mark.parametrize(
        ("addresses", "peer"),
        [
            ({}, {"namespaceSelector": {}}),
            (
                {"ingress_class": "odd", "ingress_namespace": "edge"},
                {"namespaceSelector": named("edge")},
            ),
            (
                {"ingress_class": "nginx"},
                {"namespaceSelector": {}, "podSelector": NGINX},
            ),
            (
                {"ingress_class": "nginx", "ingress_namespace": "edge"},
                {"namespaceSelector": named("edge"), "podSelector": NGINX},
            ),
            (
                {"cluster": CLUSTERS["kind"]},
                {
                    "namespaceSelector": named("ingress-nginx"),
                    "podSelector": NGINX,
                },
            ),
            (
                {
                    "cluster": Cluster(
                        "own",
                        ingress_controllers=[
                            IngressController(
                                "cloud", sources=["192.0.2.0/24"]
                            )
                        ],
                    )
                },
                {"ipBlock": {"cidr": "192.0.2.0/24"}},
            ),
            (
                {
                    "ingress_class": "azure-application-gateway",
                    "ingress_sources": ["10.9.0.0/16"],
                },
                {"ipBlock": {"cidr": "10.9.0.0/16"}},
            ),
            (
                {
                    "ingress_class": "odd",
                    "ingress_sources": ["198.51.100.0/24"],
                },
                {"ipBlock": {"cidr": "198.51.100.0/24"}},
            ),
        ],
    )
    def test_routed(self, lone, policy, addresses, peer):
        """
        A service behind an Ingress is open to the controller alone, as far
        as it is known where that runs.
        """
        app = App(
            "shop", edition="2026", parts=[lone], routes=[Route("/", lone)]
        )
        environment = Environment("dev", exposure=Ingress())
        stack = Stack(
            "dev", environment="dev", hosts=["shop.example.com"], **addresses
        )

        assert [{"from": [peer], "ports": tcp(8080)}] == policy(
            "lone", app, environment=environment, stack=stack
        )["ingress"]

    def test_ingress_alone(self, shop, policy):
        """
        With half the isolation, parts reach everybody.
        """
        spec = policy(
            "api",
            shop,
            environment=Environment("dev", isolation=Isolation.INGRESS),
        )

        assert ["Ingress"] == spec["policyTypes"]
        assert "egress" not in spec
        assert [pods("web")] == spec["ingress"][0]["from"]

    def test_off(self, shop, desired):
        """
        Without isolation there are no policies.
        """
        found = desired(shop, environment=Environment("dev", isolation=OFF))

        assert "NetworkPolicy" not in {manifest.kind for manifest in found}
