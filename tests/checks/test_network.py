"""
Findings about NetworkPolicies: who may connect to whom.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    App,
    Environment,
    Isolation,
    LoadBalancer,
    NodePort,
    Raw,
)

from .support import blocks, container, raw, spec, with_raw


class TestNetworkOpen:
    @pytest.mark.parametrize(
        "rule",
        [
            {},
            {"from": []},
            {"from": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]},
            {"from": [{"namespaceSelector": {}}]},
            {"from": [{"namespaceSelector": {}, "podSelector": {}}]},
            {"from": [{"namespaceSelector": {"matchLabels": {}}}]},
            {
                "from": [
                    {
                        "namespaceSelector": {"matchExpressions": []},
                        "podSelector": {"matchLabels": None},
                    }
                ]
            },
            {"ports": [{"protocol": "TCP"}]},
            {"ports": [{"port": 1, "endPort": 65535}]},
            {"from": blocks("0.0.0.0/1", "128.0.0.0/1")},
            {"from": blocks("10.0.0.0/8", "::/1", "8000::/1")},
            {"from": blocks("0.0.0.0/0", left_out=["192.0.2.1/32"])},
            {"from": blocks("0.0.0.0/0", left_out=["192.0.0.0/16"])},
            {"from": blocks("0.0.0.0/0", left_out=["10.0.0.0/8"])},
            {"from": blocks("0.0.0.0/0", left_out=["224.0.0.0/3"])},
            {"from": blocks("0.0.0.0/0", left_out=["everything"])},
            {"from": [*blocks("::/0", left_out=["::/1"]), *blocks("::/1")]},
            {
                "ports": [
                    {"port": 1, "endPort": 1024},
                    {"port": 1025, "endPort": 65535},
                ]
            },
            {
                "ports": [
                    {"protocol": "UDP", "port": 1, "endPort": 40000},
                    {"protocol": "UDP", "port": 2, "endPort": 65535},
                ]
            },
        ],
    )
    def test_incoming(self, made, found, rule):
        """
        A rule that narrows neither peers nor ports opens all, however it is
        said.
        """
        spec(made, "NetworkPolicy", "db")["ingress"] = [rule]

        assert [
            (
                "NetworkPolicy 'db': it allows all that comes in "
                "(network-open). Name the peers or the ports."
            )
        ] == found("network-open", made)

    @pytest.mark.parametrize(
        "rules",
        [
            [{"ports": [{"protocol": "TCP", "port": 5432}]}],
            [{"ports": [{"port": "postgres"}]}],
            [{"ports": [{"port": 5000, "endPort": 6000}]}],
            [{"from": blocks("0.0.0.0/0"), "ports": [{"port": 5432}]}],
            [
                {"from": blocks("0.0.0.0/1"), "ports": [{"port": 5432}]},
                {"from": blocks("128.0.0.0/1"), "ports": [{"port": 5432}]},
            ],
        ],
        ids=str,
    )
    def test_all_that_listens(self, made, found, rules):
        """
        Nor is a policy narrow that opens all ports at which pods listen.
        """
        spec(made, "NetworkPolicy", "db")["ingress"] = rules

        assert [
            (
                "NetworkPolicy 'db': it lets everybody connect to StatefulSet "
                "'db', which nothing makes public (network-open). Name the "
                "peers that may come in."
            )
        ] == found("network-open", made)

    @pytest.mark.parametrize(
        "rule",
        [
            {"ports": [{"protocol": "UDP", "port": 5432}]},
            {"ports": [{"port": "http"}]},
            {"ports": [{"port": 5433, "endPort": 6000}]},
            {"from": blocks("192.0.2.0/24"), "ports": [{"port": 5432}]},
            {
                "from": [{"namespaceSelector": {}}],
                "ports": [{"port": 5432}],
            },
        ],
        ids=str,
    )
    def test_not_all_that_listens(self, made, found, rule):
        """
        What opens other ports, or not to everybody, is narrow.
        """
        spec(made, "NetworkPolicy", "db")["ingress"] = [rule]

        assert [] == found("network-open", made)

    def test_some_that_listens(self, made, found):
        """
        What leaves a port alone at which pods listen is narrow, too.
        """
        container(made, "StatefulSet", "db")["ports"].append(
            {"containerPort": 9187}
        )
        spec(made, "NetworkPolicy", "db")["ingress"] = [
            {"ports": [{"port": 9187}]}
        ]

        assert [] == found("network-open", made)

    @pytest.mark.parametrize("exposure", [NodePort, LoadBalancer])
    def test_public(self, desired, shop, web, found, exposure):
        """
        What is made public is open to everybody on purpose.
        """
        wide = Environment("dev", exposure=exposure([web]))
        made = desired(shop, environment=wide)

        assert "0.0.0.0/0" in str(spec(made, "NetworkPolicy", "web"))
        assert [] == found("network-open", made, environment=wide)

    @pytest.mark.parametrize("name", ["api", "web"])
    def test_asked_by_api_servers(self, desired, shop, found, name):
        """
        So is what API servers ask, of which no policy can say where they
        are.
        """
        client = {"service": {"name": name, "namespace": "shop-dev"}}
        hook = Raw(
            {
                "apiVersion": "admissionregistration.k8s.io/v1",
                "kind": "ValidatingWebhookConfiguration",
                "metadata": {"name": "x"},
                "webhooks": [{"name": "x.y.z", "clientConfig": client}],
            }
        )
        made = desired(attrs.evolve(shop, extras=[hook]))
        spec(made, "NetworkPolicy", "api")["ingress"] = [
            {"ports": [{"port": 8000}]}
        ]

        assert (name == "web") == len(found("network-open", made))

    def test_without_pods(self, made, found):
        """
        What pods of others listen at is not known.
        """
        policy = {
            "podSelector": {"matchLabels": {"app": "x"}},
            "ingress": [{"ports": [{"port": 80}]}],
        }
        made = with_raw(made, raw("NetworkPolicy", "x", policy))

        assert [] == found("network-open", made)

    def test_outgoing(self, made, found):
        """
        So does one for the other direction.
        """
        spec(made, "NetworkPolicy", "db")["egress"] = [{}]

        assert "allows all that goes out" in found("network-open", made)[0]

    @pytest.mark.parametrize(
        "rule",
        [
            {"ports": [{"port": 80}]},
            {"ports": [{"port": 1, "endPort": 1023}]},
            {"from": [{"podSelector": {}}]},
            {"from": blocks("0.0.0.0/1", "::/1")},
            {"from": blocks("everywhere")},
            {
                "from": [
                    {
                        "namespaceSelector": {},
                        "podSelector": {"matchLabels": {"a": "b"}},
                    }
                ]
            },
            {
                "from": blocks(
                    "0.0.0.0/0",
                    left_out=["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"],
                )
            },
            {"from": blocks("0.0.0.0/0", left_out=["64.0.0.0/3"])},
            {"from": blocks("0.0.0.0/0", left_out=["0.0.0.0/0"])},
            {"from": blocks("::/0", left_out=["fc00::/7"])},
            {"ports": [{"port": "http"}]},
            {
                "ports": [
                    {"port": 1, "endPort": 5431},
                    {"port": 5433, "endPort": 65535},
                ]
            },
            {
                "ports": [
                    {"port": 1, "endPort": 1024},
                    {"protocol": "UDP", "port": 1025, "endPort": 65535},
                ]
            },
        ],
    )
    def test_narrow(self, made, found, rule):
        """
        Peers or ports narrow it.
        """
        spec(made, "NetworkPolicy", "db")["ingress"] = [rule]

        assert [] == found("network-open", made)

    def test_together(self, made, found):
        """
        Rules that each open half of the world open all of it.
        """
        spec(made, "NetworkPolicy", "db")["egress"] = [
            {"to": blocks("0.0.0.0/1")},
            {"to": blocks("128.0.0.0/1")},
        ]

        assert "allows all that goes out" in found("network-open", made)[0]

    def test_ports_together(self, made, found):
        """
        Rules that each open some ports open all of them, unless one is for
        somebody alone.
        """
        low, high = (
            {"ports": [{"port": first, "endPort": last}]}
            for first, last in ((1, 1024), (1025, 65535))
        )
        policy = spec(made, "NetworkPolicy", "db")
        policy["egress"] = [low, high]
        open_ = found("network-open", made)
        policy["egress"] = [low, {**high, "to": blocks("192.0.2.0/24")}]

        assert "allows all that goes out" in open_[0]
        assert [] == found("network-open", made)

    def test_not_closed(self, made, found):
        """
        Rules for a direction that a policy does not close mean nothing.
        """
        policy = {"policyTypes": ["Ingress"], "egress": [{}]}
        made = with_raw(made, raw("NetworkPolicy", "no", policy))

        assert [] == found("network-open", made)

    @pytest.mark.parametrize(
        ("direction", "left", "words"),
        [
            ("Egress", "Ingress", "goes out"),
            ("Ingress", "Egress", "comes in"),
        ],
    )
    def test_given_up(self, made, found, direction, left, words):
        """
        Nobody takes out of a policy what the environment closes by it.
        """
        policy = spec(made, "NetworkPolicy", "db")
        policy["policyTypes"] = [left]
        del policy[direction.lower()]

        assert [
            (
                f"NetworkPolicy 'db': it says nothing of what {words}, and so "
                f"allows all of it (network-open). Leave {direction!r} in its "
                "policyTypes, or set isolation in the environment."
            )
        ] == found("network-open", made)
        assert [] == found("not-isolated", made)

    def test_closed_by_another(self, made, found):
        """
        Another policy may close it in its place.
        """
        policy = spec(made, "NetworkPolicy", "db")
        policy["policyTypes"] = ["Ingress"]
        made = with_raw(
            made, raw("NetworkPolicy", "all", {"policyTypes": ["Egress"]})
        )

        assert [] == found("network-open", made)

    def test_without_egress(self, desired, shop, found):
        """
        Where the environment closes one direction, policies have one.
        """
        dev = Environment("dev", isolation=Isolation.INGRESS)
        made = desired(shop, environment=dev)

        assert [] == found("network-open", made, environment=dev)
        assert [] == found("not-isolated", made, environment=dev)

    def test_without_rules(self, made, found):
        """
        A policy without rules allows nothing.
        """
        made = with_raw(made, raw("NetworkPolicy", "no", {"podSelector": {}}))

        assert [] == found("network-open", made)


class TestNotIsolated:
    def test_off(self, desired, web, found):
        """
        Without isolation, everybody reaches everything.
        """
        wide = Environment("dev", isolation=OFF)
        app = App(
            "shop",
            edition="2026",
            parts=[attrs.evolve(web, uses=[])],
        )

        assert [
            (
                "Deployment 'web': no NetworkPolicy says who may connect to its "
                "pods (not-isolated). Set isolation in the environment, like "
                "isolation=Isolation.FULL."
            )
        ] == found("not-isolated", desired(app, environment=wide), app, wide)

    def test_all(self, desired, shop, found):
        """
        A policy with an empty selector is about all pods.
        """
        made = desired(shop, environment=Environment("dev", isolation=OFF))
        policy = raw("NetworkPolicy", "all", {"policyTypes": ["Ingress"]})
        wide = Environment("dev", isolation=OFF)

        assert [] == found(
            "not-isolated", with_raw(made, policy), environment=wide
        )

    @pytest.mark.parametrize(
        ("types", "said"),
        [
            (None, "who may connect to its pods or to whom its pods may"),
            (["Egress"], "who may connect to its pods"),
            (["Ingress"], "to whom its pods may connect"),
        ],
    )
    def test_raw(self, made, found, types, said):
        """
        Objects that are written by hand need policies that are, too, and a
        policy about one direction leaves the other open.
        """
        labels = {"app": "cache"}
        containers = [{"name": "c", "image": "acme/c:v1"}]
        template = {
            "metadata": {"labels": labels},
            "spec": {"containers": containers},
        }
        made = with_raw(made, raw("Deployment", "x", {"template": template}))
        if types:
            policy = {
                "podSelector": {"matchLabels": labels},
                "policyTypes": types,
            }
            made = with_raw(made, raw("NetworkPolicy", "x", policy))
        (finding,) = found("not-isolated", made)

        assert finding.startswith(
            f"Deployment 'x': no NetworkPolicy says {said}"
        )
        assert finding.endswith(
            "(not-isolated). Put a NetworkPolicy for them among the extras."
        )

    def test_missed(self, made, found):
        """
        A policy has to find its pods.
        """
        spec(made, "NetworkPolicy", "db")["podSelector"] = {
            "matchLabels": {"app": "db"}
        }

        assert (
            "StatefulSet 'db': no NetworkPolicy says who may connect to its "
            "pods or to whom its pods may connect (not-isolated). Leave the "
            "labels and the selector of its NetworkPolicy alone."
        ) in found("not-isolated", made)
