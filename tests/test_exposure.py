"""
The objects by which the app's routes are served.
"""

import pytest

from mizzen import (
    CertManager,
    Environment,
    Ingress,
    SpecError,
    Stack,
    TlsSecret,
)


HTTPS = TlsSecret("wildcard")
SSL_REDIRECT = "nginx.ingress.kubernetes.io/ssl-redirect"
MIDDLEWARES = "traefik.ingress.kubernetes.io/router.middlewares"


@pytest.fixture(name="served")
def _served(shop, desired):
    """
    The objects of the shop for some exposure and addresses.
    """

    def served(exposure, app=shop, **addresses):
        stack = Stack(
            "dev",
            environment="dev",
            **{"hosts": ["a.example.com"], **addresses},
        )
        environment = Environment("dev", exposure=exposure)

        return desired(app, environment=environment, stack=stack)

    return served


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

    def test_no_routes(self, web, desired):
        """
        Without routes there is no Ingress.
        """
        found = desired(
            web,
            environment=Environment("dev", exposure=Ingress()),
            stack=Stack("dev", environment="dev", hosts=["a.example.com"]),
        )

        assert "Ingress" not in {manifest.kind for manifest in found}


class TestRedirect:
    @pytest.mark.parametrize("redirect", [True, None])
    def test_annotation(self, served, redirect):
        """
        ingress-nginx redirects to HTTPS by an annotation.
        """
        found = served(
            Ingress(tls=HTTPS, redirect=redirect), ingress_class="nginx"
        )

        assert {SSL_REDIRECT: "true"} == found.get("Ingress", "shop")[
            "metadata"
        ]["annotations"]

    @pytest.mark.parametrize("redirect", [True, None])
    def test_middleware(self, served, redirect):
        """
        Traefik redirects to HTTPS by an object that the Ingress names.
        """
        found = served(
            Ingress(tls=HTTPS, redirect=redirect), ingress_class="traefik"
        )

        assert {"redirectScheme": {"scheme": "https", "permanent": True}} == (
            found.get("Middleware", "shop-redirect")["spec"]
        )
        assert {MIDDLEWARES: "shop-dev-shop-redirect@kubernetescrd"} == (
            found.get("Ingress", "shop")["metadata"]["annotations"]
        )

    @pytest.mark.parametrize(
        ("exposure", "ingress_class"),
        [
            (Ingress(), "nginx"),
            (Ingress(), "traefik"),
            (Ingress(tls=HTTPS, redirect=False), "nginx"),
            (Ingress(tls=HTTPS, redirect=False), "traefik"),
            (Ingress(tls=HTTPS), "odd"),
            (Ingress(tls=HTTPS), None),
        ],
    )
    def test_none(self, served, exposure, ingress_class):
        """
        Nothing is redirected without HTTPS, on demand, or where it is not
        known how.
        """
        found = served(exposure, ingress_class=ingress_class)

        assert "annotations" not in found.get("Ingress", "shop")["metadata"]
        assert "Middleware" not in {manifest.kind for manifest in found}

    def test_overwritten(self, served):
        """
        Annotations that are given win.
        """
        exposure = Ingress(tls=HTTPS, annotations={SSL_REDIRECT: "false"})
        found = served(exposure, ingress_class="nginx")

        assert {SSL_REDIRECT: "false"} == found.get("Ingress", "shop")[
            "metadata"
        ]["annotations"]

    def test_unknown_controller(self, served):
        """
        To demand a redirection is refused where nobody knows how.
        """
        with pytest.raises(SpecError) as ei:
            served(Ingress(tls=HTTPS, redirect=True), ingress_class="odd")

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Environment 'dev' redirects to HTTPS, but how the ingress "
            "controller of class 'odd' is told to is not known. Leave redirect "
            "out and tell it by annotations, or set ingressClass in the file "
            "of stack 'dev', like 'ingressClass: nginx'."
        ) == str(ei.value)

    def test_without_tls(self):
        """
        There is nothing to redirect to without HTTPS.
        """
        with pytest.raises(SpecError) as ei:
            Ingress(redirect=True)

        assert (
            "Ingress: redirect must come with tls, like "
            "Ingress(tls=CertManager()) (got True)."
        ) == str(ei.value)
