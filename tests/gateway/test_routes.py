"""
The app's routes by the Gateway API.
"""

import pytest

from mizzen import OFF, CertManager, Gateway, Route, TlsSecret
from mizzen.environment import CLUSTERS


def kinds(manifests):
    """
    Kinds and names of what belongs to the Gateway API.
    """
    return [
        (manifest.kind, manifest.name)
        for manifest in manifests
        if manifest.body["apiVersion"] == "gateway.networking.k8s.io/v1"
    ]


class TestGateway:
    def test_plain(self, web, served):
        """
        Without certificates, all hosts are heard at port 80.
        """
        found = served(Gateway(), Route("/", web), hosts=["*.example.com"])

        assert [("Gateway", "shop"), ("HTTPRoute", "shop")] == kinds(found)
        assert {
            "gatewayClassName": "istio",
            "listeners": [{"name": "http", "port": 80, "protocol": "HTTP"}],
        } == found.get("Gateway", "shop")["spec"]
        assert {
            "parentRefs": [{"name": "shop", "sectionName": "http"}],
            "hostnames": ["*.example.com"],
            "rules": [
                {
                    "matches": [
                        {"path": {"type": "PathPrefix", "value": "/"}}
                    ],
                    "backendRefs": [{"name": "web", "port": 8080}],
                }
            ],
        } == found.get("HTTPRoute", "shop")["spec"]

    def test_many(self, web, served):
        """
        Of more hosts and routes than one object may have, there are several.
        """
        hosts = [f"h{number}.example.com" for number in range(17)]
        routes = [Route(f"/{number}", web) for number in range(17)]
        found = served(Gateway(tls=TlsSecret("tls")), *routes, hosts=hosts)
        names = ["shop", *(f"shop-{number}" for number in (2, 3, 4))]
        specs = [found.get("HTTPRoute", name)["spec"] for name in names]

        assert [(16, 16), (16, 1), (1, 16), (1, 1)] == [
            (len(spec["hostnames"]), len(spec["rules"])) for spec in specs
        ]
        assert {(host, route.path) for host in hosts for route in routes} == {
            (host, rule["matches"][0]["path"]["value"])
            for spec in specs
            for host in spec["hostnames"]
            for rule in spec["rules"]
        }
        assert (
            hosts[16:]
            == (found.get("HTTPRoute", "shop-redirect-2")["spec"]["hostnames"])
        )

    def test_https(self, web, served):
        """
        With certificates, routes hang on HTTPS, and HTTP is redirected.
        """
        found = served(
            Gateway(tls=CertManager(), annotations={"a/b": "c"}),
            Route("/", web),
            issuer="letsencrypt",
        )
        gateway = found.get("Gateway", "shop")
        redirect = found.get("HTTPRoute", "shop-redirect")["spec"]

        assert {
            "a/b": "c",
            "cert-manager.io/cluster-issuer": "letsencrypt",
        } == gateway["metadata"]["annotations"]
        assert {
            "mode": "Terminate",
            "certificateRefs": [{"kind": "Secret", "name": "shop-tls"}],
        } == gateway["spec"]["listeners"][1]["tls"]
        assert (
            "https-a.example.com"
            == (
                found.get("HTTPRoute", "shop")["spec"]["parentRefs"][0][
                    "sectionName"
                ]
            )
        )
        assert [{"name": "shop", "sectionName": "http"}] == (
            redirect["parentRefs"]
        )
        assert (
            "https"
            == (
                redirect["rules"][0]["filters"][0]["requestRedirect"]["scheme"]
            )
        )

    @pytest.mark.parametrize(
        ("addresses", "ports", "redirect"),
        [
            ({"gateway_class": "istio"}, [80, 443], {}),
            ({"gateway_class": "odd"}, [80, 443], {}),
            ({"gateway_class": "traefik"}, [8000, 8443], {"port": 443}),
            (
                {"gateway_class": "traefik", "cluster": CLUSTERS["k3s"]},
                [8000, 8443],
                {"port": 443},
            ),
            (
                {"gateway_class": "traefik", "cluster": CLUSTERS["embedded"]},
                [80, 443],
                {},
            ),
        ],
    )
    def test_ports(self, web, served, addresses, ports, redirect):
        """
        Traefik finds its entry points by the ports of its pods; the world
        outside is led to the usual one.
        """
        found = served(
            Gateway(tls=TlsSecret("tls")), Route("/", web), **addresses
        )
        listeners = found.get("Gateway", "shop")["spec"]["listeners"]
        (rule,) = found.get("HTTPRoute", "shop-redirect")["spec"]["rules"]

        assert ports == [listener["port"] for listener in listeners]
        assert {"scheme": "https", "statusCode": 301, **redirect} == (
            rule["filters"][0]["requestRedirect"]
        )

    def test_wildcards(self, web, served):
        """
        Wildcards have a certificate apart from that of names.
        """
        found = served(
            Gateway(tls=CertManager()),
            Route("/", web),
            hosts=["a.example.com", "*.example.com"],
            issuer="letsencrypt",
        ).get("Gateway", "shop")

        assert {
            "a.example.com": "shop-tls",
            "*.example.com": "shop-wildcard-tls",
        } == {
            listener["hostname"]: listener["tls"]["certificateRefs"][0]["name"]
            for listener in found["spec"]["listeners"][1:]
        }

    @pytest.mark.parametrize(
        "exposure",
        [Gateway(), Gateway(tls=TlsSecret("wildcard"), redirect=False)],
    )
    def test_no_redirect(self, web, served, exposure):
        """
        Nothing is redirected without HTTPS or on demand: then plain HTTP
        leads to the same.
        """
        found = served(exposure, Route("/", web))
        route = found.get("HTTPRoute", "shop")["spec"]

        assert [("Gateway", "shop"), ("HTTPRoute", "shop")] == kinds(found)
        assert {"name": "shop", "sectionName": "http"} in route["parentRefs"]

    def test_certificates_of_hosts(self, web, served):
        """
        Each listener has the certificate of its host.
        """
        tls = TlsSecret("tls", hosts={"b.example.com": "other"})
        found = served(
            Gateway(tls=tls),
            Route("/", web),
            hosts=["a.example.com", "b.example.com"],
        )
        _, *secure = found.get("Gateway", "shop")["spec"]["listeners"]

        assert {"a.example.com": "tls", "b.example.com": "other"} == {
            listener["hostname"]: listener["tls"]["certificateRefs"][0]["name"]
            for listener in secure
        }

    def test_sections(self, web, served):
        """
        Listeners have names of their own, whatever the hosts, and none is
        longer than Kubernetes allows.
        """
        long = ".".join(["a" * 60] * 4 + ["b" * 7])
        hosts = ["*.example.com", "wildcard.example.com", long]
        found = served(
            Gateway(tls=TlsSecret("tls")), Route("/", web), hosts=hosts
        )
        listeners = found.get("Gateway", "shop")["spec"]["listeners"]
        names = [listener["name"] for listener in listeners]
        parents = found.get("HTTPRoute", "shop")["spec"]["parentRefs"]

        assert 251 == len(long)
        assert 4 == len(set(names))
        assert max(map(len, names)) <= 253
        assert names[1:] == [parent["sectionName"] for parent in parents]

    @pytest.mark.parametrize(
        ("gateway", "parent"),
        [
            ("shared", {"namespace": "shop-dev", "name": "shared"}),
            ("infra/shared", {"namespace": "infra", "name": "shared"}),
            (
                "infra/shared/https",
                {
                    "namespace": "infra",
                    "name": "shared",
                    "sectionName": "https",
                },
            ),
        ],
    )
    def test_joined(self, web, served, gateway, parent):
        """
        Routes hang on a Gateway that is somebody else's, or on one of its
        listeners; nobody issues certificates for it.
        """
        found = served(
            Gateway(tls=CertManager()), Route("/", web), gateway=gateway
        )

        assert [("HTTPRoute", "shop")] == kinds(found)
        assert [parent] == (
            found.get("HTTPRoute", "shop")["spec"]["parentRefs"]
        )

    def test_internal(self, web, served):
        """
        Internal routes have a Gateway of their own.
        """
        found = served(
            Gateway(tls=TlsSecret("wildcard")),
            Route("/", web, internal=True),
            internal_class="istio-internal",
        )

        assert [
            ("Gateway", "shop-internal"),
            ("HTTPRoute", "shop-internal-redirect"),
            ("HTTPRoute", "shop-internal"),
        ] == kinds(found)
        assert (
            "istio-internal"
            == (
                found.get("Gateway", "shop-internal")["spec"][
                    "gatewayClassName"
                ]
            )
        )

    def test_wishes(self, web, served):
        """
        Time-outs and exact paths are those of the rule, and other hosts
        those of another route.
        """
        found = served(
            Gateway(),
            Route("/", web),
            Route("/a", web, path_type="Exact", timeout_seconds=5),
            Route("/", web, hosts=["b.example.com"]),
        )
        routes = [m.body["spec"] for m in found if m.kind == "HTTPRoute"]

        assert [["a.example.com"], ["b.example.com"]] == [
            route["hostnames"] for route in routes
        ]
        assert {
            "matches": [{"path": {"type": "Exact", "value": "/a"}}],
            "backendRefs": [{"name": "web", "port": 8080}],
            "timeouts": {"request": "5s"},
        } == routes[0]["rules"][1]

    @pytest.mark.parametrize(
        ("path", "matches"),
        [
            ("/", {}),
            (
                "/a.Shop",
                {
                    "matches": [
                        {"method": {"type": "Exact", "service": "a.Shop"}}
                    ]
                },
            ),
            (
                "/a.Shop/Buy",
                {
                    "matches": [
                        {
                            "method": {
                                "type": "Exact",
                                "service": "a.Shop",
                                "method": "Buy",
                            }
                        }
                    ]
                },
            ),
        ],
    )
    def test_grpc(self, rpc, served, path, matches):
        """
        gRPC is matched by services and methods.
        """
        found = served(Gateway(), Route(path, rpc))
        (route,) = [m.body for m in found if m.kind == "GRPCRoute"]

        assert [
            {**matches, "backendRefs": [{"name": "rpc", "port": 9000}]}
        ] == route["spec"]["rules"]

    @pytest.mark.parametrize(
        ("gateway_class", "peer"),
        [
            (
                "istio",
                {
                    "namespaceSelector": {},
                    "podSelector": {
                        "matchLabels": {
                            "gateway.istio.io/managed": (
                                "istio.io-gateway-controller"
                            )
                        }
                    },
                },
            ),
            ("gke-l7-rilb", {"ipBlock": {"cidr": "35.191.0.0/16"}}),
            ("odd", {"namespaceSelector": {}}),
        ],
    )
    def test_isolation(self, web, served, gateway_class, peer):
        """
        What is routed to is open to what serves the Gateway.
        """
        found = served(
            Gateway(tls=OFF), Route("/", web), gateway_class=gateway_class
        )
        (rule,) = found.get("NetworkPolicy", "web")["spec"]["ingress"]

        assert peer == rule["from"][0]

    @pytest.mark.parametrize(
        ("gateway_class", "inside"),
        [
            ("gke-l7-rilb", True),
            ("gke-l7-rilb-mc", True),
            ("gke-l7-regional-external-managed", True),
            ("gke-l7-global-external-managed", False),
            ("gke-l7-gxlb", False),
        ],
    )
    def test_proxies(self, web, served, gateway_class, inside):
        """
        Google's regional load balancers connect from a subnet of the VPC,
        the global ones from Google's own networks alone.
        """
        found = served(
            Gateway(tls=OFF), Route("/", web), gateway_class=gateway_class
        )
        (rule,) = found.get("NetworkPolicy", "web")["spec"]["ingress"]

        assert inside is ({"ipBlock": {"cidr": "10.0.0.0/8"}} in rule["from"])

    def test_joined_proxies(self, web, served):
        """
        On GKE, a Gateway that is joined is Google's, if nobody says
        otherwise.
        """
        found = served(
            Gateway(),
            Route("/", web),
            gateway="infra/shared",
            gateway_class=None,
            cluster=CLUSTERS["gke"],
        )
        (rule,) = found.get("NetworkPolicy", "web")["spec"]["ingress"]

        assert [
            {"ipBlock": {"cidr": "35.191.0.0/16"}},
            {"ipBlock": {"cidr": "130.211.0.0/22"}},
        ] == rule["from"]

    def test_namespace(self, web, served):
        """
        That is let in from its namespace alone where the cluster brings it.
        """
        found = served(
            Gateway(tls=OFF),
            Route("/", web),
            cluster=CLUSTERS["k3s"],
            gateway_class="traefik",
        )
        (rule,) = found.get("NetworkPolicy", "web")["spec"]["ingress"]

        assert {
            "namespaceSelector": {
                "matchLabels": {"kubernetes.io/metadata.name": "kube-system"}
            },
            "podSelector": {
                "matchLabels": {"app.kubernetes.io/name": "traefik"}
            },
        } == rule["from"][0]
