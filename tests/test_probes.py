"""
How containers are asked whether they live and are ready.
"""

import attrs
import pytest

from tests.compiled import container_fixture, pod_fixture

from mizzen import OFF, GrpcHealth, HttpHealth, Image, Port, Service


__all__ = ["container_fixture", "pod_fixture"]


class TestProbes:
    @staticmethod
    def probes(container):
        """
        What each probe does.
        """
        return {
            name.removesuffix("Probe"): next(iter(container[name].items()))
            for name in container
            if name.endswith("Probe")
        }

    def test_path(self, web, container):
        """
        A path is asked for start-up and readiness; liveness is a connection.
        """
        found = container(attrs.evolve(web, health="/healthz"))
        asked = ("httpGet", {"path": "/healthz", "port": "http"})

        assert {
            "startup": asked,
            "readiness": asked,
            "liveness": ("tcpSocket", {"port": "http"}),
        } == self.probes(found)

    @pytest.mark.parametrize(
        ("health", "asked"),
        [
            ("/up", ("httpGet", {"path": "/up", "port": "live"})),
            (HttpHealth("/up"), ("httpGet", {"path": "/up", "port": "live"})),
            (
                HttpHealth("/up", port="admin"),
                ("httpGet", {"path": "/up", "port": "admin"}),
            ),
            (GrpcHealth(), ("grpc", {"port": 9000})),
            (
                GrpcHealth("acme.Chat", port="more"),
                ("grpc", {"port": 9001, "service": "acme.Chat"}),
            ),
        ],
    )
    def test_spoken(self, container, health, asked):
        """
        Health is asked at the first port that speaks what is asked, or at
        the one that is named.
        """
        ports = [
            Port("dns", 5353, protocol="UDP"),
            Port("rpc", 9000, application="grpc"),
            Port("more", 9001, application="grpc"),
            Port("live", 9002, application="ws"),
            Port("admin", 9003),
        ]
        chat = Service(
            "chat", image=Image("acme/chat:v5"), ports=ports, health=health
        )

        assert {
            "startup": asked,
            "readiness": asked,
            "liveness": ("tcpSocket", {"port": "rpc"}),
        } == self.probes(container(chat))

    def test_command(self, web, container):
        """
        A service may be asked by a command.
        """
        found = container(attrs.evolve(web, health=["ask", "me"]))
        asked = ("exec", {"command": ["ask", "me"]})

        assert {
            "startup": asked,
            "readiness": asked,
            "liveness": ("tcpSocket", {"port": "http"}),
        } == self.probes(found)

    def test_worker(self, beat, container):
        """
        A worker's command is asked for start-up and liveness; nobody waits
        for its readiness.
        """
        found = container(attrs.evolve(beat, health=["ask"]))
        asked = ("exec", {"command": ["ask"]})

        assert {"startup": asked, "liveness": asked} == self.probes(found)

    def test_ready(self, web, beat, container):
        """
        Readiness may be asked by other words than life.
        """
        worker = attrs.evolve(beat, health=["ask"], ready=["ask", "now"])
        service = attrs.evolve(web, health="/alive", ready="/ready")

        assert ("exec", {"command": ["ask", "now"]}) == self.probes(
            container(worker)
        )["readiness"]
        assert (
            "httpGet",
            {"path": "/ready", "port": "http"},
        ) == self.probes(container(service))["readiness"]

    def test_never_ready(self, web, container):
        """
        `OFF` removes readiness alone.
        """
        found = self.probes(container(attrs.evolve(web, ready=OFF)))

        assert {"startup", "liveness"} == set(found)

    def test_silent_worker(self, beat, container):
        """
        A worker that says nothing about its health is not asked.
        """
        assert {} == self.probes(container(beat))

    def test_off(self, web, container):
        """
        `OFF` removes all probes.
        """
        assert {} == self.probes(container(attrs.evolve(web, health=OFF)))

    def test_first_tcp_port(self, container):
        """
        Connections go to the first port that speaks TCP.
        """
        ports = [
            Port("dns", 5353, protocol="UDP"),
            Port("dns-tcp", 5353, application="tcp"),
        ]
        dns = Service("dns", image=Image("acme/dns:v5"), ports=ports)

        assert ("tcpSocket", {"port": "dns-tcp"}) == self.probes(
            container(dns)
        )["readiness"]

    def test_no_tcp(self, container):
        """
        A service without TCP is asked by a command or not at all.
        """
        ports = [Port("dns", 5353, protocol="UDP")]
        dns = Service("dns", image=Image("acme/dns:v5"), ports=ports)
        asked = ("exec", {"command": ["ask"]})

        assert {} == self.probes(container(dns))
        assert {
            "startup": asked,
            "readiness": asked,
            "liveness": asked,
        } == self.probes(container(attrs.evolve(dns, health=["ask"])))
