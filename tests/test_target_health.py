"""
What load balancers of clouds are told of the Services that they lead to.
"""

import json

import pytest

from tests.exposed import served_fixture

from mizzen import (
    OFF,
    AcmCertificate,
    App,
    Gateway,
    GrpcHealth,
    HttpHealth,
    Image,
    Ingress,
    Port,
    Route,
    Service,
)


__all__ = ["served_fixture"]
ALB = "alb.ingress.kubernetes.io"
PORTS = [
    Port("http", 8080),
    Port("admin", 9090),
    Port("grpc", 9000, application="grpc"),
]


@pytest.fixture(name="told")
def _told(served):
    """
    The objects of an app of one service that is routed to.
    """

    def told(port, exposure, *, timeout_seconds=None, health=OFF, **addresses):
        api = Service(
            "api", image=Image("acme/api:v5"), ports=PORTS, health=health
        )
        route = Route("/", api[port], timeout_seconds=timeout_seconds)
        app = App("shop", edition="2026", parts=[api], routes=[route])
        return served(exposure, app, **addresses)

    return told


class TestAmazon:
    @pytest.mark.parametrize(
        ("port", "health", "expected"),
        [
            ("http", "/up", ("/up", "8080", "200-399")),
            (
                "http",
                HttpHealth("/up", port="admin"),
                ("/up", "9090", "200-399"),
            ),
            (
                "grpc",
                GrpcHealth(),
                ("/grpc.health.v1.Health/Check", "9000", "0"),
            ),
        ],
    )
    def test_asked(self, told, port, health, expected):
        """
        They ask what the part says, where and by which protocol it says.
        """
        found = told(
            port,
            Ingress(tls=AcmCertificate()),
            health=health,
            ingress_class="alb",
        ).get("Service", "api")["metadata"]["annotations"]

        assert expected == tuple(
            found[f"{ALB}/{word}"]
            for word in (
                "healthcheck-path",
                "healthcheck-port",
                "success-codes",
            )
        )

    def test_anything(self, told):
        """
        Where nothing is said, whatever answers is healthy.
        """
        found = told("http", Ingress(), ingress_class="alb")

        assert {f"{ALB}/success-codes": "200-499"} == found.get(
            "Service", "api"
        )["metadata"]["annotations"]

    @pytest.mark.parametrize("health", ["/up", GrpcHealth("acme.Api")])
    def test_any_call(self, told, health):
        """
        By gRPC they can ask for the server alone, and by no other protocol.
        """
        found = told(
            "grpc",
            Ingress(tls=AcmCertificate()),
            health=health,
            ingress_class="alb",
        )

        assert {f"{ALB}/backend-protocol-version": "GRPC"} == found.get(
            "Service", "api"
        )["metadata"]["annotations"]


class TestGoogle:
    @pytest.mark.parametrize(
        ("fields", "spec"),
        [
            (
                {"health": "/up"},
                {
                    "healthCheck": {
                        "type": "HTTP",
                        "requestPath": "/up",
                        "port": 8080,
                    }
                },
            ),
            ({"timeout_seconds": 90}, {"timeoutSec": 90}),
        ],
    )
    def test_backend(self, told, fields, spec):
        """
        A BackendConfig is there before the Service that names it.
        """
        found = told("http", Ingress(), ingress_class="gce", **fields)
        service = found.get("Service", "api")
        kinds = [manifest.kind for manifest in found]

        assert spec == found.get("BackendConfig", "api")["spec"]
        assert {"default": "api"} == json.loads(
            service["metadata"]["annotations"][
                "cloud.google.com/backend-config"
            ]
        )
        assert kinds.index("BackendConfig") < kinds.index("Service")

    @pytest.mark.parametrize("name", ["gce", "gce-internal"])
    def test_pods(self, told, name):
        """
        They connect to pods themselves in every cluster, also where there is
        nothing else to tell.
        """
        found = told("http", Ingress(), ingress_class=name)

        assert {"cloud.google.com/neg": '{"ingress": true}'} == found.get(
            "Service", "api"
        )["metadata"]["annotations"]
        assert "BackendConfig" not in {manifest.kind for manifest in found}

    @pytest.mark.parametrize(
        ("exposure", "addresses"),
        [
            (Ingress(), {"ingress_class": "nginx"}),
            (Ingress(), {}),
            (Gateway(), {"gateway_class": "istio", "ingress_class": "gce"}),
        ],
    )
    def test_none(self, told, exposure, addresses):
        """
        There is none where there is nothing to tell, or nobody to.
        """
        found = told("http", exposure, health="/up", **addresses)

        assert "BackendConfig" not in {manifest.kind for manifest in found}
        assert "annotations" not in found.get("Service", "api")["metadata"]
