"""
Findings about Ingresses.
"""

import pytest

from mizzen import AcmCertificate, Environment, Ingress, Stack, TlsSecret
from mizzen.environment import CLUSTERS

from .support import raw, spec, with_raw


class TestIngressPort:
    def test_unknown(self, routed, found):
        """
        An Ingress may not lead to a port that its Service does not have.
        """
        paths = spec(routed, "Ingress", "shop")["rules"][0]["http"]["paths"]
        paths[0]["backend"]["service"]["port"] = {"number": 81}

        assert [
            (
                "Ingress 'shop': it leads to port 81 of Service 'web', which has "
                "no such port (ingress-port). Lead it to one of the Service's "
                "ports."
            )
        ] == found("ingress-port", routed)

    def test_once(self, routed, found):
        """
        It is told once, however many hosts and paths lead there.
        """
        (rule,) = spec(routed, "Ingress", "shop")["rules"]
        backend = {"service": {"name": "web", "port": {"number": 81}}}
        rule["http"]["paths"] = [
            {"path": path, "pathType": "Prefix", "backend": backend}
            for path in ("/a", "/b")
        ]

        assert 1 == len(found("ingress-port", routed))

    @pytest.mark.parametrize("port", [{"name": "http"}, {"number": 8080}])
    def test_known(self, routed, found, port):
        """
        Ports are known by name and by number.
        """
        paths = spec(routed, "Ingress", "shop")["rules"][0]["http"]["paths"]
        paths[0]["backend"]["service"]["port"] = port

        assert [] == found("ingress-port", routed)

    def test_nameless(self, routed, found):
        """
        A Service's only port needs no name.
        """
        del spec(routed, "Service", "web")["ports"][0]["name"]

        assert "port 'http'" in found("ingress-port", routed)[0]

    @pytest.mark.parametrize(
        "backend",
        [
            {"service": {"name": "elsewhere", "port": {"number": 80}}},
            {"resource": {"kind": "Bucket", "name": "files"}},
        ],
    )
    def test_foreign(self, routed, found, backend):
        """
        What the app does not have cannot be judged.
        """
        spec(routed, "Ingress", "shop")["defaultBackend"] = backend

        assert [] == found("ingress-port", routed)

    @pytest.mark.parametrize(
        ("reference", "count"),
        [
            ({"name": "web", "port": 81}, 1),
            ({"name": "web", "port": 8080}, 0),
            ({"name": "web", "port": 81, "kind": "Bucket"}, 0),
        ],
        ids=str,
    )
    def test_gateway(self, made, found, reference, count):
        """
        Routes of the Gateway API are judged like an Ingress.
        """
        rules = {"rules": [{"backendRefs": [reference]}]}
        made = with_raw(made, raw("HTTPRoute", "shop", rules))

        assert count == len(found("ingress-port", made))

    @pytest.mark.parametrize("elsewhere", ["service", "route"])
    def test_other_namespace(self, routed, found, elsewhere):
        """
        Services of one name are several in several namespaces, and a route
        may lead to another.
        """
        if elsewhere == "service":
            ports = {"ports": [{"name": "x", "port": 9999}]}
            more = raw("Service", "web", ports, namespace="other")
        else:
            reference = {"name": "web", "namespace": "other", "port": 9999}
            more = raw(
                "HTTPRoute", "x", {"rules": [{"backendRefs": [reference]}]}
            )

        assert [] == found("ingress-port", with_raw(routed, more))

    def test_named_namespace(self, made, found):
        """
        Where a route leads is judged in the namespace that it names.
        """
        ports = {"ports": [{"port": 80}]}
        reference = {"name": "x", "namespace": "other", "port": 9999}
        rules = {"rules": [{"backendRefs": [reference]}]}
        made = with_raw(
            made,
            raw("Service", "x", ports, namespace="other"),
            raw("HTTPRoute", "x", rules),
        )

        assert 1 == len(found("ingress-port", made))


class TestIngressTls:
    @pytest.mark.parametrize(
        ("tls", "count"),
        [
            ({"secretName": "x"}, 0),
            ({"secretName": "x", "hosts": []}, 0),
            ({"secretName": "x", "hosts": ["b.example"]}, 1),
        ],
        ids=str,
    )
    def test_all_hosts(self, made, found, tls, count):
        """
        A certificate of which no hosts are said is for all of them.
        """
        rules = {"tls": [tls], "rules": [{"host": "a.example"}]}
        made = with_raw(made, raw("Ingress", "x", rules))

        assert count == len(found("ingress-tls", made))

    def test_none(self, desired, shop, found):
        """
        An Ingress without encryption is found, and the remedy is one line.
        """
        plain = Environment("dev", exposure=Ingress())
        stack = Stack("dev", environment="dev", hosts=["a.example", "b.io"])

        assert [
            (
                "Ingress 'shop': it answers under 'a.example', 'b.io' without "
                "encryption (ingress-tls). Set tls in the environment, like "
                "Ingress(tls=CertManager())."
            )
        ] == found(
            "ingress-tls", desired(shop, environment=plain, stack=stack)
        )

    @pytest.mark.parametrize(
        ("covered", "host", "bare"),
        [
            ("a.example", "a.example", False),
            ("*.example", "a.example", False),
            ("*.example", "a.b.example", True),
            ("b.example", "a.example", True),
        ],
    )
    def test_hosts(self, routed, found, covered, host, bare):
        """
        A certificate covers a name or all names one level below.
        """
        ingress = spec(routed, "Ingress", "shop")
        ingress["tls"][0]["hosts"] = [covered]
        ingress["rules"][0]["host"] = host

        assert bare is bool(found("ingress-tls", routed))

    def test_any_host(self, routed, found):
        """
        Without a host, an Ingress answers under all names.
        """
        del spec(routed, "Ingress", "shop")["rules"][0]["host"]

        assert "under '*' without" in found("ingress-tls", routed)[0]


class TestIngressRedirect:
    @pytest.fixture(name="judged")
    def _judged(self, desired, shop, found):
        """
        What is found for some exposure and class of the controller.
        """

        def judged(exposure, **addresses):
            environment = Environment("dev", exposure=exposure)
            stack = Stack(
                "dev", environment="dev", hosts=["a.example"], **addresses
            )
            manifests = desired(shop, environment=environment, stack=stack)

            return found(
                "ingress-redirect",
                manifests,
                environment=environment,
                stack=stack,
            )

        return judged

    def test_unknown(self, judged):
        """
        Where nobody knows how a controller redirects, plain HTTP is found.
        """
        assert [
            (
                "Ingress 'shop': what the ingress controller of class 'odd' "
                "does with plain HTTP is not known (ingress-redirect). Tell "
                "it to redirect by Ingress(annotations=…), or say "
                "redirect=False."
            )
        ] == judged(Ingress(tls=TlsSecret("tls")), ingress_class="odd")

    def test_no_class(self, judged):
        """
        A stack that names no class of controller is told of the key.
        """
        assert [
            (
                "Ingress 'shop': what the cluster's own ingress controller "
                "does with plain HTTP is not known (ingress-redirect). Set "
                "ingressClass in the file of stack 'dev', like 'ingressClass: "
                "nginx', or say redirect=False."
            )
        ] == judged(Ingress(tls=TlsSecret("tls")))

    @pytest.mark.parametrize("cluster", ["kind", "k3s", "gke", "aks"])
    def test_own(self, judged, cluster):
        """
        The controllers that clusters bring redirect.
        """
        exposure = Ingress(tls=TlsSecret("tls"))

        assert [] == judged(exposure, cluster=CLUSTERS[cluster])

    @pytest.mark.parametrize(
        "name", ["nginx", "traefik", "alb", "gce", "gce-internal"]
    )
    def test_usual(self, judged, name):
        """
        So do those that are known by their class.
        """
        tls = AcmCertificate() if name == "alb" else TlsSecret("tls")

        assert [] == judged(Ingress(tls=tls), ingress_class=name)

    @pytest.mark.parametrize(
        "exposure",
        [
            Ingress(),
            Ingress(tls=TlsSecret("tls"), redirect=False),
            Ingress(
                tls=TlsSecret("tls"),
                annotations={"haproxy.org/ssl-redirect": "true"},
            ),
            Ingress(
                tls=TlsSecret("tls"),
                annotations={"odd.example/filters": "redirectHTTPS()"},
            ),
        ],
    )
    def test_said(self, judged, exposure):
        """
        Nothing is found without HTTPS, and where somebody has said what
        becomes of plain HTTP.
        """
        assert [] == judged(exposure, ingress_class="odd")

    def test_told_nothing(self, judged):
        """
        Annotations about something else do not count.
        """
        exposure = Ingress(
            tls=TlsSecret("tls"), annotations={"odd.example/log": "all"}
        )

        assert 1 == len(judged(exposure, ingress_class="odd"))

    def test_class_annotation(self, routed, found):
        """
        Classes are read from the annotation too.
        """
        routed.get("Ingress", "shop")["metadata"]["annotations"] = {
            "kubernetes.io/ingress.class": "nginx"
        }

        assert [] == found("ingress-redirect", routed)
