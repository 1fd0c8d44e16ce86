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

    def test_policy(self, broker):
        """
        Traffic policies are those of Kubernetes.
        """
        with pytest.raises(SpecError) as ei:
            LoadBalancer([broker], external_traffic_policy="local")

        assert (
            "LoadBalancer: external_traffic_policy must be one of 'Local', "
            "'Cluster' (got 'local')."
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
            LoadBalancer([broker["admin"]]),
            parts=[broker],
        )

    def test_twice(self, broker, refused):
        """
        Nothing is exposed twice in the same way.
        """
        assert (
            "Environment 'dev' exposes port 'mqtt' of Service 'broker' twice.",
            "Environment 'dev' exposes Service 'broker' twice.",
        ) == refused(
            NodePort([broker["mqtt"]]),
            NodePort([broker["mqtt"], broker]),
            LoadBalancer([broker]),
            parts=[broker],
        )

    def test_with_all(self, broker, refused):
        """
        A port that is open with all others of its service is not open alone
        too, whose networks may be others; at ports of nodes it is.
        """
        assert (
            "Environment 'dev' exposes port 'mqtt' of Service 'broker' twice.",
        ) == refused(
            LoadBalancer([broker["mqtt"]]),
            LoadBalancer([broker], source_ranges=["192.0.2.0/24"]),
            NodePort([broker["admin"]]),
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
