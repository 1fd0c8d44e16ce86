"""
How what another app or team runs is found and reached.
"""

import pytest

from mizzen import (
    App,
    Client,
    Environment,
    ExternalService,
    FromConfig,
    Image,
    Service,
    Use,
    graph,
)
from mizzen.changes.reach import reach_changes
from mizzen.checks import check
from mizzen.diagram import mermaid
from mizzen.testing import Facts

from .support import STACK


class TestSettings:
    def test_host(self, variables):
        """
        Those that use it are told its host, port and address.
        """
        other = ExternalService(
            "billing", host="b.example.com", port=443, application="https"
        )

        assert {
            "BILLING_HOST": "b.example.com",
            "BILLING_PORT": "443",
            "BILLING_URL": "https://b.example.com:443",
        } == variables(other)

    def test_later(self, variables):
        """
        The host may be known later.
        """
        other = ExternalService("billing", host=FromConfig("host"), port=80)
        found = variables(Use(other, env={"BILLING": other.url}))

        assert ["BILLING"] == [*found]
        assert "http://‹config: host›:80" == str(found["BILLING"])

    @pytest.mark.parametrize(
        ("namespace", "expected"),
        [(None, "api.billing-prod.svc"), ("money", "api.money.svc")],
    )
    def test_inside(self, variables, namespace, expected):
        """
        A part of another app is found in the namespace of the same stack,
        or in the one that is said.
        """
        other = ExternalService(
            "billing",
            app="billing",
            part="api",
            port=8000,
            namespace=namespace,
        )

        assert expected == variables(other)["BILLING_HOST"]

    def test_address(self, variables):
        """
        Addresses with colons stand in brackets in URLs.
        """
        other = ExternalService("billing", host="2001:db8::7", port=443)
        found = variables(other)

        assert "2001:db8::7" == found["BILLING_HOST"]
        assert "http://[2001:db8::7]:443" == found["BILLING_URL"]


class TestPolicies:
    def test_inside(self, egress):
        """
        Exactly the pods of the other app's part are reached.
        """
        other = ExternalService(
            "billing", app="billing", part="api", port=8000
        )

        assert [
            {
                "to": [
                    {
                        "namespaceSelector": {
                            "matchLabels": {
                                "kubernetes.io/metadata.name": "billing-prod"
                            }
                        },
                        "podSelector": {
                            "matchLabels": {
                                "app.kubernetes.io/name": "api",
                                "app.kubernetes.io/part-of": "billing",
                            }
                        },
                    }
                ],
                "ports": [{"protocol": "TCP", "port": 8000}],
            }
        ] == egress(other)

    def test_labels(self, deployed):
        """
        Those are labels of the pods that mizzen makes of such a part.
        """
        api = Service("api", image=Image("acme/api:v5"), port=8000)
        billing = App("billing", edition="2026", parts=[api])
        pods = Facts.of(billing, Environment("prod"), STACK).manifests.get(
            "Deployment", "api"
        )
        other = ExternalService(
            "billing", app="billing", part="api", port=8000
        )
        policy = deployed(other).manifests.get("NetworkPolicy", "worker")
        peer = policy["spec"]["egress"][-1]["to"][0]
        labels = pods["spec"]["template"]["metadata"]["labels"]

        assert peer["podSelector"]["matchLabels"].items() <= labels.items()
        assert {
            "kubernetes.io/metadata.name": pods["metadata"]["namespace"]
        } == peer["namespaceSelector"]["matchLabels"]

    @pytest.mark.parametrize("labels", [{}, {"app": "otel"}])
    def test_pods(self, egress, labels):
        """
        Of a host of this cluster, the pods of its namespace are reached, or
        those of some labels.
        """
        other = ExternalService(
            "otel",
            host="otel.monitoring.svc",
            port=4317,
            namespace="monitoring",
            labels=labels,
        )
        named = {"kubernetes.io/metadata.name": "monitoring"}
        peer = {"namespaceSelector": {"matchLabels": named}}
        if labels:
            peer["podSelector"] = {"matchLabels": labels}

        assert [
            {"to": [peer], "ports": [{"protocol": "TCP", "port": 4317}]}
        ] == egress(other)

    @pytest.mark.parametrize(
        ("host", "cidrs", "network"),
        [
            ("192.0.2.1", (), "192.0.2.1/32"),
            ("b.example.com", ("192.0.2.0/24",), "192.0.2.0/24"),
        ],
    )
    def test_networks(self, egress, host, cidrs, network):
        """
        Where the networks of the host are known, they alone are reached.
        """
        other = ExternalService("billing", host=host, port=443, cidrs=cidrs)

        assert [
            {
                "to": [{"ipBlock": {"cidr": network}}],
                "ports": [{"protocol": "TCP", "port": 443}],
            }
        ] == egress(other)

    @pytest.mark.parametrize(
        ("where", "expected"),
        [
            ({"host": "b.example.com"}, ["ExternalService 'billing'"]),
            ({"host": "192.0.2.1"}, []),
            ({"host": "b.money.svc", "namespace": "money"}, []),
            ({"app": "billing", "part": "api"}, []),
        ],
    )
    def test_name_alone(self, deployed, where, expected):
        """
        It is told where nothing but a name is known.
        """
        facts = deployed(ExternalService("billing", port=443, **where))
        found = check(
            facts.app, facts.environment, facts.stack, facts.manifests
        )

        assert expected == [
            finding.message.split("the ports of ")[1].split(" to all")[0]
            for finding in found
            if finding.id == "egress-by-name"
        ]


class TestProtocol:
    @pytest.mark.parametrize(
        "where",
        [
            {"app": "metrics", "part": "statsd"},
            {"host": "192.0.2.7"},
            {"host": "statsd.m.svc", "namespace": "m"},
        ],
    )
    def test_datagrams(self, egress, variables, where):
        """
        A port of UDP is opened as such, and its address says so.
        """
        other = ExternalService("s", port=8125, protocol="UDP", **where)

        (rule,) = egress(other)

        assert [{"protocol": "UDP", "port": 8125}] == rule["ports"]
        assert variables(other)["S_URL"].startswith("udp://")


class TestBothSides:
    @pytest.fixture(name="ways")
    def _ways(self, deployed):
        """
        The way out of the worker, and the ways into what it uses, when that
        has *clients*.
        """

        def ways(*clients, **override):
            api = Service(
                "api", image=Image("acme/api:v5"), port=8000, clients=clients
            )
            billing = App("billing", edition="2026", parts=[api])
            environment = Environment(
                "prod", overrides=[api.override(**override)]
            )
            theirs = Facts.of(billing, environment, STACK)
            ours = deployed(
                ExternalService(
                    "billing", app="billing", part="api", port=8000
                )
            )
            (out,) = ours.manifests.get("NetworkPolicy", "worker")["spec"][
                "egress"
            ][1:]
            into = theirs.manifests.get("NetworkPolicy", "api")["spec"]

            return ours.manifests, theirs.manifests, out, into["ingress"]

        return ways

    @pytest.mark.parametrize("part", ["worker", None])
    def test_fit(self, ways, part):
        """
        What one app declares and the other lets in fit together: each peer
        finds the pods of the other side, and the ports are the same.
        """
        client = Client("shop", namespace="shop-prod", part=part)
        ours, theirs, out, (into,) = ways(client)

        for rule, key, manifests, name in (
            (out, "to", theirs, "api"),
            (into, "from", ours, "worker"),
        ):
            (peer,) = rule[key]
            found = manifests.get("Deployment", name)
            labels = found["spec"]["template"]["metadata"]["labels"]
            selected = peer.get("podSelector", {}).get("matchLabels", {})
            assert selected.items() <= labels.items()
            assert {
                "kubernetes.io/metadata.name": found["metadata"]["namespace"]
            } == peer["namespaceSelector"]["matchLabels"]

        assert out["ports"] == into["ports"]

    def test_not_let_in(self, ways):
        """
        Without clients nobody of another app gets in.
        """
        *_, into = ways()

        assert [] == into

    def test_override(self, ways):
        """
        Each environment may let in others.
        """
        *_, (into,) = ways(clients=[Client("shop", namespace="shop-prod")])

        assert 1 == len(into["from"])

    def test_reported(self, ways):
        """
        A new client is told as somebody who can now connect.
        """
        _, before, *_ = ways()
        _, after, *_ = ways(Client("shop", namespace="shop-prod"))
        gained, lost = reach_changes(before, after)
        name = "kubernetes.io/metadata.name"

        assert [f"namespaces with {name}=shop-prod → api (TCP 8000)"] == [
            *map(str, gained)
        ]
        assert not lost


class TestSeen:
    @pytest.fixture(name="edges")
    def _edges(self, deployed):
        other = ExternalService("billing", host="b.example.com", port=443)
        facts = deployed(other)
        return graph(facts.app, facts.environment)

    def test_graph(self, edges):
        """
        It is reached, and nobody waits for it.
        """
        worker = edges.app["worker"]

        assert ["billing"] == [part.name for part in edges.reached(worker)]
        assert () == edges.waits_for(worker)

    def test_diagram(self, edges):
        """
        The picture shows it outside of the app.
        """
        picture = mermaid(edges)

        assert '  part_billing(["billing"])' in picture.splitlines()
        assert "  part_worker --> part_billing" in picture.splitlines()

    def test_replaced(self, edges):
        """
        An app with another part goes on using it.
        """
        app = edges.app.replace(edges.app["worker"], memory="1Gi")

        assert "billing" == app["worker"].uses[0].part.name
