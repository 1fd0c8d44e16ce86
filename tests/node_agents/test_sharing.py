"""
DaemonSets that share with their nodes.
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
    Isolation,
    Namespace,
    Postgres,
    Rollout,
    SpecError,
    Stack,
    Worker,
)
from mizzen.checks import check
from mizzen.environment import CLUSTERS
from mizzen.testing import Facts

from .support import IMAGE


PRIVILEGED = Environment("dev", namespace=Namespace(pod_security="privileged"))


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
