"""
How long and in which protocols routes are served, and what no controller
of a stack can do for them.
"""

import pytest

from tests.exposed import served_fixture

from mizzen import (
    AcmCertificate,
    App,
    CertManager,
    Image,
    Ingress,
    Port,
    Route,
    Service,
    SpecError,
)


__all__ = ["served_fixture"]


@pytest.fixture(name="rpc")
def _rpc():
    """
    A service that speaks gRPC.
    """
    ports = [Port("grpc", 9000, application="grpc")]
    return Service("rpc", image=Image("acme/rpc:v5"), ports=ports)


class TestTimeouts:
    """
    How Traefik is told how long an answer may take.
    """

    def test_traefik(self, web, served):
        """
        It waits for a service so long, which a ServersTransport says that is
        there before the Service names it.
        """
        routes = [
            Route("/", web, timeout_seconds=90),
            Route("/api", web, timeout_seconds=90),
        ]
        app = App("shop", edition="2026", parts=[web], routes=routes)
        found = served(Ingress(), app, ingress_class="traefik")
        kinds = [manifest.kind for manifest in found]

        assert {
            "forwardingTimeouts": {"responseHeaderTimeout": "90s"},
            "maxIdleConnsPerHost": 200,
        } == found.get("ServersTransport", "web")["spec"]
        assert {
            "traefik.ingress.kubernetes.io/service.serverstransport": (
                "shop-dev-web@kubernetescrd"
            )
        } == found.get("Service", "web")["metadata"]["annotations"]
        assert kinds.index("ServersTransport") < kinds.index("Service")

    @pytest.mark.parametrize("ingress_class", ["traefik", "nginx"])
    def test_none(self, served, ingress_class):
        """
        Without a time-out, and for other controllers, there is none.
        """
        found = served(Ingress(), ingress_class=ingress_class)

        assert "ServersTransport" not in {manifest.kind for manifest in found}

    def test_web_socket(self, served):
        """
        To WebSockets, Traefik gives all the time that they need.
        """
        live = Service(
            "live",
            image=Image("acme/live:v5"),
            ports=[Port("live", 9000, application="ws")],
        )
        app = App(
            "shop", edition="2026", parts=[live], routes=[Route("/", live)]
        )
        found = served(Ingress(), app, ingress_class="traefik")

        assert "ServersTransport" not in {manifest.kind for manifest in found}

    def test_beside_web_socket(self, served):
        """
        A service may answer by HTTP in time and hold WebSockets beside.
        """
        chat = Service(
            "chat",
            image=Image("acme/chat:v5"),
            port=8080,
            ports=[Port("live", 9000, application="ws")],
        )
        routes = [
            Route("/live", chat["live"]),
            Route("/", chat, timeout_seconds=90),
        ]
        app = App("shop", edition="2026", parts=[chat], routes=routes)
        found = served(Ingress(), app, ingress_class="traefik")

        assert found.get("ServersTransport", "chat")

    @pytest.mark.parametrize("application", ["ws", "grpc"])
    def test_other_protocols(self, served, application):
        """
        It limits answers by HTTP alone.
        """
        live = Service(
            "live",
            image=Image("acme/live:v5"),
            ports=[Port("live", 9000, application=application)],
        )
        route = Route("/", live, timeout_seconds=60)
        app = App("shop", edition="2026", parts=[live], routes=[route])
        with pytest.raises(
            SpecError, match=r"Route '/' wants a time-out, but"
        ):
            served(Ingress(), app, ingress_class="traefik")

    @pytest.mark.parametrize("other", [None, 30])
    def test_mixed(self, web, served, other):
        """
        It knows time-outs of services, not of routes.
        """
        routes = [
            Route("/", web, timeout_seconds=other),
            Route("/slow", web, timeout_seconds=90),
        ]
        app = App("shop", edition="2026", parts=[web], routes=routes)
        with pytest.raises(SpecError) as ei:
            served(Ingress(), app, ingress_class="traefik")

        (problem,) = ei.value.problems
        assert (
            "Service 'web' is routed to with several time-outs, but the "
            "ingress controller of stack 'dev' has one for a service. Give "
            "its routes the same timeout_seconds, or what is slow a service "
            "of its own."
        ) == problem

    def test_other_controller(self, web, served):
        """
        Routes that another controller serves have time-outs of their own.
        """
        routes = [
            Route("/", web, timeout_seconds=90),
            Route("/admin", web, internal=True),
        ]
        app = App("shop", edition="2026", parts=[web], routes=routes)
        found = served(
            Ingress(), app, ingress_class="traefik", internal_class="nginx"
        )

        assert found.get("ServersTransport", "web")


class TestRefusedRoutes:
    @pytest.mark.parametrize(
        ("routes", "addresses", "problem"),
        [
            (
                [{"hosts": ["admin"]}],
                {},
                (
                    "Route '/': hosts 'admin' is none of the hostGroups of "
                    "stack 'dev'; there are none yet. Set it in the stack's "
                    "file, like 'hostGroups: {admin: [admin.example.com]}', "
                    "or name a whole host."
                ),
            ),
            (
                [{"hosts": ["admins"]}],
                {"host_groups": {"admin": ["admin.example.com"]}},
                (
                    "Route '/': hosts 'admins' is none of the hostGroups of "
                    "stack 'dev'; choose one of: 'admin' (nearest to 'admins': "
                    "'admin'). Set it in the stack's file, like 'hostGroups: "
                    "{admins: [admins.example.com]}', or name a whole host."
                ),
            ),
            (
                [{}],
                {"hosts": ["192.168.49.2"]},
                (
                    "Route '/' is under '192.168.49.2' in stack 'dev', but "
                    "hosts of routes are names, like 'app.example.com'. "
                    "Choose a name that leads to it, like "
                    "'192.168.49.2.nip.io'."
                ),
            ),
            (
                [{"internal": True}],
                {},
                (
                    "Environment 'dev' exposes routes by Ingress, but stack 'dev' "
                    "has no internalClass. Set it in the stack's file, like "
                    "'internalClass: nginx-internal'."
                ),
            ),
            (
                [{"hosts": ["a"]}, {"hosts": ["a.example.com"]}],
                {"host_groups": {"a": ["a.example.com"]}},
                (
                    "Route '/' is given twice under host 'a.example.com' of stack "
                    "'dev'."
                ),
            ),
            (
                [
                    {"path": "/a", "hosts": ["a"]},
                    {"path": "/a/", "hosts": ["a.example.com"]},
                ],
                {"host_groups": {"a": ["a.example.com"]}},
                (
                    "Route '/a/' is given twice under host 'a.example.com' of "
                    "stack 'dev'."
                ),
            ),
            (
                [{"timeout_seconds": 4001}],
                {"ingress_class": "alb"},
                (
                    "Route '/' wants a time-out of 4001 seconds, but the "
                    "ingress controller of class 'alb' in stack 'dev' takes "
                    "at most 4000. Lower timeout_seconds."
                ),
            ),
            (
                [{"timeout_seconds": 5}],
                {"ingress_class": "odd"},
                (
                    "Route '/' wants a time-out, but the ingress controller of "
                    "class 'odd' in stack 'dev' has none, or mizzen does not "
                    "know how it is told. Leave it out, and tell the controller "
                    "by annotations."
                ),
            ),
            (
                [{"body_size": "1Mi"}],
                {},
                (
                    "Route '/' wants a size of bodies, but the ingress controller "
                    "of class None in stack 'dev' has none, or mizzen does not "
                    "know how it is told. Leave it out, and tell the controller "
                    "by annotations."
                ),
            ),
        ],
    )
    def test_refused(self, web, served, routes, addresses, problem):
        """
        What a stack or its controller has not is refused.
        """
        app = App(
            "shop",
            edition="2026",
            parts=[web],
            routes=[
                Route(**{"path": "/", "to": web, **fields})
                for fields in routes
            ],
        )
        with pytest.raises(SpecError) as ei:
            served(Ingress(), app, **addresses)

        assert (problem,) == ei.value.problems

    @pytest.mark.parametrize(
        ("tls", "ingress_class", "problem"),
        [
            (
                CertManager(),
                "alb",
                (
                    "Environment 'dev' has certificates by CertManager, which "
                    "the ingress controller of class 'alb' in stack 'dev' "
                    "does not serve. Choose AcmCertificate()."
                ),
            ),
            (
                AcmCertificate(),
                "nginx",
                (
                    "Environment 'dev' has certificates by AcmCertificate, "
                    "which the ingress controller of class 'nginx' in stack "
                    "'dev' does not serve. Choose CertManager() or "
                    "TlsSecret(…), or set ingressClass in the stack's file, "
                    "like 'ingressClass: alb'."
                ),
            ),
        ],
    )
    def test_certificates(self, served, tls, ingress_class, problem):
        """
        A certificate that the controller would never serve is refused.
        """
        with pytest.raises(SpecError) as ei:
            served(
                Ingress(tls=tls),
                ingress_class=ingress_class,
                issuer="letsencrypt",
            )

        assert (problem,) == ei.value.problems

    @pytest.mark.parametrize(
        ("ingress_class", "kind"),
        [("nginx", "CertManager"), ("alb", "AcmCertificate")],
    )
    def test_plain_grpc(self, rpc, served, ingress_class, kind):
        """
        Most controllers speak HTTP/2, and so gRPC, by HTTPS alone.
        """
        app = App(
            "shop", edition="2026", parts=[rpc], routes=[Route("/", rpc)]
        )
        with pytest.raises(SpecError) as ei:
            served(Ingress(), app, ingress_class=ingress_class)

        assert (
            (
                "Route '/' leads to gRPC, which the ingress controller "
                f"{ingress_class!r} of stack 'dev' speaks by HTTPS alone. Set tls "
                f"in environment 'dev', like Ingress(tls={kind}())."
            ),
        ) == ei.value.problems

    def test_strict_path(self, web, served):
        """
        ingress-nginx refuses paths that it could take for expressions.
        """
        app = App(
            "shop",
            edition="2026",
            parts=[web],
            routes=[Route("/a~(b)", web), Route("/a.b/c-d_e", web)],
        )
        with pytest.raises(SpecError) as ei:
            served(Ingress(), app, ingress_class="nginx")

        assert (
            (
                "Route '/a~(b)' has other signs than letters, digits and '/_-.', "
                "which the ingress controller 'nginx' of stack 'dev' refuses. "
                "Choose another path."
            ),
        ) == ei.value.problems

    @pytest.mark.parametrize("ingress_class", ["odd", "gce"])
    def test_grpc(self, rpc, served, ingress_class):
        """
        gRPC is refused where the controller cannot speak it.
        """
        app = App(
            "shop", edition="2026", parts=[rpc], routes=[Route("/", rpc)]
        )
        with pytest.raises(SpecError, match=r"Route '/' wants gRPC, but"):
            served(Ingress(), app, ingress_class=ingress_class)

    def test_grpc_bodies(self, rpc, served):
        """
        Traefik weighs a body by keeping it and its answer until both are
        whole, which a stream of gRPC never is.
        """
        routes = [Route("/", rpc, body_size="1Mi")]
        app = App("shop", edition="2026", parts=[rpc], routes=routes)
        with pytest.raises(SpecError) as ei:
            served(Ingress(), app, ingress_class="traefik")

        assert (
            (
                "Route '/' wants a size of bodies, for which the ingress "
                "controller 'traefik' of stack 'dev' waits until the call has "
                "ended, so that streams of gRPC stand still. Leave it out, and "
                "let the service look."
            ),
        ) == ei.value.problems

    def test_mixed(self, served):
        """
        Traefik speaks either HTTP or gRPC to a service.
        """
        both = Service(
            "both",
            image=Image("acme/both:v5"),
            port=8080,
            ports=[Port("grpc", 9000, application="grpc")],
        )
        routes = [Route("/", both), Route("/rpc", both["grpc"])]
        app = App("shop", edition="2026", parts=[both], routes=routes)
        with pytest.raises(SpecError) as ei:
            served(Ingress(), app, ingress_class="traefik")

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Service 'both' is routed to by gRPC and by HTTP, but the "
            "ingress controller of stack 'dev' speaks one of them to a "
            "service. Give each a service of its own."
        ) == str(ei.value)
