"""
Public ports that cannot be there.
"""

import pytest

from tests.mistakes.support import app, service

from mizzen import (
    Environment,
    LoadBalancer,
    NodePort,
    Port,
    SpecError,
)


PORTS = [
    Port("mqtt", 1883, application="tcp"),
    Port("admin", 9000, application="tcp"),
]


@pytest.fixture(name="broker")
def _broker():
    return service("broker", ports=PORTS)


@pytest.fixture(name="refused")
def _refused(desired):
    """
    What is said about public ports of parts.
    """

    def refused(*exposes, parts):
        with pytest.raises(SpecError) as ei:
            desired(
                app(*parts), environment=Environment("dev", exposes=exposes)
            )
        return ei.value.problems

    return refused


class TestFields:
    def test_nothing_that_opens(self, broker):
        """
        Ports come with what opens them.
        """
        with pytest.raises(SpecError) as ei:
            Environment("dev", exposes=[broker["mqtt"]])

        assert (
            "Environment 'dev': exposes must hold ports by what opens them, "
            "like LoadBalancer([broker['mqtt']]) (got <Endpoint broker:mqtt>)."
        ) == str(ei.value)

    @pytest.mark.parametrize("kind", [LoadBalancer, NodePort])
    def test_policy(self, broker, kind):
        """
        Traffic policies are those of Kubernetes.
        """
        with pytest.raises(SpecError) as ei:
            kind([broker], external_traffic_policy="local")

        assert (
            f"{kind.__name__}: external_traffic_policy must be one of "
            "'Local', 'Cluster' (got 'local')."
        ) == str(ei.value)

    @pytest.mark.parametrize("name", ["", "a b", "Example.com/a", 5])
    def test_class(self, broker, name):
        """
        Classes of load balancers are called like labels.
        """
        with pytest.raises(SpecError) as ei:
            LoadBalancer([broker], load_balancer_class=name)

        assert (
            "LoadBalancer: load_balancer_class must be the name of a class, "
            f"like 'service.k8s.aws/nlb' or 'tailscale' (got {name!r})."
        ) == str(ei.value)

    def test_no_network(self, broker):
        """
        Source ranges are networks.
        """
        with pytest.raises(SpecError) as ei:
            LoadBalancer([broker], source_ranges=["192.0.2.1/24"])

        assert (
            "LoadBalancer: source_ranges must hold networks, like "
            "'192.0.2.0/24' (got '192.0.2.1/24')."
        ) == str(ei.value)


class TestTogether:
    def test_same_node_port(self, broker, refused):
        """
        A port of the nodes is for one port of one part.
        """
        assert (
            (
                "Environment 'dev' gives NodePort 31883 to both port 'mqtt' of "
                "'broker' and port 'admin' of 'broker'."
            ),
            (
                "Environment 'dev' gives NodePort 31883 to both port 'mqtt' of "
                "'broker' and 'web'."
            ),
        ) == refused(
            NodePort({broker["mqtt"]: 31883, broker["admin"]: 31883}),
            NodePort({(web := service("web")): 31883}),
            parts=[broker, web],
        )

    def test_same_node_port_of_services(self, refused):
        """
        Services share no port of the nodes, whatever the protocols.
        """
        dns = service(
            "dns", ports=[Port("udp", 53, protocol="UDP", application="tcp")]
        )
        web = service("web")

        assert (
            (
                "Environment 'dev' gives NodePort 30053 to both port 'udp' of "
                "'dns' and 'web'."
            ),
        ) == refused(
            NodePort({dns["udp"]: 30053, web: 30053}), parts=[dns, web]
        )

    def test_same_node_port_and_protocol(self, refused):
        """
        A Service has a port of the nodes once by each protocol.
        """
        dns = service(
            "dns",
            ports=[
                Port("udp", 53, protocol="UDP", application="tcp"),
                Port("more", 54, protocol="UDP", application="tcp"),
            ],
        )

        assert (
            (
                "Environment 'dev' gives NodePort 30053 to both port 'udp' of "
                "'dns' and port 'more' of 'dns'."
            ),
        ) == refused(
            NodePort({dns: 30053, dns["udp"]: 30053, dns["more"]: 30053}),
            parts=[dns],
        )

    def test_same_public_port(self, broker, refused):
        """
        An address has each port once.
        """
        assert (
            (
                "Environment 'dev' gives the public port 1883 to both port "
                "'mqtt' of Service 'broker' and port 'admin' of Service 'broker'."
            ),
        ) == refused(
            LoadBalancer({broker["mqtt"]: None, broker["admin"]: 1883}),
            parts=[broker],
        )

    def test_several_load_balancers(self, broker, refused):
        """
        The ports of a part have one address.
        """
        assert (
            (
                "Environment 'dev' exposes ports of Service 'broker' by several "
                "LoadBalancers. List them in one."
            ),
        ) == refused(
            LoadBalancer([broker["mqtt"]]),
            LoadBalancer([broker], source_ranges=["192.0.2.0/24"]),
            parts=[broker],
        )

    def test_twice(self, broker, refused):
        """
        Nothing is exposed twice in the same way.
        """
        web = service("web")

        assert (
            "Environment 'dev' exposes port 'mqtt' of Service 'broker' twice.",
            "Environment 'dev' exposes Service 'broker' twice.",
            "Environment 'dev' exposes port 'http' of Service 'web' twice.",
        ) == refused(
            NodePort([broker["mqtt"], broker]),
            NodePort([broker["mqtt"], broker, web]),
            NodePort([web["http"]]),
            LoadBalancer([broker["mqtt"], broker]),
            parts=[broker, web],
        )

    def test_two_types(self, refused):
        """
        The Service that other parts know is of one type.
        """
        web = service("web")

        assert ("Environment 'dev' exposes Service 'web' twice.",) == refused(
            NodePort([web]), LoadBalancer([web]), parts=[web]
        )

    def test_different_policies(self, broker, refused):
        """
        The ports of a part at ports of nodes have one traffic policy.
        """
        assert (
            (
                "Environment 'dev' exposes ports of Service 'broker' by "
                "NodePorts of different external_traffic_policy. Say the same "
                "of them."
            ),
        ) == refused(
            NodePort([broker["mqtt"]], external_traffic_policy="Local"),
            NodePort([broker["admin"]]),
            NodePort([broker], external_traffic_policy="Local"),
            parts=[broker],
        )

    def test_taken_name(self, broker, refused):
        """
        No part is called like the address of a port.
        """
        assert (
            (
                "Service 'broker-public' has the name of the address of port "
                "'mqtt' of Service 'broker'. Choose another one."
            ),
        ) == refused(
            LoadBalancer([broker["mqtt"]]),
            parts=[broker, service("broker-public")],
        )

    def test_foreign(self, broker, refused):
        """
        The port is one of the app.
        """
        assert (
            (
                "Environment 'dev' exposes Service 'broker', which is not a part "
                "of the app; choose one of: 'web'."
            ),
        ) == refused(NodePort([broker["mqtt"]]), parts=[service("web")])
