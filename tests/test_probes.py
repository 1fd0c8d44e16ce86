"""
How containers are asked whether they live and are ready.
"""

import attrs
import pytest

from tests.compiled import container_fixture, pod_fixture

from mizzen import (
    OFF,
    CommandHealth,
    GrpcHealth,
    HttpHealth,
    Image,
    Port,
    Service,
    SpecError,
    Worker,
)


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


class TestTimes:
    @staticmethod
    def times(container):
        """
        Period, time-out and number of failures of each probe.
        """
        names = ("periodSeconds", "timeoutSeconds", "failureThreshold")
        return {
            name.removesuffix("Probe"): tuple(found[n] for n in names)
            for name, found in container.items()
            if name.endswith("Probe")
        }

    def test_asked(self, web, container):
        """
        Health has the times that it says, and the same time to start; the
        connection for liveness keeps its own.
        """
        slow = HttpHealth("/up", timeout_seconds=10, period_seconds=20)
        found = container(attrs.evolve(web, health=slow, startup_seconds=110))

        assert {
            "startup": (20, 10, 6),
            "readiness": (20, 10, 3),
            "liveness": (10, 3, 6),
        } == self.times(found)

    def test_readiness(self, web, container):
        """
        Readiness of its own has times of its own.
        """
        asked = attrs.evolve(
            web, health="/up", ready=CommandHealth(["r"], timeout_seconds=9)
        )

        assert {
            "startup": (2, 3, 60),
            "readiness": (5, 9, 3),
            "liveness": (10, 3, 6),
        } == self.times(container(asked))

    def test_command(self, container):
        """
        A command that is asked for liveness keeps its times there.
        """
        ping = CommandHealth(["celery", "inspect", "ping"], timeout_seconds=20)
        worker = Worker("worker", image=Image("acme/app:v5"), health=ping)
        found = container(worker)

        assert {"startup": (2, 20, 60), "liveness": (10, 20, 6)} == self.times(
            found
        )
        assert {"command": ["celery", "inspect", "ping"]} == found[
            "livenessProbe"
        ]["exec"]

    @pytest.mark.parametrize("seconds", [0, 3601, 1.5, True])
    def test_refused(self, seconds):
        """
        Times are whole seconds.
        """
        with pytest.raises(SpecError) as ei:
            CommandHealth(["ping"], timeout_seconds=seconds)

        assert (
            "CommandHealth: timeout_seconds must be a whole number from 1 to "
            f"3600, like 20 (got {seconds!r})."
        ) == str(ei.value)

    def test_no_command(self):
        """
        A command has at least one word.
        """
        with pytest.raises(SpecError) as ei:
            CommandHealth([])

        assert (
            "CommandHealth: command must be a command, like ['healthy'] (got "
            "())."
        ) == str(ei.value)
