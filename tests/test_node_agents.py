"""
DaemonSets that listen, and those that share with their nodes.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    App,
    Container,
    Credentials,
    DaemonSet,
    Environment,
    External,
    FromConfig,
    GrpcHealth,
    Image,
    Isolation,
    Job,
    Metrics,
    Namespace,
    Port,
    Postgres,
    Rollout,
    Service,
    SpecError,
    Stack,
    Use,
    Worker,
)
from mizzen.checks import check
from mizzen.diagram import mermaid
from mizzen.environment import CLUSTERS
from mizzen.graph import graph
from mizzen.testing import Facts


IMAGE = Image("acme/agent:v5")
STATSD = Port("statsd", 8125, protocol="UDP")
PRIVILEGED = Environment("dev", namespace=Namespace(pod_security="privileged"))


@pytest.fixture(name="agent")
def _agent():
    return DaemonSet("agent", image=IMAGE, ports=[STATSD])


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


class TestNode:
    def test_network(self, desired, agent):
        """
        In the network of its node it still finds the cluster's names, no
        policy claims to hold for it, and the old pod goes first.
        """
        part = attrs.evolve(agent, host_network=True)
        found = desired(part, environment=PRIVILEGED)
        spec = found.get("DaemonSet", "agent")["spec"]
        pod = spec["template"]["spec"]

        assert pod["hostNetwork"] is True
        assert "ClusterFirstWithHostNet" == pod["dnsPolicy"]
        assert "hostPID" not in pod
        assert {"maxSurge": 0, "maxUnavailable": 1} == spec["updateStrategy"][
            "rollingUpdate"
        ]
        assert [] == [each for each in found if each.kind == "NetworkPolicy"]

    def test_processes(self, desired, agent):
        """
        Processes of the node change nothing about the network.
        """
        part = attrs.evolve(agent, host_pid=True)
        found = desired(part, environment=PRIVILEGED)
        pod = found.get("DaemonSet", "agent")["spec"]["template"]["spec"]

        assert pod["hostPID"] is True
        assert "hostNetwork" not in pod
        assert found.get("NetworkPolicy", "agent")

    @pytest.mark.parametrize("field", ["host_network", "host_pid"])
    def test_refused(self, desired, agent, field):
        """
        The namespace has to let both in.
        """
        with pytest.raises(SpecError) as ei:
            desired(attrs.evolve(agent, **{field: True}))

        assert (
            f"DaemonSet 'agent': {field} needs Pod Security's level "
            "'privileged', but the namespace of environment 'dev' enforces "
            "'restricted'. Set namespace=Namespace(pod_security='privileged') "
            "there, or leave it out."
        ) in str(ei.value)

    @pytest.mark.parametrize("field", ["host_network", "host_pid"])
    def test_autopilot(self, desired, agent, field):
        """
        Autopilot has no nodes that it shares.
        """
        cluster = CLUSTERS["gke-autopilot"]
        stack = Stack("prod", environment="dev", cluster=cluster)
        part = attrs.evolve(agent, **{field: True})
        with pytest.raises(SpecError) as ei:
            desired(part, environment=PRIVILEGED, stack=stack)

        assert (
            f"DaemonSet 'agent': it asks for {field}, but Autopilot refuses "
            "it. Leave it out, or use another cluster."
        ) in str(ei.value)

    def test_surge(self, agent):
        """
        Two pods of a node cannot listen on the same of its ports.
        """
        rollout = Rollout(surge=1)
        with pytest.raises(SpecError) as ei:
            attrs.evolve(agent, host_network=True, update_strategy=rollout)

        assert (
            "DaemonSet 'agent': update_strategy must have surge=0 with "
            "host_network, because two pods of a node cannot listen on the "
            "same ports, like Rollout(surge=0, unavailable=1) (got "
            f"{rollout!r})."
        ) == str(ei.value)

    def test_given_strategy(self, desired, agent):
        """
        How many go at a time is still said.
        """
        part = attrs.evolve(
            agent,
            host_network=True,
            update_strategy=Rollout(surge="0%", unavailable="10%"),
        )
        found = desired(part, environment=PRIVILEGED)
        spec = found.get("DaemonSet", "agent")["spec"]

        assert (
            "10%" == spec["updateStrategy"]["rollingUpdate"]["maxUnavailable"]
        )

    def test_root_port(self, desired):
        """
        Of the node's own ports root alone takes the first ones.
        """
        part = DaemonSet("agent", image=IMAGE, port=80, host_network=True)
        with pytest.raises(SpecError) as ei:
            desired(part, environment=PRIVILEGED)

        assert (
            "DaemonSet 'agent': port 80 of the node is root's own. Choose "
            "1024 or above, set user=0, or leave out host_network."
        ) in str(ei.value)

        root = attrs.evolve(part, user=0)
        found = desired(root, environment=PRIVILEGED)
        pod = found.get("DaemonSet", "agent")["spec"]["template"]["spec"]

        assert "sysctls" not in pod["securityContext"]

    def test_root_port_of_sidecar(self, desired, agent):
        """
        The containers beside it are in the same network.
        """
        beside = Container("beside", image=IMAGE, port=443)
        part = attrs.evolve(agent, host_network=True, sidecars=[beside])
        with pytest.raises(SpecError) as ei:
            desired(part, environment=PRIVILEGED)

        assert (
            "DaemonSet 'agent': container 'beside': port 443 of the node is "
            "root's own. Choose 1024 or above, set user=0, or leave out "
            "host_network."
        ) in str(ei.value)

    def test_same_port(self, desired, agent):
        """
        Two agents of one node cannot share a port of it; those of other
        nodes may.
        """
        first = attrs.evolve(agent, host_network=True)
        second = attrs.evolve(first, name="second")
        with pytest.raises(SpecError) as ei:
            desired(first, second, environment=PRIVILEGED)

        assert (
            "DaemonSet 'second': port 8125 of the node is taken by DaemonSet "
            "'agent'. Choose another one, or leave out host_network."
        ) in str(ei.value)

        elsewhere = attrs.evolve(second, nodes={"pool": "gpu"})

        assert desired(first, elsewhere, environment=PRIVILEGED)

    def test_same_port_of_metrics(self, desired):
        """
        A port for metrics alone is one of the node as well.
        """
        first = DaemonSet("a", image=IMAGE, host_network=True, metrics=9100)
        second = attrs.evolve(first, name="b")
        with pytest.raises(SpecError) as ei:
            desired(first, second, environment=PRIVILEGED)

        assert (
            "DaemonSet 'b': port 9100 of the node is taken by DaemonSet 'a'. "
            "Choose another one, or leave out host_network."
        ) in str(ei.value)

    def test_not_let_in(self, desired, agent):
        """
        Policies name pods, and its connections come from a node.
        """
        db = Postgres("db", version=17, disk="1Gi")
        part = attrs.evolve(agent, host_network=True, uses=[db])
        with pytest.raises(SpecError) as ei:
            desired(part, db, environment=PRIVILEGED)

        assert (
            "DaemonSet 'agent': with host_network it connects from the "
            "address of its node, which the NetworkPolicy of Postgres 'db' "
            "does not let in. Leave out host_network or the edge, or set "
            "isolation=OFF in environment 'dev'."
        ) in str(ei.value)

        open_to_all = attrs.evolve(PRIVILEGED, isolation=OFF)

        assert desired(part, db, environment=open_to_all)

    def test_outside(self, desired, agent):
        """
        What the app does not run has no policy of it.
        """
        at = External(
            host="db.example.com",
            credentials=Credentials(
                user="shop", password=FromConfig("password", secret=True)
            ),
            cidrs=["192.0.2.0/24"],
        )
        db = Postgres("db", version=17, disk="1Gi")
        part = attrs.evolve(agent, host_network=True, uses=[db])
        environment = attrs.evolve(
            PRIVILEGED, overrides=[db.override(at=at, backup=OFF)]
        )

        assert desired(part, db, environment=environment)

    def test_each_other(self, desired, agent):
        """
        Between nodes there is no policy.
        """
        first = attrs.evolve(agent, host_network=True)
        second = DaemonSet(
            "second", image=IMAGE, uses=[first], host_network=True
        )

        assert desired(first, second, environment=PRIVILEGED)

    def test_not_let_out(self, desired, agent):
        """
        Nor do policies name nodes, for those that use it.
        """
        part = attrs.evolve(agent, host_network=True)
        user = Worker("user", image=IMAGE, uses=[part])
        with pytest.raises(SpecError) as ei:
            desired(user, part, environment=PRIVILEGED)

        assert (
            "Worker 'user': it uses DaemonSet 'agent', which has the address "
            "of the node by host_network, and no NetworkPolicy can let it "
            "connect there. Leave out host_network or the edge, or set "
            "isolation=Isolation.INGRESS in environment 'dev'."
        ) in str(ei.value)

        half = attrs.evolve(PRIVILEGED, isolation=Isolation.INGRESS)

        assert desired(user, part, environment=half)

    def test_override(self, agent):
        """
        An environment whose namespace does not let it in may do without.
        """
        part = attrs.evolve(agent, host_network=True)

        assert {"host_network": False} == part.override(
            host_network=False
        ).changes

    def test_facts(self, agent):
        """
        Facts and findings know that no policy holds for it, that of the
        namespace neither.
        """
        part = attrs.evolve(agent, host_network=True, health=["alive"])
        held = Namespace(pod_security="privileged", default_deny=True)
        environment = attrs.evolve(PRIVILEGED, namespace=held)
        app = App("shop", edition="2026", parts=[part])
        stack = Stack("dev", environment="dev")

        facts = Facts.of(app, environment, stack)

        assert facts.can_reach(part, part)
        assert [
            (
                "DaemonSet 'agent': no NetworkPolicy holds for its pods, "
                "which are in the network of their nodes (not-isolated). "
                "Leave out host_network where it can do without."
            )
        ] == [
            str(finding)
            for finding in check(app, environment, stack, facts.manifests)
            if finding.id == "not-isolated"
        ]


class TestUdp:
    def test_service(self, desired):
        """
        Nobody is told that HTTP is spoken over UDP.
        """
        part = Service("dns", image=IMAGE, port=8080, ports=[STATSD])
        ports = desired(part).get("Service", "dns")["spec"]["ports"]

        assert ["http", None] == [port.get("appProtocol") for port in ports]
