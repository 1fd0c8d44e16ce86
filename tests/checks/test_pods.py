"""
Findings about how pods are kept alive and drained, what they may use, and what
they run.
"""

import attrs
import pytest

from mizzen import (
    App,
    Autoscale,
    Environment,
    LoadBalancer,
    NodePort,
)

from .support import container, pod, raw, spec, with_raw


class TestDrainBlocked:
    @pytest.mark.parametrize(
        "rule",
        [
            {"minAvailable": 2},
            {"minAvailable": "51%"},
            {"maxUnavailable": 0},
            {"maxUnavailable": "0%"},
        ],
    )
    def test_blocked(self, twice, found, rule):
        """
        A budget that spares no pod blocks every drain; percentages are
        rounded up as Kubernetes does.
        """
        budget = spec(twice, "PodDisruptionBudget", "api")
        del budget["maxUnavailable"]
        budget.update(rule)

        assert [
            (
                "PodDisruptionBudget 'api': none of its 2 pods may be evicted, "
                "so that no node that runs one can be drained (drain-blocked). "
                "Allow for one pod that is away, like maxUnavailable: 1."
            )
        ] == found("drain-blocked", twice)

    @pytest.mark.parametrize(
        "rule",
        [
            {"minAvailable": 1},
            {"minAvailable": "50%"},
            {"maxUnavailable": 1},
            {"maxUnavailable": "1%"},
            {},
        ],
    )
    def test_free(self, twice, found, rule):
        """
        A budget that spares one blocks none.
        """
        budget = spec(twice, "PodDisruptionBudget", "api")
        del budget["maxUnavailable"]
        budget.update(rule)

        assert [] == found("drain-blocked", twice)

    def test_autoscaler(self, desired, worker, found):
        """
        With an autoscaler, its fewest pods count.
        """
        scaled = attrs.evolve(worker, uses=[], scale=Autoscale(2, 9, cpu=70))
        app = App("shop", edition="2026", parts=[scaled])
        made = desired(app)
        budget = spec(made, "PodDisruptionBudget", "worker")
        budget.update(minAvailable=2)
        blocked = found("drain-blocked", made, app)
        del spec(made, "HorizontalPodAutoscaler", "worker")["minReplicas"]

        assert "none of its 2 pods" in blocked[0]
        assert "none of its 1 pods" in found("drain-blocked", made, app)[0]

    def test_nothing_there(self, twice, found):
        """
        A budget of no pods blocks nothing.
        """
        spec(twice, "Deployment", "api")["replicas"] = 0
        budget = spec(twice, "PodDisruptionBudget", "api")
        budget["maxUnavailable"] = 0

        assert [] == found("drain-blocked", twice)

    def test_two(self, twice, found):
        """
        Kubernetes evicts no pod that two budgets are about.
        """
        selector = spec(twice, "PodDisruptionBudget", "api")["selector"]
        second = raw(
            "PodDisruptionBudget",
            "second",
            {"maxUnavailable": 1, "selector": selector},
            namespace=twice.get("Deployment", "api")["metadata"]["namespace"],
        )

        assert [
            (
                "PodDisruptionBudget 'second': it is about pods of Deployment "
                "'api', as PodDisruptionBudget 'api' is, and pods with two "
                "budgets cannot be evicted (drain-blocked). Leave one of them "
                "out."
            )
        ] == found("drain-blocked", with_raw(twice, second))


class TestProbePort:
    @pytest.mark.parametrize("port", ["grpc", 9000])
    def test_unknown(self, made, found, port):
        """
        A probe may not ask where nothing is said to listen.
        """
        probe = container(made, "Deployment", "api")["readinessProbe"]
        probe["httpGet"]["port"] = port

        assert [
            (
                "Deployment 'api': readinessProbe of container 'api' asks at "
                f"port {port!r}, which no container declares (probe-port). "
                "Declare the port in Service 'api', or ask at one that is."
            )
        ] == found("probe-port", made)

    @pytest.mark.parametrize("handler", ["httpGet", "tcpSocket", "grpc"])
    def test_protocol(self, made, found, handler):
        """
        All probes ask by TCP, so that a port of UDP answers none.
        """
        asked = container(made, "Deployment", "api")
        asked["ports"].append(
            {"name": "dns", "containerPort": 5353, "protocol": "UDP"}
        )
        asked["livenessProbe"] = {handler: {"port": 5353}}

        assert "asks at port 5353" in found("probe-port", made)[0]

    def test_sidecar(self, made, found):
        """
        A number may be another container's port, a name may not: this is
        how Kubernetes looks for them.
        """
        sidecar = {
            "name": "proxy",
            "image": "proxy:1",
            "ports": [{"containerPort": 9000, "name": "proxy"}],
        }
        pod(made, "Deployment", "api")["containers"].append(sidecar)
        probe = container(made, "Deployment", "api")["readinessProbe"]
        probe["httpGet"]["port"] = 9000
        by_number = found("probe-port", made)
        probe["httpGet"]["port"] = "proxy"

        assert [] == by_number
        assert 1 == len(found("probe-port", made))


class TestHealth:
    def test_public(self, routed, found):
        """
        Public parts need a health that asks more than a connection.
        """
        assert [
            (
                "Deployment 'web': the world outside reaches it, but nothing "
                "asks whether it can take requests (public-health). Set health "
                "on Service 'web', like health='/healthz'."
            )
        ] == found("public-health", routed)

    @pytest.mark.parametrize("exposure", [NodePort, LoadBalancer])
    def test_exposed(self, desired, shop, web, found, exposure):
        """
        Ports of nodes and load balancers make a part public, too.
        """
        wide = Environment("dev", exposure=exposure([web]))

        assert 1 == len(
            found("public-health", desired(shop, environment=wide))
        )

    def test_private(self, made, found):
        """
        Private parts do without.
        """
        assert [] == found("public-health", made)

    def test_worker(self, made, found):
        """
        A worker without health may hang for ever.
        """
        assert [
            (
                "Deployment 'worker': nothing notices when it hangs "
                "(worker-health). Set health on Worker 'worker' to a command "
                "that succeeds while it works."
            )
        ] == found("worker-health", made)

    def test_healthy_worker(self, desired, worker, found):
        """
        One with health does not.
        """
        part = attrs.evolve(worker, uses=[], health=["true"])
        app = App("shop", edition="2026", parts=[part])

        assert [] == found("worker-health", desired(app), app)

    def test_same(self, made, found):
        """
        Liveness that asks what readiness asks restarts what is busy.
        """
        asked = container(made, "Deployment", "api")
        asked["livenessProbe"] = asked["readinessProbe"]

        assert [
            (
                "Deployment 'api': readiness and liveness of container 'api' ask "
                "the same, so that it is restarted when it is merely busy "
                "(same-probe). Set another health on Service 'api', like a path."
            )
        ] == [f for f in found("same-probe", made) if "'api'" in f]

    def test_same_beside(self, made, found):
        """
        What runs beside a part is named, and two connections are no
        mistake.
        """
        asks = {"exec": {"command": ["true"]}}
        opens = {"tcpSocket": {"port": 9000}}
        pod(made, "Deployment", "worker")["initContainers"] = [
            {
                "name": name,
                "image": "acme/proxy:v1",
                "readinessProbe": probe,
                "livenessProbe": probe,
            }
            for name, probe in (("proxy", asks), ("tunnel", opens))
        ]
        (finding,) = found("same-probe", made)

        assert finding.endswith(
            "Set another health on container 'proxy' of Worker 'worker', "
            "like a path."
        )


class TestMemoryLimit:
    def test_start(self, made, found):
        """
        Containers for the start need a limit as well.
        """
        pod(made, "Deployment", "api")["initContainers"] = [
            {"name": "wait", "image": "busybox:1"}
        ]

        assert [
            (
                "Deployment 'api': container 'wait' has no memory limit "
                "(memory-limit). Set memory on Service 'api'."
            )
        ] == found("memory-limit", made)

    @pytest.mark.parametrize("key", ["template", "jobTemplate"])
    def test_raw(self, made, found, key):
        """
        Raw Jobs and CronJobs are judged, and what has other templates is
        not.
        """
        template = {"spec": {"containers": [{"name": "c", "image": "x"}]}}
        inner = {"template": template}
        outer = inner if key == "template" else {key: {"spec": inner}}
        kind = "Job" if key == "template" else "CronJob"
        more = with_raw(
            made,
            raw(kind, "clean", outer),
            raw("Secret", "key", None),
            raw("Certificate", "tls", {"template": {"spec": {}}}),
            raw("Report", "text", {"template": "hello"}),
        )

        assert [f"{kind} 'clean'"] == [
            f.partition(":")[0] for f in found("memory-limit", more)
        ]
