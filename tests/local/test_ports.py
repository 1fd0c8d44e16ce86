"""
Ports of services answer on this machine as long as their services are there.
"""

import pytest

from infra.local import network
from infra.local.errors import LocalClusterError
from infra.local.ports import ServicePorts, places


class _Relay:
    """
    Remembers which ports are open, and where they lead.
    """

    def __init__(self):
        self.ports = {5000: ("127.0.0.1", 5000)}

    def open(self, port, to):
        if port in self.ports:
            msg = f"Port {port} is taken."
            raise LocalClusterError(msg)
        self.ports[port] = to

    def close(self, port):
        del self.ports[port]


@pytest.fixture(name="relay")
def _relay():
    """
    A relay that has a port of its own open.
    """
    return _Relay()


@pytest.fixture(name="ports")
def _ports(relay, home):
    """
    The controller.
    """
    (home / ".local/share/mizzen/local").mkdir(parents=True)

    return ServicePorts(relay)


def _service(*ports, name="client", protocol="TCP"):
    return {
        "metadata": {"namespace": "multi", "name": name},
        "spec": {
            "ports": [
                {"port": 80, "nodePort": port, "protocol": protocol}
                for port in ports
            ]
        },
    }


def _balanced(*ports, address="10.98.0.200"):
    return {
        "metadata": {"namespace": "multi", "name": "client"},
        "spec": {"ports": [{"port": n, "protocol": "TCP"} for n in ports]},
        "status": {
            "loadBalancer": {"ingress": [{"ip": address}] if address else []}
        },
    }


class TestNodePorts:
    def test_life(self, ports, relay):
        """
        A port opens with its service, moves with it, and closes with it.
        """
        states = []
        for kind, numbers in (
            ("ADDED", (30080, 30081)),
            ("MODIFIED", (30081, 30082)),
            ("DELETED", (30081, 30082)),
        ):
            ports(kind, _service(*numbers))
            states.append(relay.ports.keys() - {5000})

        assert [{30080, 30081}, {30081, 30082}, set()] == states

    def test_place(self, ports, relay):
        """
        A node port leads to the same port of the node.
        """
        ports("ADDED", _service(30080))

        assert (network.ADDRESS, 30080) == relay.ports[30080]

    @pytest.mark.parametrize(
        "service",
        [
            {
                "metadata": {"namespace": "multi", "name": "db"},
                "spec": {"clusterIP": "None"},
            },
            {
                "metadata": {"namespace": "multi", "name": "db"},
                "spec": {"ports": [{"port": 5432, "protocol": "TCP"}]},
            },
            _service(30053, protocol="UDP"),
            _balanced(80, address=None),
        ],
    )
    def test_none(self, ports, relay, service):
        """
        Services without TCP node ports or an address open nothing.
        """
        ports("ADDED", service)

        assert {5000} == relay.ports.keys()

    def test_keep(self, ports, relay):
        """
        After the connection to the API server was lost, ports of services
        that are still there stay open all the time, those of others close,
        and the relay keeps its own.
        """
        ports("ADDED", _service(30080))
        ports("ADDED", _service(30081, name="gone"))
        closed = []
        relay.close = closed.append
        ports.keep([_service(30080)])
        ports("ADDED", _service(30080))

        assert [30081] == closed


class TestLoadBalancers:
    def test_life(self, ports, relay):
        """
        The ports of a load balancer lead to its address as soon as it has
        one, and are told until it goes.
        """
        ports("ADDED", _balanced(80, 443, address=None))
        ports("MODIFIED", _balanced(80, 443))

        assert ("10.98.0.200", 443) == relay.ports[443]
        assert {"multi/client": {"80": 80, "443": 443}} == places()

        ports("DELETED", _balanced(80, 443))

        assert {5000} == relay.ports.keys()
        assert {} == places()

    def test_taken(self, ports, relay):
        """
        A well-known port that another program has is moved aside, and comes
        back with the service.
        """
        relay.open(80, ("127.0.0.1", 1))
        ports("ADDED", _balanced(80))

        assert ("10.98.0.200", 80) == relay.ports[8080]
        assert {"multi/client": {"80": 8080}} == places()

        ports("DELETED", _balanced(80))

        assert {5000, 80} == relay.ports.keys()

    def test_refused(self, ports):
        """
        Another port that another program has is refused.
        """
        with pytest.raises(LocalClusterError, match="Port 5000 is taken"):
            ports("ADDED", _balanced(5000))
