"""
Parts that speak HTTPS themselves.
"""

import json

import pytest

from tests.exposed import served_fixture

from mizzen import (
    OFF,
    App,
    Gateway,
    HttpHealth,
    Image,
    Ingress,
    Metrics,
    Monitoring,
    Port,
    Route,
    Service,
    SpecError,
)


__all__ = ["served_fixture"]
IMAGE = Image("acme/vault:v5")
PORTS = [Port("api", 8443, application="https"), Port("admin", 8080)]
ALB = "alb.ingress.kubernetes.io"
NGINX = "nginx.ingress.kubernetes.io"
TRAEFIK = "traefik.ingress.kubernetes.io"


@pytest.fixture(name="told")
def _told(served):
    """
    The objects of an app of one service that is routed to by HTTPS.
    """

    def told(exposure, *, health=OFF, wishes=(), metrics=None, **addresses):
        vault = Service(
            "vault", image=IMAGE, ports=PORTS, health=health, metrics=metrics
        )
        route = Route("/", vault["api"], **dict(wishes))
        app = App("shop", edition="2026", parts=[vault], routes=[route])
        return served(exposure, app, **addresses)

    return told


def annotations(manifests, kind):
    """
    Annotations of the object of one *kind*.
    """
    (body,) = [m.body for m in manifests if m.kind == kind]
    return body["metadata"].get("annotations", {})


def address(manifests):
    """
    Annotations of the Service.
    """
    return manifests.get("Service", "vault")["metadata"].get("annotations", {})


class TestProbes:
    @pytest.mark.parametrize(
        ("health", "expected"),
        [
            ("/up", {"path": "/up", "port": "api", "scheme": "HTTPS"}),
            (
                HttpHealth("/up", port="admin"),
                {"path": "/up", "port": "admin"},
            ),
        ],
    )
    def test_scheme(self, told, health, expected):
        """
        A port is asked for health as it speaks.
        """
        found = told(Ingress(), health=health, ingress_class="nginx")
        (container,) = found.get("Deployment", "vault")["spec"]["template"][
            "spec"
        ]["containers"]

        assert expected == container["readinessProbe"]["httpGet"]


class TestService:
    def test_names(self, told):
        """
        Whoever looks at the Service sees what is spoken.
        """
        found = told(Ingress(), ingress_class="nginx")
        ports = found.get("Service", "vault")["spec"]["ports"]

        assert {"api": "https", "admin": "http"} == {
            port["name"]: port["appProtocol"] for port in ports
        }


class TestControllers:
    def test_nginx(self, told):
        """
        ingress-nginx is told by an Ingress of its own.
        """
        found = told(Ingress(), ingress_class="nginx")
        (ingress,) = [m for m in found if m.kind == "Ingress"]

        assert ingress.name != "shop"
        assert {f"{NGINX}/backend-protocol": "HTTPS"} == annotations(
            found, "Ingress"
        )

    @pytest.mark.parametrize(
        ("wishes", "more"),
        [
            ({}, {}),
            (
                {"timeout_seconds": 9},
                {"forwardingTimeouts": {"responseHeaderTimeout": "9s"}},
            ),
        ],
    )
    def test_traefik(self, told, wishes, more):
        """
        Traefik would verify a certificate for the addresses of the pods.
        """
        found = told(Ingress(), wishes=wishes, ingress_class="traefik")

        assert {
            f"{TRAEFIK}/service.serversscheme": "https",
            f"{TRAEFIK}/service.serverstransport": (
                "shop-dev-vault@kubernetescrd"
            ),
        } == address(found)
        assert {
            "insecureSkipVerify": True,
            "maxIdleConnsPerHost": 200,
            **more,
        } == found.get("ServersTransport", "vault")["spec"]

    @pytest.mark.parametrize(
        ("health", "expected"),
        [
            (OFF, {"protocol": "HTTPS"}),
            ("/up", {"protocol": "HTTPS", "path": "/up", "port": "8443"}),
            (
                HttpHealth("/up", port="admin"),
                {"path": "/up", "port": "8080"},
            ),
        ],
    )
    def test_amazon(self, told, health, expected):
        """
        Amazon's load balancers ask for health as the port speaks.
        """
        found = address(told(Ingress(), health=health, ingress_class="alb"))

        assert "HTTPS" == found[f"{ALB}/backend-protocol"]
        assert expected == {
            name.removeprefix(f"{ALB}/healthcheck-"): value
            for name, value in found.items()
            if name.startswith(f"{ALB}/healthcheck-")
        }

    def test_google(self, told):
        """
        Google's are told of ports, and of health by a BackendConfig.
        """
        found = told(Ingress(), health="/up", ingress_class="gce")
        told_ports = address(found)["cloud.google.com/app-protocols"]

        assert {"api": "HTTPS"} == json.loads(told_ports)
        assert {
            "type": "HTTPS",
            "requestPath": "/up",
            "port": 8443,
        } == found.get("BackendConfig", "vault")["spec"]["healthCheck"]

    @pytest.mark.parametrize(
        "ingress_class", ["odd", "azure-application-gateway", "cilium"]
    )
    def test_refused(self, told, ingress_class):
        """
        HTTPS is refused where nobody knows how it is told.
        """
        with pytest.raises(SpecError, match=r"Route '/' wants HTTPS, but"):
            told(Ingress(), ingress_class=ingress_class)

    def test_gateway(self, told):
        """
        A Gateway would have to be told whose certificate it is.
        """
        with pytest.raises(SpecError) as ei:
            told(Gateway(), gateway_class="istio")

        assert (
            (
                "Route '/' to Service 'vault' leads to HTTPS, but a Gateway "
                "speaks HTTP to pods. Lead it to a port of plain HTTP, or "
                "choose Ingress."
            ),
        ) == ei.value.problems

    def test_gateway_health(self, served):
        """
        It may be asked for health by HTTPS.
        """
        vault = Service("vault", image=IMAGE, ports=PORTS, health="/up")
        routes = [Route("/", vault["admin"])]
        app = App("shop", edition="2026", parts=[vault], routes=routes)
        found = served(Gateway(), app, gateway_class="gke-l7-rilb")
        policy = found.get("HealthCheckPolicy", "vault")["spec"]["default"]

        assert {
            "type": "HTTPS",
            "httpsHealthCheck": {
                "portSpecification": "USE_FIXED_PORT",
                "port": 8443,
                "requestPath": "/up",
            },
        } == policy["config"]

    @pytest.mark.parametrize("ingress_class", ["traefik", "alb"])
    def test_mixed(self, served, ingress_class):
        """
        Some are told what a service speaks, and not its ports.
        """
        vault = Service("vault", image=IMAGE, ports=PORTS)
        routes = [Route("/", vault["api"]), Route("/admin", vault["admin"])]
        app = App("shop", edition="2026", parts=[vault], routes=routes)
        with pytest.raises(SpecError) as ei:
            served(Ingress(), app, ingress_class=ingress_class)

        assert (
            (
                "Service 'vault' is routed to by HTTPS and by HTTP, but the "
                "ingress controller of stack 'dev' speaks one of them to a "
                "service. Give each a service of its own."
            ),
        ) == ei.value.problems


class TestMetrics:
    def test_annotations(self, told):
        """
        Prometheus is told by which scheme to ask.
        """
        found = told(Ingress(), metrics=Metrics(8443), ingress_class="nginx")
        template = found.get("Deployment", "vault")["spec"]["template"]
        told_prometheus = template["metadata"]["annotations"]

        assert "https" == told_prometheus["prometheus.io/scheme"]

    def test_monitor(self, told):
        """
        So is its operator.
        """
        found = told(
            Ingress(),
            metrics=Metrics(8443),
            ingress_class="nginx",
            monitoring=Monitoring("observability", kind="PodMonitor"),
        )
        spec = found.get("PodMonitor", "vault")["spec"]

        assert [
            {
                "port": "api",
                "path": "/metrics",
                "scheme": "https",
                "tlsConfig": {"insecureSkipVerify": True},
            }
        ] == spec["podMetricsEndpoints"]
