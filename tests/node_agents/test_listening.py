"""
DaemonSets that listen, and those that use them.
"""

import pytest

from mizzen import (
    App,
    Container,
    DaemonSet,
    Environment,
    GrpcHealth,
    Job,
    Metrics,
    Port,
    Service,
    SpecError,
    Stack,
    Use,
    Worker,
)
from mizzen.diagram import mermaid
from mizzen.graph import graph
from mizzen.testing import Facts

from .support import IMAGE, STATSD


@pytest.fixture(name="user")
def _user(agent):
    return Worker("user", image=IMAGE, uses=[agent])


def variables(manifests, kind, name):
    """
    What the first container of a workload is told.
    """
    spec = manifests.get(kind, name)["spec"]["template"]["spec"]

    return {
        each["name"]: each["value"] for each in spec["containers"][0]["env"]
    }


class TestListens:
    def test_service(self, desired, agent):
        """
        Each pod reaches the agent of its own node, under the agent's name.
        """
        found = desired(agent).get("Service", "agent")["spec"]

        assert {
            "type": "ClusterIP",
            "internalTrafficPolicy": "Local",
            "selector": {
                "app.kubernetes.io/name": "agent",
                "app.kubernetes.io/instance": "shop-dev",
            },
            "ports": [
                {
                    "name": "statsd",
                    "port": 8125,
                    "targetPort": "statsd",
                    "protocol": "UDP",
                }
            ],
        } == found

    def test_nothing(self, desired):
        """
        What listens on nothing has no address.
        """
        found = desired(DaemonSet("agent", image=IMAGE))

        assert [] == [each for each in found if each.kind == "Service"]

    def test_settings(self, desired, agent, user):
        """
        Those that use it are told where it is.
        """
        assert {
            "AGENT_HOST": "agent",
            "AGENT_PORT": "8125",
            "AGENT_URL": "udp://agent:8125",
        } == variables(desired(user, agent), "Deployment", "user")

    def test_own_words(self, desired):
        """
        Its settings have names, as those of services have.
        """
        agent = DaemonSet("agent", image=IMAGE, port=4318)
        env = {"OTEL": agent.url, "STATSD_HOST": agent.host}
        user = Worker("user", image=IMAGE, uses=[Use(agent, env=env)])

        assert {
            "OTEL": "http://agent:4318",
            "STATSD_HOST": "agent",
        } == variables(desired(user, agent), "Deployment", "user")

    def test_reached(self, agent, user):
        """
        Policies on both ends let in who uses it, and nobody else.
        """
        other = Worker("other", image=IMAGE)
        app = App("shop", edition="2026", parts=[user, other, agent])
        stack = Stack("dev", environment="dev")
        facts = Facts.of(app, Environment("dev"), stack)

        assert {"agent"} == facts.reached_from(user)
        assert set() == facts.reached_from(other)
        assert set() == facts.reached_from(agent)

    def test_graph(self, agent, user):
        """
        The edge is in the graph, and the picture tells the port.
        """
        app = App("shop", edition="2026", parts=[user, agent])
        found = graph(app, Environment("dev"))

        assert found.reaches(user, agent)
        assert ":8125 on each node" in mermaid(found)

    def test_waits(self, agent, user):
        """
        A job waits for the agent that it uses; what runs on does not.
        """
        job = Job("job", image=IMAGE, uses=[agent])
        app = App("shop", edition="2026", parts=[user, agent, job])
        found = graph(app, Environment("dev"))

        assert (agent,) == found.waits_for(job)
        assert () == found.waits_for(user)

    def test_probes(self, desired):
        """
        What listens is asked at its port.
        """
        ports = [Port("grpc", 4317, application="grpc")]
        agent = DaemonSet(
            "agent", image=IMAGE, ports=ports, health=GrpcHealth()
        )
        spec = desired(agent).get("DaemonSet", "agent")["spec"]
        (container,) = spec["template"]["spec"]["containers"]

        assert 4317 == container["readinessProbe"]["grpc"]["port"]
        assert {"port": "grpc"} == container["livenessProbe"]["tcpSocket"]

    def test_unanswered(self):
        """
        Health that no port answers is refused.
        """
        with pytest.raises(SpecError) as ei:
            DaemonSet("agent", image=IMAGE, health="/healthz")

        assert (
            "DaemonSet 'agent': health must be a command or OFF, because no "
            "port speaks HTTP (got '/healthz')."
        ) == str(ei.value)

    def test_used_silent(self):
        """
        Who listens on nothing cannot be used.
        """
        with pytest.raises(SpecError) as ei:
            Use(DaemonSet("agent", image=IMAGE))

        assert (
            "Use: DaemonSet 'agent' cannot be used, because it listens on "
            "nothing. Give it a port, like port=8000."
        ) == str(ei.value)

    def test_twice(self):
        """
        No two of its ports are the same.
        """
        with pytest.raises(SpecError) as ei:
            DaemonSet("agent", image=IMAGE, ports=[STATSD, STATSD])

        assert (
            "DaemonSet 'agent': ports must have different names (got "
            "'statsd')."
        ) == str(ei.value)

    def test_taken_by_sidecar(self, desired):
        """
        Nor is one taken by another container of its pods.
        """
        beside = Container("beside", image=IMAGE, ports=[STATSD])
        agent = DaemonSet(
            "agent", image=IMAGE, ports=[STATSD], sidecars=[beside]
        )
        with pytest.raises(SpecError) as ei:
            desired(agent)

        assert (
            "DaemonSet 'agent': port 8125 is taken by container 'agent' and "
            "by container 'beside', which share one network."
        ) in str(ei.value)

    def test_metrics(self, desired):
        """
        Metrics at a port that it has anyway are told of there.
        """
        agent = DaemonSet(
            "agent", image=IMAGE, port=9100, metrics=Metrics(9100)
        )
        spec = desired(agent).get("DaemonSet", "agent")["spec"]
        (container,) = spec["template"]["spec"]["containers"]

        assert ["http"] == [port["name"] for port in container["ports"]]

    def test_replaced(self, agent, user):
        """
        Another app may give it other ports.
        """
        app = App("shop", edition="2026", parts=[user, agent])
        new = app.replace(agent, port=8126, ports=[])
        listed = {part.name: part for part in new.parts}

        assert (Port("http", 8126),) == listed["agent"].listens


class TestUdp:
    def test_service(self, desired):
        """
        Nobody is told that HTTP is spoken over UDP.
        """
        part = Service("dns", image=IMAGE, port=8080, ports=[STATSD])
        ports = desired(part).get("Service", "dns")["spec"]["ports"]

        assert ["http", None] == [port.get("appProtocol") for port in ports]
