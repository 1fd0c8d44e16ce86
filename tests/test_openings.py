"""
Single ports that the world outside reaches, beside any exposure.
"""

import attrs
import pytest

from mizzen import (
    App,
    CertManager,
    Conventions,
    Environment,
    Ingress,
    LoadBalancer,
    NodePort,
    Route,
    Stack,
    graph,
)
from mizzen.checks import check
from mizzen.diagram import mermaid
from mizzen.testing import Facts


EVERYBODY = [{"ipBlock": {"cidr": c}} for c in ("0.0.0.0/0", "::/0")]
STACK = Stack(
    "dev",
    environment="dev",
    hosts=["a.example.com"],
    ingress_class="nginx",
    issuer="letsencrypt",
)


@pytest.fixture(name="deployed")
def _deployed(broker):
    """
    The facts about the broker, whose page is behind an Ingress.
    """

    def deployed(*exposes, exposure=None, **policy):
        app = App(
            "shop",
            edition="2026",
            parts=[broker],
            routes=[Route("/", broker)],
        )
        environment = Environment(
            "dev",
            exposure=exposure or Ingress(tls=CertManager()),
            exposes=exposes,
            **policy,
        )
        return Facts.of(app, environment, STACK)

    return deployed


@pytest.fixture(name="served")
def _served(web, desired):
    """
    A Service of a part with one port, which is behind an Ingress too.
    """

    def served(by, name="web"):
        app = App(
            "shop", edition="2026", parts=[web], routes=[Route("/", web)]
        )
        environment = Environment("dev", exposure=Ingress(), exposes=[by])
        stack = attrs.evolve(STACK, load_balancer_class="of-stack")
        found = desired(app, environment=environment, stack=stack)

        return found.get("Service", name)

    return served


class TestServices:
    def test_load_balancer(self, broker, deployed):
        """
        The ports of a load balancer share one address of its own; the
        Service that other parts know stays inside.
        """
        found = deployed(
            LoadBalancer(
                {broker["mqtt"]: None, broker["coap"]: 53},
                annotations={"example.com/kind": "internal"},
                source_ranges=["192.0.2.0/24"],
                external_traffic_policy="Local",
            )
        ).manifests
        service = found.get("Service", "broker-public")
        inside = found.get("Service", "broker")

        assert {
            "type": "LoadBalancer",
            "externalTrafficPolicy": "Local",
            "loadBalancerSourceRanges": ["192.0.2.0/24"],
            "selector": inside["spec"]["selector"],
            "ports": [
                {
                    "name": "mqtt",
                    "port": 1883,
                    "targetPort": "mqtt",
                    "protocol": "TCP",
                    "appProtocol": "tcp",
                },
                {
                    "name": "coap",
                    "port": 53,
                    "targetPort": "coap",
                    "protocol": "UDP",
                },
            ],
        } == service["spec"]
        assert {"example.com/kind": "internal"} == service["metadata"][
            "annotations"
        ]
        assert "ClusterIP" == inside["spec"]["type"]

    @pytest.mark.parametrize(
        ("number", "expected"), [(31883, {"nodePort": 31883}), (None, {})]
    )
    def test_node_port(self, broker, deployed, number, expected):
        """
        A port of all nodes is the given one or left to Kubernetes.
        """
        service = deployed(NodePort({broker["mqtt"]: number})).manifests.get(
            "Service", "broker-node-port"
        )

        assert "annotations" not in service["metadata"]
        assert "NodePort" == service["spec"]["type"]
        assert [
            {
                "name": "mqtt",
                "port": 1883,
                "targetPort": "mqtt",
                "protocol": "TCP",
                "appProtocol": "tcp",
                **expected,
            }
        ] == service["spec"]["ports"]

    def test_same_node_port(self, broker, deployed):
        """
        Ports of a part share one of the nodes, where they are of different
        protocols.
        """
        service = deployed(
            NodePort({broker["coap"]: 30053}),
            NodePort({broker["mqtt"]: 30053}),
        ).manifests.get("Service", "broker-node-port")

        assert [("UDP", 30053), ("TCP", 30053)] == [
            (port["protocol"], port["nodePort"])
            for port in service["spec"]["ports"]
        ]

    def test_both(self, broker, deployed):
        """
        One port can have an address of each kind.
        """
        found = deployed(
            NodePort([broker["mqtt"]]), LoadBalancer([broker["mqtt"]])
        )

        assert ["broker", "broker-node-port", "broker-public"] == [
            service.name for service in found.every("Service")
        ]

    @pytest.mark.parametrize(
        ("by", "name"), [(NodePort, "node-port"), (LoadBalancer, "public")]
    )
    def test_whole(self, broker, deployed, by, name):
        """
        A Service stands for its first port: the others stay inside.
        """
        found = deployed(by([broker]))
        inside, public = found.every("Service")

        assert ["broker", f"broker-{name}"] == [inside.name, public.name]
        assert "ClusterIP" == inside.body["spec"]["type"]
        assert ["http"] == [
            port["name"] for port in public.body["spec"]["ports"]
        ]

    def test_only_port(self, web, served):
        """
        The only port of a Service can be open beside an Ingress, which goes
        on telling its controller what it needs.
        """
        service = served(LoadBalancer([web], annotations={"a/b": "c"}))

        assert "LoadBalancer" == service["spec"]["type"]
        assert {"a/b": "c"} == service["metadata"]["annotations"]

    @pytest.mark.parametrize(
        ("own", "expected"), [(None, "of-stack"), ("own", "own")]
    )
    def test_class(self, web, served, own, expected):
        """
        What gives an address is said by the stack, or by what opens it.
        """
        by = LoadBalancer([web], load_balancer_class=own)

        assert "loadBalancerClass" not in served(NodePort([web]))["spec"]
        assert expected == served(by)["spec"]["loadBalancerClass"]

    @pytest.mark.parametrize(
        ("single", "name"), [(False, "web"), (True, "web-node-port")]
    )
    def test_local(self, web, served, single, name):
        """
        Ports of nodes can answer where the pods are alone.
        """
        target = web["http"] if single else web
        by = NodePort([target], external_traffic_policy="Local")
        found = served(by, name)

        assert "Local" == found["spec"]["externalTrafficPolicy"]

    def test_alone(self, broker, deployed):
        """
        A single port can be all that is open.
        """
        found = deployed(exposure=LoadBalancer([broker["http"]]))

        assert ["ClusterIP", "LoadBalancer"] == [
            service.body["spec"]["type"] for service in found.every("Service")
        ]

    def test_conventions(self, broker, deployed):
        """
        The address is named after the objects of its part.
        """
        found = deployed(
            LoadBalancer([broker["mqtt"]]),
            conventions=Conventions(name="{app}-{part}"),
        )

        assert ["shop-broker", "shop-broker-public"] == [
            service.name for service in found.every("Service")
        ]


class TestPolicies:
    @pytest.fixture(name="ingress")
    def _ingress(self, deployed):
        def ingress(*exposes):
            policy = deployed(*exposes).manifests.get(
                "NetworkPolicy", "broker"
            )
            return policy["spec"]["ingress"]

        return ingress

    def test_single(self, broker, ingress):
        """
        The world outside reaches the port alone; the ingress controller
        reaches what it did before.
        """
        before = ingress()
        found = ingress(NodePort([broker["mqtt"]]))

        assert before == found[:-1]
        assert {
            "from": EVERYBODY,
            "ports": [{"protocol": "TCP", "port": 1883}],
        } == found[-1]

    @pytest.mark.parametrize("by", [NodePort, LoadBalancer])
    def test_whole(self, broker, ingress, by):
        """
        Where a Service is open, the world outside reaches its first port
        alone, as the ingress controller does.
        """
        found = ingress(by([broker]))[-1]

        assert [{"protocol": "TCP", "port": 8080}] == found["ports"]
        assert EVERYBODY == found["from"][1:]

    @pytest.mark.parametrize(
        ("policy", "expected"),
        [
            ("Local", [{"ipBlock": {"cidr": "192.0.2.0/24"}}]),
            ("Cluster", EVERYBODY),
            (None, EVERYBODY),
        ],
    )
    @pytest.mark.parametrize("single", [True, False])
    def test_source_ranges(self, broker, ingress, single, policy, expected):
        """
        Source ranges hold for pods too where these see the client's own
        address, and nowhere else.
        """
        balancer = LoadBalancer(
            [broker["mqtt"] if single else broker],
            source_ranges=["192.0.2.0/24"],
            external_traffic_policy=policy,
        )
        peers = [peer for rule in ingress(balancer) for peer in rule["from"]]

        assert expected == [peer for peer in peers if "ipBlock" in peer]


class TestSeen:
    def test_graph(self, broker):
        """
        A part with a public port is exposed, whatever the exposure is.
        """
        app = App("shop", edition="2026", parts=[broker])
        balancer = LoadBalancer([broker["mqtt"]])
        public = Environment("dev", exposure=Ingress(), exposes=[balancer])
        opening = graph(app, public).openings(broker)[0]

        assert (broker,) == graph(app, public).exposed
        assert (broker, "mqtt") == (opening.service, opening.port.name)
        assert () == graph(app, Environment("dev")).openings(broker)

    def test_diagram(self, broker, deployed):
        """
        The picture shows public ports beside the routes.
        """
        facts = deployed(
            NodePort({broker["mqtt"]: 31883}),
            LoadBalancer({broker["coap"]: 53}),
        )
        edges = graph(facts.app, facts.environment)

        assert (
            'outside ==>|"/<br/>node port 31883<br/>port 53"| part_broker'
            in mermaid(edges)
        )

    def test_checks(self, broker, deployed):
        """
        Public ports are judged like those of exposures.
        """
        facts = deployed(NodePort({broker["mqtt"]: 31883}))
        found = check(
            facts.app, facts.environment, facts.stack, facts.manifests
        )

        assert frozenset({"broker"}) == facts.public
        assert ["Service 'broker-node-port'"] == [
            finding.subject for finding in found if finding.id == "node-port"
        ]

    def test_derived(self, broker):
        """
        Deriving environments have the same ports unless they say others.
        """
        balancer = LoadBalancer([broker["mqtt"]])
        prod = Environment("prod", exposes=[balancer])

        assert (balancer,) == prod.derive("eu").exposes
        assert () == prod.derive("eu", exposes=[]).exposes
