"""
What containers may do beyond what all may, and the namespaces that let them.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    App,
    Container,
    DaemonSet,
    Defaults,
    HostPath,
    Image,
    Namespace,
    Port,
    SecurityContext,
    Service,
    SpecError,
    Stack,
    Worker,
)
from mizzen.environment import CLUSTERS


IMAGE = Image("acme/agent:v5")


@pytest.fixture(name="compiled")
def _compiled(dev, desired):
    """
    The pod of a part where the namespace enforces a level.
    """

    def compiled(part, level="restricted", stack=None, **changes):
        environment = attrs.evolve(
            dev, namespace=Namespace(pod_security=level), **changes
        )
        app = App("shop", edition="2026", parts=[part])
        given = {"stack": stack} if stack else {}
        made = desired(app, environment=environment, **given)
        kinds = ("Deployment", "DaemonSet")
        (found,) = (each for each in made if each.kind in kinds)

        return found.body["spec"]["template"]["spec"]

    return compiled


class TestSecurityContext:
    def test_usual(self, compiled):
        """
        A container that asks for nothing has no capability, gains no rights
        and makes the usual system calls.
        """
        (container,) = compiled(Worker("agent", image=IMAGE))["containers"]

        assert {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
            "runAsUser": 10001,
            "runAsGroup": 10001,
            "seccompProfile": {"type": "RuntimeDefault"},
        } == container["securityContext"]

    def test_more(self, compiled):
        """
        What it asks for is added to what it has, and takes its place.
        """
        context = SecurityContext(
            capabilities=["NET_BIND_SERVICE"],
            seccomp_profile="localhost/audit.json",
            app_armor_profile="RuntimeDefault",
        )
        part = Worker("agent", image=IMAGE, security_context=context)
        (container,) = compiled(part)["containers"]
        found = container["securityContext"]

        assert {
            "drop": ["ALL"],
            "add": ["NET_BIND_SERVICE"],
        } == found["capabilities"]
        assert {
            "type": "Localhost",
            "localhostProfile": "audit.json",
        } == found["seccompProfile"]
        assert {"type": "RuntimeDefault"} == found["appArmorProfile"]

    def test_privileged(self, compiled):
        """
        A privileged container may do whatever the node may, as root too.
        """
        context = SecurityContext(
            allow_privilege_escalation=True,
            app_armor_profile=OFF,
            privileged=True,
            seccomp_profile=OFF,
        )
        part = DaemonSet(
            "agent", image=IMAGE, user=0, security_context=context
        )
        (container,) = compiled(part, "privileged")["containers"]
        found = container["securityContext"]

        assert found["privileged"]
        assert found["allowPrivilegeEscalation"]
        assert not found["runAsNonRoot"]
        assert 0 == found["runAsUser"]
        assert {"type": "Unconfined"} == found["seccompProfile"]
        assert {"type": "Unconfined"} == found["appArmorProfile"]

    def test_precedence(self, compiled):
        """
        Defaults of an environment hold for all containers that say nothing
        themselves.
        """
        usual = SecurityContext(seccomp_profile="localhost/audit.json")
        own = SecurityContext(app_armor_profile="localhost/own")
        part = Worker(
            "agent",
            image=IMAGE,
            security_context=own,
            sidecars=[Container("proxy", image=IMAGE)],
        )
        defaults = Defaults(security_context=usual)
        pod = compiled(part, defaults=defaults)
        (mine,), (beside,) = pod["containers"], pod["initContainers"]

        assert (
            "RuntimeDefault"
            == (mine["securityContext"]["seccompProfile"]["type"])
        )
        assert {
            "type": "Localhost",
            "localhostProfile": "audit.json",
        } == beside["securityContext"]["seccompProfile"]

    @pytest.mark.parametrize(
        ("fields", "level"),
        [
            ({}, "restricted"),
            ({"capabilities": ["NET_BIND_SERVICE"]}, "restricted"),
            ({"seccomp_profile": "localhost/a"}, "restricted"),
            ({"capabilities": ["CHOWN", "SETUID"]}, "baseline"),
            ({"allow_privilege_escalation": True}, "baseline"),
            ({"capabilities": ["NET_ADMIN"]}, "privileged"),
            ({"seccomp_profile": OFF}, "privileged"),
            ({"app_armor_profile": OFF}, "privileged"),
        ],
    )
    def test_level(self, fields, level):
        """
        It knows the strictest level of Pod Security that lets it through.
        """
        assert level == SecurityContext(**fields).level

    @pytest.mark.parametrize(
        ("fields", "problem"),
        [
            (
                {"capabilities": "CHOWN"},
                (
                    "capabilities must be a list, like "
                    "['NET_BIND_SERVICE'] (got 'CHOWN')."
                ),
            ),
            (
                {"capabilities": ["CAP_CHOWN"]},
                (
                    "capabilities must name capabilities as Kubernetes does, "
                    "like 'NET_BIND_SERVICE' (got 'CAP_CHOWN')."
                ),
            ),
            (
                {"seccomp_profile": "localhost/../a"},
                (
                    "seccomp_profile must be 'RuntimeDefault', a profile of "
                    "the nodes, like 'localhost/audit.json', or OFF (got "
                    "'localhost/../a')."
                ),
            ),
            (
                {"privileged": True},
                (
                    "privileged must come with "
                    "allow_privilege_escalation=True, as it does (got True)."
                ),
            ),
        ],
    )
    def test_refused(self, fields, problem):
        """
        What Kubernetes refuses is refused, with what would be right.
        """
        with pytest.raises(SpecError) as ei:
            SecurityContext(**fields)

        assert f"SecurityContext: {problem}" == str(ei.value)


class TestHostPath:
    def test_mounted(self, compiled):
        """
        A path of the node is there to be read, unless it says otherwise.
        """
        part = DaemonSet(
            "agent",
            image=IMAGE,
            volumes={
                "/node/logs": HostPath("/var/log", type="Directory"),
                "/node/state": HostPath("/", read_only=False),
            },
        )
        pod = compiled(part, "privileged")
        mounts = pod["containers"][0]["volumeMounts"]

        assert [
            {"path": "/var/log", "type": "Directory"},
            {"path": "/"},
        ] == [
            volume["hostPath"]
            for volume in pod["volumes"]
            if "hostPath" in volume
        ]
        assert {"/node/logs": True, "/node/state": False} == {
            mount["mountPath"]: mount.get("readOnly", False)
            for mount in mounts
            if mount["mountPath"].startswith("/node/")
        }

    def test_relative(self):
        """
        A path that is not absolute is none of the node.
        """
        with pytest.raises(SpecError) as ei:
            HostPath("var/log")

        assert (
            "HostPath 'var/log': path must be an absolute path, like "
            "'/run/data' (got 'var/log')."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        ("volume", "refused"),
        [
            (HostPath("/var/log/pods"), False),
            (HostPath("/var/log", read_only=False), True),
            (HostPath("/var/login"), True),
        ],
    )
    def test_autopilot(self, compiled, volume, refused):
        """
        Autopilot lets pods read the nodes' logs and nothing else of them.
        """
        cluster = CLUSTERS["gke-autopilot"]
        stack = Stack("prod", environment="dev", cluster=cluster)
        part = DaemonSet("agent", image=IMAGE, volumes={"/logs": volume})
        if not refused:
            assert compiled(part, "privileged", stack)["volumes"]
            return
        with pytest.raises(SpecError) as ei:
            compiled(part, "privileged", stack)

        assert (
            f"DaemonSet 'agent': /logs comes from {volume.path} of the node, "
            "but Autopilot refuses it. Leave it out, or use another cluster. "
            "It lets pods read what is below /var/log alone."
        ) in str(ei.value)

    def test_privileged_on_autopilot(self, compiled):
        """
        Nor does it run privileged containers.
        """
        cluster = CLUSTERS["gke-autopilot"]
        stack = Stack("prod", environment="dev", cluster=cluster)
        context = SecurityContext(
            allow_privilege_escalation=True, privileged=True
        )
        part = Worker(
            "agent",
            image=IMAGE,
            init=[Container("tune", image=IMAGE, security_context=context)],
        )
        with pytest.raises(SpecError) as ei:
            compiled(part, "privileged", stack)

        assert (
            "Worker 'agent': container 'tune': it is privileged, but "
            "Autopilot refuses it. Leave it out, or use another cluster."
        ) in str(ei.value)


class TestNamespace:
    @pytest.mark.parametrize(
        ("changes", "what", "level"),
        [
            ({"user": 0}, "user=0", "baseline"),
            (
                {"volumes": {"/logs": HostPath("/var/log")}},
                "HostPath at /logs",
                "privileged",
            ),
            (
                {"security_context": SecurityContext(capabilities=["CHOWN"])},
                "security_context",
                "baseline",
            ),
        ],
    )
    def test_refused(self, compiled, changes, what, level):
        """
        What the namespace would not let in is refused, with the level that
        would, and taken where the namespace has that.
        """
        part = Worker("agent", image=IMAGE, **changes)
        with pytest.raises(SpecError) as ei:
            compiled(part)

        assert (
            f"Worker 'agent': {what} needs Pod Security's level {level!r}, "
            "but the namespace of environment 'dev' enforces 'restricted'. "
            f"Set namespace=Namespace(pod_security={level!r}) there, or "
            "leave it out."
        ) in str(ei.value)
        assert compiled(part, level)

    def test_sidecar(self, compiled):
        """
        The sentence names the container.
        """
        part = Worker(
            "agent",
            image=IMAGE,
            sidecars=[Container("proxy", image=IMAGE, user=0)],
        )
        with pytest.raises(SpecError, match="container 'proxy': user=0 needs"):
            compiled(part)

    def test_of_others(self, dev, desired):
        """
        What a namespace enforces that is there already is not known.
        """
        app = App(
            "shop",
            edition="2026",
            parts=[Worker("agent", image=IMAGE, user=0)],
        )
        environment = attrs.evolve(
            dev, namespace=Namespace("payments", create=False)
        )

        assert desired(app, environment=environment)


class TestPorts:
    @pytest.mark.parametrize(
        ("changes", "opened"),
        [
            ({"port": 8080}, False),
            ({"port": 80}, True),
            ({"port": 8080, "ports": [Port("dns", 53)]}, True),
            (
                {
                    "port": 8080,
                    "sidecars": [Container("proxy", image=IMAGE, port=443)],
                },
                True,
            ),
        ],
    )
    def test_below_1024(self, compiled, changes, opened):
        """
        Who listens on a port below 1024 needs no right of root for it, in
        pods that nobody has to let in.
        """
        pod = compiled(Service("web", image=IMAGE, **changes))
        start = {
            "name": "net.ipv4.ip_unprivileged_port_start",
            "value": "0",
        }

        assert ([start] if opened else []) == (
            pod["securityContext"].get("sysctls", [])
        )
