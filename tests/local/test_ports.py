"""
Node ports answer on this machine as long as their services are there.
"""

import pytest

from infra.local.ports import NodePorts


class _Relay:
    """
    Remembers which ports are open.
    """

    def __init__(self):
        self.ports = {5000}

    def open(self, port):
        self.ports.add(port)

    def close(self, port):
        self.ports.discard(port)


@pytest.fixture(name="relay")
def _relay():
    """
    A relay that has a port of its own open.
    """
    return _Relay()


@pytest.fixture(name="node_ports")
def _node_ports(relay):
    """
    The controller.
    """
    return NodePorts(relay)


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


class TestNodePorts:
    def test_life(self, node_ports, relay):
        """
        A port opens with its service, moves with it, and closes with it.
        """
        states = []
        for kind, ports in (
            ("ADDED", (30080, 30081)),
            ("MODIFIED", (30081, 30082)),
            ("DELETED", (30081, 30082)),
        ):
            node_ports(kind, _service(*ports))
            states.append(relay.ports - {5000})

        assert [{30080, 30081}, {30081, 30082}, set()] == states

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
        ],
    )
    def test_none(self, node_ports, relay, service):
        """
        Services without TCP node ports open nothing.
        """
        node_ports("ADDED", service)

        assert {5000} == relay.ports

    def test_forget(self, node_ports, relay):
        """
        After the connection to the API server was lost, only ports of
        services that are still there stay open, and the relay's own.
        """
        node_ports("ADDED", _service(30080))
        node_ports("ADDED", _service(30081, name="gone"))
        node_ports.forget()
        node_ports("ADDED", _service(30080))

        assert {5000, 30080} == relay.ports
