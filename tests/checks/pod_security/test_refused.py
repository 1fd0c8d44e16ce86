"""
Findings about pods that Pod Security does not let in.
"""

import pytest

from mizzen import OFF, Environment, Raw

from .support import HARDENED, changed, enforcing, written


UNCONFINED = {"type": "Unconfined"}


class TestRefused:
    def test_bare(self, judged):
        """
        Pods that say nothing of their rights do not start where the
        namespace is as mizzen makes it.
        """
        assert [
            (
                "Deployment 'x': its pods never start, because namespace "
                "'shop-dev' enforces Pod Security's level 'restricted', and "
                "'baseline' is needed for capabilities without drop: [ALL], "
                "allowPrivilegeEscalation, a user that may be root, no "
                "seccompProfile (pod-refused). Correct it in Deployment 'x', "
                "or lower the level of the namespace, like namespace="
                "Namespace(pod_security='baseline') in the environment."
            )
        ] == judged(Environment("dev"), written({}))

    def test_patch(self, judged):
        """
        So do those from which a patch has taken what is demanded.
        """
        containers = {"worker": {"securityContext": OFF}}
        (finding,) = judged(
            changed(
                Environment("dev"), containers=containers, securityContext=OFF
            )
        )

        assert finding.startswith("Deployment 'worker': its pods never start")
        assert "Correct it in the patch of Worker 'worker', or" in finding

    @pytest.mark.parametrize(
        ("context", "pod", "what"),
        [
            ({}, {"hostNetwork": True}, "hostNetwork"),
            ({}, {"hostPID": True}, "hostPID"),
            ({}, {"hostIPC": True}, "hostIPC"),
            (
                {},
                {"volumes": [{"name": "a", "hostPath": {"path": "/"}}]},
                "a hostPath volume of /",
            ),
            (
                {},
                {"securityContext": {"sysctls": [{"name": "kernel.x"}]}},
                "sysctl kernel.x",
            ),
            (
                {},
                {"ports": [{"containerPort": 80, "hostPort": 80}]},
                "a hostPort",
            ),
            ({"privileged": True}, {}, "privileged"),
            (
                {"capabilities": {"add": ["SYS_PTRACE"], "drop": ["ALL"]}},
                {},
                "capability SYS_PTRACE",
            ),
            (
                {"seccompProfile": {"type": "Unconfined"}},
                {},
                "profile Unconfined",
            ),
            (
                {"appArmorProfile": {"type": "Unconfined"}},
                {},
                "profile Unconfined",
            ),
            ({"seLinuxOptions": {"type": "spc_t"}}, {}, "seLinuxOptions"),
            (
                {},
                {"securityContext": {"seccompProfile": UNCONFINED}},
                "profile Unconfined",
            ),
            (
                {},
                {"securityContext": {"appArmorProfile": UNCONFINED}},
                "profile Unconfined",
            ),
            (
                {},
                {"securityContext": {"seLinuxOptions": {"user": "root"}}},
                "seLinuxOptions",
            ),
            (
                {"windowsOptions": {"hostProcess": False}},
                {"securityContext": {"windowsOptions": {"hostProcess": True}}},
                "hostProcess",
            ),
            ({"seLinuxOptions": {"user": "root"}}, {}, "seLinuxOptions"),
            ({"procMount": "Unmasked"}, {}, "procMount"),
            ({"windowsOptions": {"hostProcess": True}}, {}, "hostProcess"),
        ],
    )
    def test_privileged(self, judged, context, pod, what):
        """
        What belongs to nodes alone needs the last level, and is told where
        the namespace lets it.
        """
        raw = written({**HARDENED, **context}, **pod)
        (refused,) = judged(enforcing("baseline"), raw)

        assert f"and 'privileged' is needed for {what} (pod" in refused
        assert [
            (
                "Deployment 'x': its pods may do what only their node should, "
                f"by {what} (pod-privileged). Take it out of Deployment 'x', "
                "or keep others out of its namespace."
            )
        ] == judged(enforcing("privileged"), raw)

    @pytest.mark.parametrize("handler", ["httpGet", "tcpSocket"])
    @pytest.mark.parametrize(
        ("hook", "field"),
        [
            *(
                (probe, {})
                for probe in (
                    "livenessProbe",
                    "readinessProbe",
                    "startupProbe",
                )
            ),
            ("postStart", {"lifecycle": {}}),
            ("preStop", {"lifecycle": {}}),
        ],
    )
    @pytest.mark.parametrize(
        ("host", "refused"), [("10.0.0.1", True), ("", False), (5, False)]
    )
    def test_host(self, judged, hook, field, handler, host, refused):  # noqa: PLR0917
        """
        Nobody lets the node ask another host for a pod.
        """
        asks = {hook: {handler: {"host": host, "port": 80}}}
        raw = written(HARDENED)
        spec = raw.body["spec"]["template"]["spec"]
        spec["containers"][0].update({"lifecycle": asks} if field else asks)
        found = "".join(judged(enforcing("baseline"), raw))

        assert refused is (f"needed for a host in {hook} (pod" in found)

    @pytest.mark.parametrize(
        ("context", "pod", "what"),
        [
            ({"allowPrivilegeEscalation": True}, {}, "allowPrivilege"),
            ({"runAsUser": 0}, {}, "runAsUser: 0"),
            (
                {"runAsUser": 10001},
                {"securityContext": {"runAsUser": 0}},
                "runAsUser: 0",
            ),
            (
                {"runAsUser": 10001},
                {"securityContext": {"runAsNonRoot": False}},
                "runAsNonRoot: false",
            ),
            (
                {"capabilities": {"add": ["CHOWN"], "drop": ["ALL"]}},
                {},
                "capability CHOWN",
            ),
            (
                {},
                {"volumes": [{"name": "a", "nfs": {"path": "/"}}]},
                "a volume of kind nfs",
            ),
        ],
    )
    def test_baseline(self, judged, context, pod, what):
        """
        Other things need one level less.
        """
        raw = written({**HARDENED, **context}, **pod)
        (refused,) = judged(Environment("dev"), raw)[:1]

        assert f"and 'baseline' is needed for {what}" in refused
        assert "pod-" not in "".join(judged(enforcing("baseline"), raw))

    @pytest.mark.parametrize(
        "pod",
        [
            {"volumes": [{"name": "a", "emptyDir": {}}, {"name": "b"}]},
            {"hostNetwork": False},
            {
                "securityContext": {
                    "seLinuxOptions": {
                        "type": "container_engine_t",
                        "user": "",
                    },
                    "runAsNonRoot": True,
                    "runAsUser": 10001,
                }
            },
            {"ports": [{"containerPort": 80, "hostPort": 0}]},
            {
                "securityContext": {
                    "sysctls": [{"name": "net.ipv4.tcp_syncookies"}]
                }
            },
        ],
    )
    def test_fine(self, judged, pod):
        """
        Whoever asks for nothing is let in.
        """
        assert [] == judged(Environment("dev"), written(HARDENED, **pod))

    def test_handed_down(self, judged):
        """
        Containers have of their pod's context what Kubernetes hands down.
        """
        context = {
            key: HARDENED[key]
            for key in ("allowPrivilegeEscalation", "capabilities")
        }
        pod = {
            "securityContext": {
                "runAsNonRoot": True,
                "seccompProfile": {"type": "RuntimeDefault"},
                "privileged": True,
            }
        }

        assert [] == judged(Environment("dev"), written(context, **pod))

    def test_own(self, desired, shop, found):
        """
        Nothing that mizzen makes is refused.
        """
        assert [] == found("pod-refused", desired(shop))

    @pytest.mark.parametrize(
        ("labels", "refused"),
        [
            ({"pod-security.kubernetes.io/enforce": "baseline"}, True),
            ({"pod-security.kubernetes.io/enforce": "strict"}, False),
            ({}, False),
        ],
    )
    def test_other_namespace(self, judged, labels, refused):
        """
        What a namespace enforces that is written by hand is known, too.
        """
        metadata = {"name": "tools", "labels": labels}
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
        raw = written(HARDENED, hostPID=True)
        raw.body["metadata"]["namespace"] = "tools"
        found = judged(Environment("dev"), Raw(body), raw)

        assert refused is ("pod-refused" in "".join(found))
        assert refused is not ("pod-privileged" in "".join(found))
