"""
Findings about pods that may do what only their node should.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    Container,
    DaemonSet,
    HostPath,
    Image,
    Scratch,
    SecurityContext,
)

from .support import WORKER, changed, enforcing


AGENT = DaemonSet(
    "agent",
    image=Image("acme/agent:v5"),
    health=["ok"],
    host_network=True,
    host_pid=True,
    volumes={"/logs": HostPath("/var/log"), "/tmp": Scratch("1Gi")},
)


class TestPrivileged:
    def test_patch(self, judged):
        """
        A patch may do what an object by hand can.
        """
        environment = changed(enforcing("privileged"), hostPID=True)

        assert [
            (
                "Deployment 'worker': its pods may do what only their node "
                "should, by hostPID (pod-privileged). Take it out of the "
                "patch of Worker 'worker', or keep others out of its "
                "namespace."
            )
        ] == judged(environment)

    @pytest.mark.parametrize(
        "more",
        [
            {"volumes": {"/logs": HostPath("/var/log", type="Directory")}},
            {
                "security_context": SecurityContext(
                    privileged=True, allow_privilege_escalation=True
                )
            },
            {
                "security_context": SecurityContext(
                    capabilities=["SYS_PTRACE", "CHOWN"],
                    seccomp_profile=OFF,
                    app_armor_profile=OFF,
                )
            },
            {
                "sidecars": [
                    Container(
                        "beside",
                        image=Image("acme/beside:v5"),
                        security_context=SecurityContext(seccomp_profile=OFF),
                        volumes={"/logs": HostPath("/var/log")},
                    )
                ]
            },
        ],
    )
    def test_said(self, judged, more):
        """
        Who says it in mizzen's own words has thought of it.
        """
        part = attrs.evolve(WORKER, **more)

        assert [] == judged(enforcing("privileged"), part=part)

    def test_agent(self, judged):
        """
        So has who says that something shares what its node has.
        """
        assert [] == judged(enforcing("privileged"), part=AGENT)

    @pytest.mark.parametrize(
        ("pod", "what"),
        [
            ({"hostPID": True, "hostIPC": True}, "hostIPC"),
            (
                {"volumes": [{"name": "x", "hostPath": {"path": "/"}}]},
                "a hostPath volume of /",
            ),
            (
                {
                    "containers": {
                        "agent": {
                            "securityContext": {
                                "privileged": True,
                                "allowPrivilegeEscalation": True,
                            }
                        }
                    }
                },
                "privileged",
            ),
        ],
        ids=str,
    )
    def test_more_than_said(self, judged, pod, what):
        """
        A patch that goes beyond what is said is told, and only that.
        """
        patch = AGENT.patch("DaemonSet", {"spec": {"template": {"spec": pod}}})
        environment = attrs.evolve(enforcing("privileged"), patches=[patch])

        assert [
            (
                "DaemonSet 'agent': its pods may do what only their node "
                f"should, by {what} (pod-privileged). Take it out of the "
                "patch of DaemonSet 'agent', or keep others out of its "
                "namespace."
            )
        ] == judged(environment, part=AGENT)

    def test_another_container(self, judged):
        """
        What one container may do is said of no other.
        """
        mighty = SecurityContext(
            privileged=True, allow_privilege_escalation=True
        )
        beside = Container("beside", image=Image("acme/beside:v5"))
        part = attrs.evolve(WORKER, security_context=mighty, sidecars=[beside])
        more = {"privileged": True, "allowPrivilegeEscalation": True}
        pod = {"initContainers": {"beside": {"securityContext": more}}}
        (found,) = judged(changed(enforcing("privileged"), **pod), part=part)

        assert "by privileged (pod-privileged)" in found
