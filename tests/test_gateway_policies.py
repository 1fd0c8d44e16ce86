"""
What controllers of Gateways are told of the services that they lead to.
"""

import pytest

from mizzen import (
    App,
    Environment,
    Gateway,
    GrpcHealth,
    HttpHealth,
    Image,
    Ingress,
    Port,
    Route,
    Service,
    SpecError,
    Stack,
)
from mizzen.environment import CLUSTERS


@pytest.fixture(name="chat")
def _chat():
    """
    A service that speaks all that a Gateway does.
    """
    ports = [
        Port("http", 8000),
        Port("ws", 8001, application="ws"),
        Port("grpc", 9000, application="grpc"),
    ]

    return Service("chat", image=Image("acme/chat:v5"), ports=ports)


@pytest.fixture(name="served")
def _served(desired):
    """
    The objects of routes under a Gateway, by default one of Google's.
    """

    def served(*routes, exposure=None, **addresses):
        parts = {route.service.name: route.service for route in routes}
        app = App("shop", edition="2026", parts=parts.values(), routes=routes)
        given = {"gateway_class": "gke-l7-rilb", **addresses}
        stack = Stack(
            "dev", environment="dev", hosts=["a.example.com"], **given
        )
        environment = Environment("dev", exposure=exposure or Gateway())

        return desired(app, environment=environment, stack=stack)

    return served


def policies(manifests):
    """
    What is said by objects of Google's own, by kind.
    """
    return {
        manifest.kind: manifest.body["spec"]
        for manifest in manifests
        if manifest.body["apiVersion"] == "networking.gke.io/v1"
    }


class TestPolicies:
    @pytest.mark.parametrize(
        ("health", "config"),
        [
            (
                "/healthz",
                {
                    "type": "HTTP",
                    "httpHealthCheck": {
                        "portSpecification": "USE_FIXED_PORT",
                        "port": 8000,
                        "requestPath": "/healthz",
                    },
                },
            ),
            (
                HttpHealth("/ready", port="ws"),
                {
                    "type": "HTTP",
                    "httpHealthCheck": {
                        "portSpecification": "USE_FIXED_PORT",
                        "port": 8001,
                        "requestPath": "/ready",
                    },
                },
            ),
            (
                GrpcHealth("acme.Chat"),
                {
                    "type": "GRPC",
                    "grpcHealthCheck": {
                        "portSpecification": "USE_FIXED_PORT",
                        "port": 9000,
                        "grpcServiceName": "acme.Chat",
                    },
                },
            ),
            (
                GrpcHealth(),
                {
                    "type": "GRPC",
                    "grpcHealthCheck": {
                        "portSpecification": "USE_FIXED_PORT",
                        "port": 9000,
                    },
                },
            ),
            (
                ["healthy"],
                {
                    "type": "TCP",
                    "tcpHealthCheck": {
                        "portSpecification": "USE_FIXED_PORT",
                        "port": 8000,
                    },
                },
            ),
        ],
    )
    def test_health(self, chat, served, health, config):
        """
        Google's load balancers ask for the health that a service says.
        """
        app = App(
            "shop",
            edition="2026",
            parts=[chat],
            routes=[Route("/", chat["http"])],
        )
        routes = app.replace(chat, health=health).routes
        found = served(*routes)

        assert {
            "HealthCheckPolicy": {
                "default": {"config": config},
                "targetRef": {"group": "", "kind": "Service", "name": "chat"},
            }
        } == policies(found)

    @pytest.mark.parametrize(
        ("port", "seconds", "expected"),
        [("http", 5, 5), ("ws", None, 3600), ("ws", 60, 60), ("grpc", 9, 9)],
    )
    def test_timeout(self, chat, served, port, seconds, expected):
        """
        They are told how long to wait by a policy, because they reject
        routes that say it.
        """
        route = Route("/", chat[port], timeout_seconds=seconds)
        found = served(route)
        (rule,) = next(
            manifest.body["spec"]["rules"]
            for manifest in found
            if manifest.kind in {"HTTPRoute", "GRPCRoute"}
        )

        assert "timeouts" not in rule
        assert {
            "default": {"timeoutSec": expected},
            "targetRef": {"group": "", "kind": "Service", "name": "chat"},
        } == policies(found)["GCPBackendPolicy"]

    def test_joined(self, web, served):
        """
        A Gateway that is joined on GKE is told too.
        """
        found = served(
            Route("/", web),
            gateway="infra/shared",
            gateway_class=None,
            cluster=CLUSTERS["gke"],
        )

        assert ["HealthCheckPolicy"] == [*policies(found)]

    @pytest.mark.parametrize(
        ("exposure", "addresses"),
        [
            (Gateway(), {"gateway_class": "istio"}),
            (Gateway(), {"gateway_class": "odd"}),
            (Ingress(), {"ingress_class": "gce"}),
        ],
    )
    def test_others(self, web, served, exposure, addresses):
        """
        Nobody else is told so.
        """
        found = served(Route("/", web), exposure=exposure, **addresses)

        assert {} == policies(found)


class TestTimeouts:
    def test_traefik_waits(self, chat, served):
        """
        Traefik gives WebSockets all the time that they need.
        """
        found = served(Route("/", chat["ws"]), gateway_class="traefik")
        (route,) = [m.body for m in found if m.kind == "HTTPRoute"]

        assert "timeouts" not in route["spec"]["rules"][0]

    def test_traefik(self, web, served):
        """
        A time-out that Traefik would not heed is refused.
        """
        with pytest.raises(SpecError) as ei:
            served(Route("/", web, timeout_seconds=5), gateway_class="traefik")

        assert (
            (
                "Route '/' to Service 'web' wants a time-out, which the "
                "Gateways of its class do not heed. Leave it out, or choose "
                "Ingress."
            ),
        ) == ei.value.problems

    def test_several(self, chat, served):
        """
        One service has one time-out where it is told of the service.
        """
        with pytest.raises(SpecError) as ei:
            served(
                Route("/", chat["http"], timeout_seconds=5),
                Route("/ws", chat["ws"]),
            )

        assert (
            (
                "Service 'chat' is routed to with several time-outs, but the "
                "Gateway of stack 'dev' has one for a service. Give its "
                "routes the same timeout_seconds, or what is slow a service "
                "of its own."
            ),
        ) == ei.value.problems
