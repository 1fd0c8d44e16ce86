"""
Which ports of a service are open to what serves its routes.
"""

import pytest

from tests.exposed import served_fixture

from mizzen import (
    OFF,
    AcmCertificate,
    App,
    Client,
    Gateway,
    GrpcHealth,
    HttpHealth,
    Image,
    Ingress,
    Port,
    Route,
    Service,
    Worker,
)


__all__ = ["served_fixture"]
HTTP, ADMIN, GRPC, DNS = 8080, 9000, 9090, 8080
PORTS = [
    Port("http", HTTP),
    Port("admin", ADMIN),
    Port("grpc", GRPC, application="grpc"),
    Port("dns", DNS, protocol="UDP"),
]
ALL = [("TCP", HTTP), ("TCP", ADMIN), ("TCP", GRPC), ("UDP", DNS)]


def described(health=OFF, **fields):
    """
    A service of several ports.
    """
    return Service(
        "web", image=Image("acme/web:v5"), ports=PORTS, health=health, **fields
    )


@pytest.fixture(name="opened")
def _opened(served):
    """
    What each rule of the policy of a service opens: to which kinds of
    peers, and at which ports.
    """

    def opened(web, *routes, exposure=None, parts=(), **addresses):
        app = App("shop", edition="2026", parts=[web, *parts], routes=routes)
        found = served(exposure or Ingress(), app, **addresses)
        rules = found.get("NetworkPolicy", "web")["spec"]["ingress"]

        return [
            (
                [next(iter(peer)) for peer in rule["from"]],
                [(port["protocol"], port["port"]) for port in rule["ports"]],
            )
            for rule in rules
        ]

    return opened


CONTROLLER = ["namespaceSelector"]


class TestRoutes:
    @pytest.mark.parametrize("exposure", [Ingress(), Gateway(tls=OFF)])
    def test_first(self, opened, exposure):
        """
        A route to a service opens its first port, and no other one of the
        same number.
        """
        web = described()
        found = opened(
            web, Route("/", web), exposure=exposure, gateway_class="odd"
        )

        assert [(CONTROLLER, [("TCP", HTTP)])] == found

    def test_named(self, opened):
        """
        A route to a single port opens that one.
        """
        web = described()

        assert [(CONTROLLER, [("TCP", ADMIN)])] == opened(
            web, Route("/admin", web["admin"])
        )

    def test_several(self, opened):
        """
        All ports are open to which routes lead.
        """
        web = described()
        routes = [Route("/", web), Route("/admin", web["admin"])]

        assert [(CONTROLLER, [("TCP", HTTP), ("TCP", ADMIN)])] == opened(
            web, *routes
        )

    def test_kinds(self, opened):
        """
        Each controller gets to the ports of its own routes.
        """
        web = described()
        routes = [
            Route("/", web),
            Route("/admin", web["admin"], internal=True),
        ]
        found = opened(
            web,
            *routes,
            ingress_class="nginx",
            internal_class="alb",
        )

        assert [
            (CONTROLLER, [("TCP", HTTP)]),
            (["ipBlock"] * 4, [("TCP", ADMIN)]),
        ] == found

    def test_users(self, opened):
        """
        Parts that use the service, and its clients, go on to reach all of
        its ports.
        """
        web = described(clients=[Client("reports", namespace="reports")])
        user = Worker("user", image=Image("acme/user:v5"), uses=[web])

        assert [
            (["podSelector", "namespaceSelector"], ALL),
            (CONTROLLER, [("TCP", HTTP)]),
        ] == opened(web, Route("/", web), parts=[user])


class TestHealth:
    @pytest.mark.parametrize(
        ("ingress_class", "port", "health", "asked"),
        [
            ("alb", "http", HttpHealth("/up", port="admin"), ADMIN),
            ("alb", "grpc", HttpHealth("/up"), None),
            ("alb", "grpc", GrpcHealth(), None),
            ("gce", "http", HttpHealth("/up", port="admin"), ADMIN),
            ("gce", "http", OFF, None),
            ("nginx", "http", HttpHealth("/up", port="admin"), None),
            (None, "http", HttpHealth("/up", port="admin"), None),
        ],
    )
    def test_asked(self, opened, ingress_class, port, health, asked):
        """
        Load balancers that are told to ask another port for health get to
        that too; probes of the node need no policy.
        """
        web = described(health)
        tls = AcmCertificate() if ingress_class == "alb" else OFF
        ((_, found),) = opened(
            web,
            Route("/", web[port]),
            exposure=Ingress(tls=tls),
            ingress_class=ingress_class,
        )
        led = web[port].port.number

        assert {number for _, number in found} == {led, asked or led}

    @pytest.mark.parametrize(
        ("health", "asked"),
        [
            (HttpHealth("/up", port="http"), {HTTP, ADMIN}),
            (GrpcHealth(), {ADMIN, GRPC}),
            (OFF, {ADMIN}),
            (["healthy"], {ADMIN}),
        ],
    )
    def test_gateway(self, opened, health, asked):
        """
        Google's Gateways ask for health where they are told to, and
        otherwise where the routes lead.
        """
        web = described(health)
        ((_, found),) = opened(
            web,
            Route("/", web["admin"]),
            exposure=Gateway(tls=OFF),
            gateway_class="gke-l7-rilb",
        )

        assert {number for _, number in found} == asked
