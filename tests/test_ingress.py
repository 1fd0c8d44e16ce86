"""
The Ingress of an app, with and without encryption.
"""

import pytest

from mizzen import (
    App,
    CertManager,
    Environment,
    Ingress,
    Route,
    Stack,
    TlsSecret,
)
from mizzen.environment import CLUSTERS


class TestIngress:
    @pytest.fixture(name="ingress")
    def _ingress(self, shop, desired):
        """
        The Ingress of the shop for some exposure and addresses.
        """

        def ingress(exposure, **addresses):
            stack = Stack(
                "dev",
                environment="dev",
                hosts=["a.example.com", "b.example.com"],
                **addresses,
            )
            return desired(
                shop,
                environment=Environment("dev", exposure=exposure),
                stack=stack,
            ).get("Ingress", "shop")

        return ingress

    def test_plain(self, ingress):
        """
        Each host leads to all routes.
        """
        paths = [
            {
                "path": path,
                "pathType": "Prefix",
                "backend": {
                    "service": {"name": name, "port": {"name": "http"}}
                },
            }
            for path, name in (("/", "web"), ("/api", "api"))
        ]
        found = ingress(Ingress())

        assert {
            "rules": [
                {"host": host, "http": {"paths": paths}}
                for host in ("a.example.com", "b.example.com")
            ]
        } == found["spec"]
        assert "annotations" not in found["metadata"]

    @pytest.mark.parametrize(
        ("said", "expected"),
        [(None, "webapprouting.kubernetes.azure.com"), ("nginx", "nginx")],
    )
    def test_class_of_cluster(self, ingress, said, expected):
        """
        A kind of cluster whose controller serves a class of its own alone
        knows it, unless the stack names another.
        """
        found = ingress(Ingress(), cluster=CLUSTERS["aks"], ingress_class=said)

        assert expected == found["spec"]["ingressClassName"]

    def test_cert_manager(self, ingress):
        """
        Certificates come from the stack's issuer.
        """
        found = ingress(
            Ingress(tls=CertManager(), annotations={"a/b": "c"}),
            ingress_class="nginx",
            issuer="letsencrypt",
        )

        assert {
            "nginx.ingress.kubernetes.io/ssl-redirect": "true",
            "a/b": "c",
            "cert-manager.io/cluster-issuer": "letsencrypt",
        } == found["metadata"]["annotations"]
        assert "nginx" == found["spec"]["ingressClassName"]
        assert [
            {
                "hosts": ["a.example.com", "b.example.com"],
                "secretName": "shop-tls",
            }
        ] == found["spec"]["tls"]

    def test_own_secret(self, ingress):
        """
        A certificate that is there already is found by its name.
        """
        found = ingress(Ingress(tls=TlsSecret("wildcard")))

        assert "wildcard" == found["spec"]["tls"][0]["secretName"]

    def test_wildcard_secret(self, ingress):
        """
        Names of Secrets may have dots.
        """
        found = ingress(Ingress(tls=TlsSecret("wildcard.example.com")))

        (tls,) = found["spec"]["tls"]
        assert "wildcard.example.com" == tls["secretName"]

    def test_no_routes(self, web, desired):
        """
        Without routes there is no Ingress, and nothing that it would need
        is asked for.
        """
        found = desired(
            web,
            environment=Environment(
                "dev", exposure=Ingress(tls=CertManager())
            ),
            stack=Stack("dev", environment="dev"),
        )

        assert "Ingress" not in {manifest.kind for manifest in found}

    @pytest.mark.parametrize("ingress_class", ["alb", "nginx"])
    def test_wildcards_last(self, web, desired, ingress_class):
        """
        Rules of wildcards come after those of hosts, because Amazon's load
        balancers take the first that fits.
        """
        routes = [
            Route("/", web, hosts=["*.example.com", "b.example.com"]),
            Route("/a", web, hosts=["a.example.com"]),
        ]
        found = desired(
            App("shop", edition="2026", parts=[web], routes=routes),
            environment=Environment("dev", exposure=Ingress()),
            stack=Stack("dev", environment="dev", ingress_class=ingress_class),
        ).get("Ingress", "shop")

        assert ["b.example.com", "a.example.com", "*.example.com"] == [
            rule["host"] for rule in found["spec"]["rules"]
        ]
