"""
Which routes of an app redirect from HTTP to HTTPS, and by what.
"""

import pytest

from tests.exposed import HTTPS, MIDDLEWARES, SSL_REDIRECT, served_fixture

from mizzen import App, Ingress, Route, SpecError
from mizzen.environment import CLUSTERS


__all__ = ["served_fixture"]


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

    @pytest.mark.parametrize("redirect", [True, None])
    @pytest.mark.parametrize(
        ("addresses", "annotations"),
        [
            (
                {"ingress_class": "gce"},
                {"kubernetes.io/ingress.class": "gce"},
            ),
            ({"cluster": CLUSTERS["gke"]}, {}),
        ],
    )
    def test_frontend(self, served, redirect, addresses, annotations):
        """
        Google's load balancers redirect by an object that GKE brings the
        kind of, and that the Ingress names.
        """
        found = served(Ingress(tls=HTTPS, redirect=redirect), **addresses)
        frontend = found.get("FrontendConfig", "shop-redirect")
        kinds = [manifest.kind for manifest in found]

        assert "networking.gke.io/v1beta1" == frontend["apiVersion"]
        assert {
            "redirectToHttps": {
                "enabled": True,
                "responseCodeName": "MOVED_PERMANENTLY_DEFAULT",
            }
        } == frontend["spec"]
        assert {
            **annotations,
            "networking.gke.io/v1beta1.FrontendConfig": "shop-redirect",
        } == found.get("Ingress", "shop")["metadata"]["annotations"]
        assert kinds.index("FrontendConfig") < kinds.index("Ingress")

    @pytest.mark.parametrize(
        "exposure", [Ingress(), Ingress(tls=HTTPS, redirect=False)]
    )
    def test_no_frontend(self, served, exposure):
        """
        Without HTTPS or on demand, Google's load balancers redirect
        nothing.
        """
        found = served(exposure, cluster=CLUSTERS["gke"])

        assert "annotations" not in found.get("Ingress", "shop")["metadata"]
        assert "FrontendConfig" not in {manifest.kind for manifest in found}

    @pytest.mark.parametrize("redirect", [True, False, None])
    def test_https_only(self, web, served, redirect):
        """
        Google's internal load balancers serve HTTPS or HTTP, and never
        both.
        """
        route = Route("/", web, internal=True)
        app = App("shop", edition="2026", parts=[web], routes=[route])
        found = served(
            Ingress(tls=HTTPS, redirect=redirect),
            app,
            cluster=CLUSTERS["gke"],
            internal_class="gce-internal",
        )

        assert {
            "kubernetes.io/ingress.class": "gce-internal",
            "kubernetes.io/ingress.allow-http": "false",
        } == found.get("Ingress", "shop-internal")["metadata"]["annotations"]
        assert "FrontendConfig" not in {manifest.kind for manifest in found}

    def test_http_only(self, served):
        """
        Without a certificate they serve HTTP.
        """
        found = served(Ingress(), ingress_class="gce-internal")

        assert {"kubernetes.io/ingress.class": "gce-internal"} == found.get(
            "Ingress", "shop"
        )["metadata"]["annotations"]

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
