"""
The objects by which the app's routes are served.
"""

import pytest

from tests.exposed import HTTPS, MIDDLEWARES, SSL_REDIRECT, served_fixture

from mizzen import (
    OFF,
    AcmCertificate,
    App,
    CertManager,
    Image,
    Ingress,
    Port,
    Route,
    Service,
    SpecError,
    TlsSecret,
)


__all__ = ["served_fixture"]
ARN = "arn:aws:acm:eu-west-1:123456789012:certificate/1234abcd-12"


class TestRoutes:
    @pytest.fixture(name="rules")
    def _rules(self, served):
        """
        Hosts and paths of each Ingress that serves some routes.
        """

        def rules(*routes, **addresses):
            parts = {route.service.name: route.service for route in routes}
            app = App(
                "shop", edition="2026", parts=parts.values(), routes=routes
            )
            found = served(Ingress(), app, **addresses)
            return {
                manifest.name: {
                    rule["host"]: [
                        path["path"] for path in rule["http"]["paths"]
                    ]
                    for rule in manifest.body["spec"]["rules"]
                }
                for manifest in found
                if manifest.kind == "Ingress"
            }

        return rules

    def test_hosts(self, web, rules):
        """
        Routes are under the stack's hosts, under hosts of their own, and
        under hosts that the stack has a name for.
        """
        groups = {"admin": ["admin.example.com", "ops.example.com"]}

        assert {
            "shop": {
                "a.example.com": ["/"],
                "*.example.com": ["/tenant"],
                "admin.example.com": ["/admin"],
                "ops.example.com": ["/admin"],
            }
        } == rules(
            Route("/", web),
            Route("/tenant", web, hosts=["*.example.com"]),
            Route("/admin", web, hosts=["admin"]),
            host_groups=groups,
        )

    def test_exact(self, web, served):
        """
        A path can be meant alone.
        """
        route = Route("/only", web, path_type="Exact")
        app = App("shop", edition="2026", parts=[web], routes=[route])
        (rule,) = served(Ingress(), app).get("Ingress", "shop")["spec"][
            "rules"
        ]

        assert "Exact" == rule["http"]["paths"][0]["pathType"]

    def test_internal(self, web, served):
        """
        Internal routes have a controller, a certificate and a policy of
        their own.
        """
        routes = [Route("/", web), Route("/admin", web, internal=True)]
        app = App("shop", edition="2026", parts=[web], routes=routes)
        found = served(
            Ingress(tls=CertManager()),
            app,
            ingress_class="traefik",
            ingress_namespace="edge",
            internal_class="nginx-internal",
            issuer="letsencrypt",
        )
        internal = found.get("Ingress", "shop-internal")
        peers = found.get("NetworkPolicy", "web")["spec"]["ingress"][0]["from"]

        assert "nginx-internal" == internal["spec"]["ingressClassName"]
        assert "shop-internal-tls" == internal["spec"]["tls"][0]["secretName"]
        assert {
            SSL_REDIRECT: "true",
            "cert-manager.io/cluster-issuer": "letsencrypt",
        } == internal["metadata"]["annotations"]
        assert ["traefik", "ingress-nginx"] == [
            peer["podSelector"]["matchLabels"]["app.kubernetes.io/name"]
            for peer in peers
        ]
        assert {} == peers[1]["namespaceSelector"]

    def test_one_certificate(self, web, served):
        """
        One Ingress orders the certificate for the hosts of all.
        """
        slow = Route("/a", web, hosts=["b.example.com"], timeout_seconds=5)
        routes = [slow, Route("/", web)]
        app = App("shop", edition="2026", parts=[web], routes=routes)
        found = served(
            Ingress(tls=CertManager()),
            app,
            ingress_class="nginx",
            issuer="letsencrypt",
        )
        first, second = [m.body for m in found if m.kind == "Ingress"]
        issuer = "cert-manager.io/cluster-issuer"

        assert "shop" == first["metadata"]["name"]
        assert issuer in first["metadata"]["annotations"]
        assert issuer not in second["metadata"]["annotations"]
        assert [["b.example.com", "a.example.com"], ["b.example.com"]] == [
            body["spec"]["tls"][0]["hosts"] for body in (first, second)
        ]
        assert (
            first["spec"]["tls"][0]["secretName"]
            == (second["spec"]["tls"][0]["secretName"])
        )

    @pytest.mark.parametrize(
        ("internal", "kind"), [(False, ""), (True, "internal-")]
    )
    def test_wildcards(self, web, served, internal, kind):
        """
        Wildcards have a certificate apart from that of names, which Let's
        Encrypt refuses to put into one with a wildcard that covers them.
        """
        hosts = ["a.example.com", "*.example.com", "b.example.com"]
        app = App(
            "shop",
            edition="2026",
            parts=[web],
            routes=[Route("/", web, internal=internal)],
        )
        entries = {
            type(tls): served(
                Ingress(tls=tls),
                app,
                hosts=hosts,
                internal_class="inside",
                issuer="letsencrypt",
            ).get("Ingress", "shop-internal" if internal else "shop")["spec"][
                "tls"
            ]
            for tls in (CertManager(), TlsSecret("wildcard"))
        }

        assert [
            {
                "hosts": ["a.example.com", "b.example.com"],
                "secretName": f"shop-{kind}tls",
            },
            {
                "hosts": ["*.example.com"],
                "secretName": f"shop-{kind}wildcard-tls",
            },
        ] == entries[CertManager]
        assert [{"hosts": hosts, "secretName": "wildcard"}] == (
            entries[TlsSecret]
        )

    @pytest.mark.parametrize(
        ("port", "wishes", "expected"),
        [
            (
                Port("http", 80),
                {"timeout_seconds": 5},
                {"proxy-read-timeout": "5", "proxy-send-timeout": "5"},
            ),
            (
                Port("http", 80),
                {"body_size": "1Mi"},
                {"proxy-body-size": "1048576"},
            ),
            (
                Port("ws", 80, application="ws"),
                {},
                {"proxy-read-timeout": "3600", "proxy-send-timeout": "3600"},
            ),
            (
                Port("grpc", 80, application="grpc"),
                {},
                {"backend-protocol": "GRPC"},
            ),
        ],
    )
    def test_wishes(self, served, port, wishes, expected):
        """
        ingress-nginx hears what a route wants in an Ingress of its own.
        """
        part = Service("web", image=Image("acme/web:v5"), ports=[port])
        routes = [Route("/a/b", part[port.name], **wishes)]
        app = App("shop", edition="2026", parts=[part], routes=routes)
        exposure = Ingress(tls=HTTPS)
        found = served(exposure, app, ingress_class="nginx")
        (ingress,) = [m.body for m in found if m.kind == "Ingress"]
        prefix = "nginx.ingress.kubernetes.io"

        assert ingress["metadata"]["name"].startswith("shop-a-b-")
        assert {
            f"{prefix}/{name}": value
            for name, value in {**expected, "ssl-redirect": "true"}.items()
        } == ingress["metadata"]["annotations"]

    def test_traefik(self, web, served):
        """
        Traefik hears of bodies by an object, and of gRPC from the Service.
        """
        rpc = Service(
            "rpc",
            image=Image("acme/rpc:v5"),
            ports=[Port("grpc", 9000, application="grpc")],
        )
        routes = [
            Route("/upload", web, body_size="1Gi"),
            Route("/rpc", rpc),
            Route("/", web),
        ]
        app = App("shop", edition="2026", parts=[web, rpc], routes=routes)
        found = served(Ingress(tls=HTTPS), app, ingress_class="traefik")
        middlewares = {m.name: m for m in found if m.kind == "Middleware"}
        (body,) = set(middlewares) - {"shop-redirect"}
        (upload,) = [
            m.body
            for m in found
            if m.kind == "Ingress" and m.name.startswith("shop-upload")
        ]

        assert {"buffering": {"maxRequestBodyBytes": 2**30}} == (
            middlewares[body].body["spec"]
        )
        assert {
            MIDDLEWARES: "shop-dev-shop-redirect@kubernetescrd,"
            f"shop-dev-{body}@kubernetescrd"
        } == upload["metadata"]["annotations"]
        assert {
            "traefik.ingress.kubernetes.io/service.serversscheme": "h2c"
        } == found.get("Service", "rpc")["metadata"]["annotations"]
        assert "annotations" not in found.get("Service", "web")["metadata"]

    @pytest.fixture(name="ingresses")
    def _ingresses(self, served):
        """
        The Ingresses of some routes, by name.
        """

        def ingresses(*routes, **addresses):
            parts = {route.service.name: route.service for route in routes}
            app = App(
                "shop", edition="2026", parts=parts.values(), routes=routes
            )
            tls = addresses.pop("tls", OFF)
            found = served(Ingress(tls=tls), app, **addresses)
            return {m.name: m.body for m in found if m.kind == "Ingress"}

        return ingresses

    def test_same_wishes(self, web, ingresses):
        """
        Routes that want the same of ingress-nginx have Ingresses of their
        own, whose names neither what they want nor their order changes: no
        path moves between Ingresses, which ingress-nginx refuses.
        """
        paths = ("/a", "/b")
        first, last = (
            [Route(path, web, timeout_seconds=seconds) for path in paths]
            for seconds in (9, 10)
        )
        before = ingresses(*first, ingress_class="nginx")
        after = ingresses(*last[::-1], ingress_class="nginx")

        assert len(before) == 2
        assert {name: body["spec"] for name, body in before.items()} == {
            name: body["spec"] for name, body in after.items()
        }

    def test_one_load_balancer(self, web, chat, ingresses):
        """
        Amazon's load balancers serve all protocols, and wait for all as long
        as for the slowest.
        """
        attributes = "alb.ingress.kubernetes.io/load-balancer-attributes"
        alb = {"ingress_class": "alb", "tls": AcmCertificate()}
        slow = Route("/slow", web, timeout_seconds=90)
        plain = [Route("/", web), Route("/shop.Chat", chat["grpc"])]
        found = ingresses(slow, *plain, **alb)
        quick = Route("/quick", web, timeout_seconds=5)
        (quick,) = ingresses(quick, *plain, **alb).values()
        live = ingresses(
            Route("/live", chat["live"]),
            Route("/", web),
            ingress_class="alb",
        )

        assert ["idle_timeout.timeout_seconds=90"] == [
            body["metadata"]["annotations"][attributes]
            for body in found.values()
        ]
        assert (
            "idle_timeout.timeout_seconds=60"
            == (quick["metadata"]["annotations"][attributes])
        )
        assert {"shop"} == set(live)

    def test_web_socket_on_google(self, web, chat, ingresses):
        """
        Each Ingress is a load balancer of its own, so there is one.
        """
        found = ingresses(
            Route("/", web), Route("/live", chat["live"]), ingress_class="gce"
        )

        assert {"shop"} == set(found)

    @pytest.fixture(name="chat")
    def _chat(self):
        """
        A service of two other protocols.
        """
        return Service(
            "chat",
            image=Image("acme/chat:v5"),
            ports=[
                Port("grpc", 9000, application="grpc"),
                Port("live", 9001, application="ws"),
            ],
        )

    @pytest.mark.parametrize(
        ("certificate", "named"),
        [
            (AcmCertificate(), {}),
            (
                AcmCertificate(ARN),
                {"alb.ingress.kubernetes.io/certificate-arn": ARN},
            ),
        ],
    )
    def test_amazons_certificate(self, served, certificate, named):
        """
        Amazon's load balancers find a certificate of Amazon's by its ARN, or
        by the hosts.
        """
        exposure = Ingress(tls=certificate, redirect=False)
        found = served(exposure, ingress_class="alb").get("Ingress", "shop")

        assert [{"hosts": ["a.example.com"]}] == found["spec"]["tls"]
        assert {
            "alb.ingress.kubernetes.io/scheme": "internet-facing",
            "alb.ingress.kubernetes.io/target-type": "ip",
            "alb.ingress.kubernetes.io/listen-ports": (
                '[{"HTTP": 80}, {"HTTPS": 443}]'
            ),
            **named,
        } == found["metadata"]["annotations"]

    def test_no_arn(self):
        """
        Certificates have ARNs of one form.
        """
        with pytest.raises(SpecError) as ei:
            AcmCertificate("shop")

        assert (
            "AcmCertificate 'shop': arn must be the ARN of a certificate, like "
            "'arn:aws:acm:eu-west-1:123456789012:certificate/1234abcd' (got "
            "'shop')."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        ("ingress_class", "own"),
        [
            ("gce", {"acme.cert-manager.io/http01-edit-in-place": "true"}),
            (
                "gce-internal",
                {"kubernetes.io/ingress.allow-http": "false"},
            ),
        ],
    )
    def test_certificate_on_google(self, served, ingress_class, own):
        """
        Google's load balancers begin with a temporary certificate, and
        cert-manager proves by the Ingress itself whose the host is.
        """
        found = served(
            Ingress(tls=CertManager(), redirect=None),
            ingress_class=ingress_class,
            issuer="letsencrypt",
        ).get("Ingress", "shop")["metadata"]["annotations"]

        assert {
            "kubernetes.io/ingress.class": ingress_class,
            "cert-manager.io/cluster-issuer": "letsencrypt",
            "cert-manager.io/issue-temporary-certificate": "true",
            **own,
        } == {k: v for k, v in found.items() if "Frontend" not in k}

    @pytest.mark.parametrize("own", [None, "private"])
    def test_internal_issuer(self, web, served, own):
        """
        Certificates of internal routes can have an issuer of their own.
        """
        route = Route("/", web, internal=True)
        app = App("shop", edition="2026", parts=[web], routes=[route])
        issuers = {"internal_issuer": own} if own else {"issuer": "public"}
        found = served(
            Ingress(tls=CertManager()),
            app,
            internal_class="nginx",
            **issuers,
        ).get("Ingress", "shop-internal")

        assert (own or "public") == found["metadata"]["annotations"][
            "cert-manager.io/cluster-issuer"
        ]

    @pytest.mark.parametrize("internal", [True, False])
    def test_cloud(self, web, served, internal):
        """
        Load balancers of clouds are told what they need.
        """
        route = Route("/", web, internal=internal)
        app = App("shop", edition="2026", parts=[web], routes=[route])
        kind = "internal" if internal else "internet-facing"
        name = "shop-internal" if internal else "shop"
        found = served(
            Ingress(), app, ingress_class="alb", internal_class="alb"
        ).get("Ingress", name)

        assert {
            "alb.ingress.kubernetes.io/scheme": kind,
            "alb.ingress.kubernetes.io/target-type": "ip",
        } == found["metadata"]["annotations"]

    def test_class_annotation(self, served):
        """
        Google's controller knows its class by an annotation alone.
        """
        found = served(Ingress(), ingress_class="gce").get("Ingress", "shop")

        assert "ingressClassName" not in found["spec"]
        assert {"kubernetes.io/ingress.class": "gce"} == found["metadata"][
            "annotations"
        ]
