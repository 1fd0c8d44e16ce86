"""
Routes and hosts that the Gateway API cannot have.
"""

import pytest

from mizzen import (
    OFF,
    App,
    Environment,
    Gateway,
    Route,
    SpecError,
    Stack,
    TlsSecret,
)
from mizzen.environment import CLUSTERS


class TestRefused:
    def refusal(self, served, *routes, **addresses):
        """
        What is said against some routes.
        """
        with pytest.raises(SpecError) as ei:
            served(Gateway(), *routes, **addresses)

        return ei.value.problems

    @pytest.mark.parametrize(
        ("cluster", "fitting"),
        [("generic", "istio"), ("gke", "gke-l7-global-external-managed")],
    )
    def test_no_class(self, web, served, cluster, fitting):
        """
        A Gateway has a class, or is somebody else's.
        """
        assert (
            (
                "Environment 'dev' exposes routes by Gateway, but stack 'dev' has "
                "no gatewayClass. Set it in the stack's file, like "
                f"'gatewayClass: {fitting}'."
            ),
        ) == self.refusal(
            served,
            Route("/", web),
            gateway_class=None,
            cluster=CLUSTERS[cluster],
        )

    @pytest.mark.parametrize(
        ("path", "fields", "wish"),
        [
            ("/", {"body_size": "1Mi"}, "a size of bodies"),
            ("/", {"timeout_seconds": 5}, "a time-out of gRPC"),
        ],
    )
    def test_wishes(self, rpc, served, path, fields, wish):
        """
        What the Gateway API cannot say is refused.
        """
        assert (
            (
                f"Route {path!r} to Service 'rpc' wants {wish}, for which the "
                "Gateway API has no word. Leave it out, say it by a Raw "
                "policy of the controller's own, or choose Ingress."
            ),
        ) == self.refusal(served, Route(path, rpc, **fields))

    @pytest.mark.parametrize(
        ("path", "rule"),
        [
            (
                "/100%",
                "have two hexadecimal digits after each '%', like '/100%25'",
            ),
            (f"/{1024 * 'a'}", "have at most 1024 characters"),
        ],
    )
    def test_path(self, web, served, path, rule):
        """
        Paths that an Ingress has and a Gateway has not are refused.
        """
        assert (
            (
                f"Route to Service 'web': path must {rule}, by the Gateway "
                f"API (got {path!r})."
            ),
        ) == self.refusal(served, Route(path, web))

    @pytest.mark.parametrize(
        "path", ["/a/b/c", "/acme-shop", "/acme.Shop/1st", "/acme."]
    )
    def test_call(self, rpc, served, path):
        """
        What is no service and method of gRPC is refused.
        """
        assert (
            (
                "Route to Service 'rpc': path must name a service and maybe a "
                "method of gRPC, like '/acme.Shop/Buy', by the Gateway API "
                f"(got {path!r})."
            ),
        ) == self.refusal(served, Route(path, rpc))

    @pytest.mark.parametrize("kind", ["routes", "internal routes"])
    def test_many_hosts(self, web, desired, kind):
        """
        More listeners than a Gateway may have are refused.
        """
        internal = kind != "routes"
        hosts = [f"h{number}.example.com" for number in range(64)]
        app = App(
            "shop",
            edition="2026",
            parts=[web],
            routes=[Route("/", web, internal=internal)],
        )
        environment = Environment("dev", exposure=Gateway(tls=TlsSecret("a")))
        stack = Stack(
            "dev",
            environment="dev",
            hosts=hosts,
            gateway_class="istio",
            internal_class="istio-internal",
        )
        with pytest.raises(SpecError) as ei:
            desired(app, environment=environment, stack=stack)

        assert (
            (
                f"Hosts of the {kind} of stack 'dev' take 65 listeners of a "
                "Gateway with tls, one for each and one for plain HTTP, but "
                "it has at most 64. Use a wildcard, like '*.example.com', or "
                "fewer hosts, or join a Gateway, like 'gateway: "
                "infra/shared/https'."
            ),
        ) == ei.value.problems

    @pytest.mark.parametrize(
        ("tls", "addresses"),
        [
            (OFF, {}),
            (TlsSecret("a"), {"gateway": "infra/shared/https"}),
        ],
    )
    def test_many_hosts_elsewhere(self, web, served, tls, addresses):
        """
        Plain HTTP is heard by one listener, and somebody else's Gateway has
        its own.
        """
        hosts = [f"h{number}.example.com" for number in range(65)]

        assert served(
            Gateway(tls=tls), Route("/", web), hosts=hosts, **addresses
        )

    @pytest.mark.parametrize(
        "gateway", ["", "a/b/c/d", "infra/Shared", "infra/", 5]
    )
    def test_gateway(self, gateway):
        """
        What cannot be called so is refused.
        """
        with pytest.raises(SpecError, match=r"^Stack 'dev': gateway must be"):
            Stack("dev", environment="dev", gateway=gateway)

    def test_class(self):
        """
        Classes are called as Kubernetes calls objects.
        """
        with pytest.raises(
            SpecError, match=r"^Stack 'dev': gatewayClass must be the name"
        ):
            Stack("dev", environment="dev", gateway_class="Foo Bar")

    def test_shared_host(self, web, rpc, served):
        """
        HTTP and gRPC do not share a host.
        """
        assert (
            (
                "Routes '/' and '/rpc' lead to HTTP and gRPC under host "
                "'a.example.com' of stack 'dev', which a Gateway keeps apart. "
                "Give gRPC hosts of its own."
            ),
        ) == self.refusal(served, Route("/", web), Route("/rpc", rpc))
