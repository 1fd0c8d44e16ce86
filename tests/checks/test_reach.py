"""
Findings about policies and gateways that are wider than what was meant.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    Address,
    App,
    CertManager,
    Environment,
    ExternalService,
    Gateway,
    GcpAccount,
    Image,
    Ingress,
    Internet,
    Isolation,
    LoadBalancer,
    Metrics,
    Namespace,
    NodePort,
    Raw,
    Route,
    Service,
    Stack,
    TlsSecret,
)
from mizzen.environment import CLUSTERS

from .support import blocks, raw, with_raw


LONE = Service("lone", image=Image("acme/lone:v5"), port=8080)


@pytest.fixture(name="check_in")
def _check_in(shop, desired, found):
    """
    What a check finds about the shop behind a Gateway.
    """

    def check_in(exposure, gateway, name):
        environment = Environment("dev", exposure=exposure)
        stack = Stack(
            "dev",
            environment="dev",
            hosts=["a.example.com"],
            gateway=gateway,
            gateway_class="istio",
        )
        made = desired(shop, environment=environment, stack=stack)

        return found(name, made, environment=environment, stack=stack)

    return check_in


class TestReach:
    @pytest.mark.parametrize(
        ("reaches", "isolation", "expected"),
        [
            (
                [
                    Address("api.example.com", 443),
                    Address("b.example.com", 25),
                ],
                Isolation.FULL,
                [
                    (
                        "NetworkPolicy 'beat': it opens the ports of "
                        "api.example.com:443, b.example.com:25 to all addresses, "
                        "because policies know no names (egress-by-name). Say "
                        "where the names lead, like Address('api.example.com', "
                        "443, cidrs=['192.0.2.0/24']) or External(…, "
                        "cidrs=['192.0.2.0/24'])."
                    )
                ],
            ),
            ([Address("api.example.com", 443)], Isolation.INGRESS, []),
            ([Address("10.0.0.0/8", 443), Internet()], Isolation.FULL, []),
            (
                [Address("a.example.com", 443, cidrs=["192.0.2.0/24"])],
                Isolation.FULL,
                [],
            ),
        ],
    )
    def test_names(  # noqa: PLR0917 - three of them are fixtures
        self, beat, desired, found, reaches, isolation, expected
    ):
        """
        Host names are wide where policies hold what goes out.
        """
        beat = attrs.evolve(beat, reaches=reaches)
        app = App("shop", edition="2026", parts=[beat])
        environment = Environment("dev", isolation=isolation)
        made = desired(app, environment=environment)

        assert expected == found("egress-by-name", made, app, environment)

    @pytest.mark.parametrize(
        ("route", "metrics", "is_found"),
        [
            (Route("/", LONE), 8080, True),
            (Route("/stats/", LONE), Metrics(8080, path="/stats/all"), True),
            (Route("/metrics", LONE, path_type="Exact"), 8080, True),
            (Route("/", LONE, path_type="Exact"), 8080, False),
            (Route("/stat", LONE), Metrics(8080, path="/stats"), False),
            (Route("/", LONE, internal=True), 8080, False),
            (Route("/", LONE), 9090, False),
            (Route("/", LONE), None, False),
        ],
    )
    def test_routed_metrics(self, desired, found, route, metrics, is_found):
        """
        Metrics are read by whoever a route leads to their path and port.
        """
        path = getattr(metrics, "path", "/metrics")
        app = App(
            "shop", edition="2026", parts=[LONE], routes=[route]
        ).replace(LONE, metrics=metrics)
        environment = Environment("dev", exposure=Ingress())
        stack = Stack(
            "dev",
            environment="dev",
            hosts=["a.example.com"],
            ingress_class="nginx",
            internal_class="nginx-internal",
        )
        made = desired(app, environment=environment, stack=stack)
        expected = (
            "Deployment 'lone': the world outside reads its metrics, at "
            f"{path} of port 8080 "
            "(public-metrics). Give those of Service 'lone' a port of their "
            "own, like metrics=9090."
        )

        assert [expected] * is_found == found(
            "public-metrics", made, app, environment
        )

    @pytest.mark.parametrize(
        ("exposure", "metrics", "number"),
        [
            (LoadBalancer([LONE]), 8080, 1),
            (NodePort([LONE]), 8080, 1),
            (NodePort([LONE]), 9090, 0),
            (None, 8080, 0),
        ],
    )
    def test_opened_metrics(self, desired, found, exposure, metrics, number):
        """
        Metrics on a port that is open to the world are read there; routes
        that nothing serves lead nowhere.
        """
        app = App(
            "shop", edition="2026", parts=[LONE], routes=[Route("/", LONE)]
        ).replace(LONE, metrics=metrics)
        environment = Environment("dev", exposure=exposure)
        made = desired(app, environment=environment)

        assert number == len(found("public-metrics", made, app, environment))

    @pytest.mark.parametrize(
        ("tls", "expected"),
        [
            (
                OFF,
                [
                    (
                        "Gateway 'shop': it answers under '*' without "
                        "encryption (gateway-tls). Set tls in the "
                        "environment, like Gateway(tls=CertManager())."
                    )
                ],
            ),
            (TlsSecret("wildcard"), []),
        ],
    )
    def test_gateway(self, shop, desired, found, tls, expected):
        """
        Each host of a Gateway wants a certificate.
        """
        environment = Environment("dev", exposure=Gateway(tls=tls))
        stack = Stack(
            "dev",
            environment="dev",
            hosts=["a.example.com"],
            gateway_class="istio",
        )
        made = desired(shop, environment=environment, stack=stack)

        assert expected == found("gateway-tls", made)

    @pytest.mark.parametrize(
        ("host", "count"),
        [
            ("169.254.169.254", 1),
            ("168.63.129.16", 1),
            ("0.0.0.0/0", 0),
            ("api.example.com", 0),
        ],
    )
    def test_metadata(self, desired, found, host, count):
        """
        What a cloud tells its nodes is nothing that a part reaches unnoticed.
        """
        lone = attrs.evolve(LONE, reaches=[Internet(), Address(host, 80)])
        app = App("shop", edition="2026", parts=[lone])
        dev = Environment("dev")
        made = desired(app, environment=dev)

        assert [
            (
                f"NetworkPolicy 'lone': it opens {host}:80, where clouds tell "
                "of the node and give out its credentials "
                "(egress-to-metadata). Leave it out, and give the part an "
                "identity of its own, like identity=AwsRole(…)."
            )
        ] * count == found("egress-to-metadata", made, app, dev)

    def test_metadata_used(self, desired, found):
        """
        It is the same by another name.
        """
        meta = ExternalService("meta", host="169.254.169.254", port=80)
        lone = attrs.evolve(LONE, uses=[meta])
        app = App("shop", edition="2026", parts=[lone])
        (finding,) = found("egress-to-metadata", desired(app), app)

        assert "it opens 169.254.169.254:80, where clouds tell" in finding

    @pytest.mark.parametrize(
        ("rule", "opened"),
        [
            ({"to": blocks("169.254.169.254/32")}, "169.254.169.254"),
            (
                {
                    "to": blocks("169.254.0.0/16", "fd00:ec2::254/128"),
                    "ports": [{"port": 80}, {"port": "http"}],
                },
                (
                    "169.254.0.0/16:80, 169.254.0.0/16:http, "
                    "[fd00:ec2::254]:80, [fd00:ec2::254]:http"
                ),
            ),
            (
                {
                    "to": blocks("168.63.129.16/32"),
                    "ports": [{"port": 53}, {"port": 80, "endPort": 90}],
                },
                "168.63.129.16:80-90",
            ),
            (
                {"to": blocks("0.0.0.0/0"), "ports": [{"port": 80}]},
                "0.0.0.0/0:80",
            ),
            ({"to": blocks("168.0.0.0/6")}, "168.0.0.0/6"),
            (
                {"to": blocks("0.0.0.0/0", left_out=["10.0.0.0/8", "x"])},
                "0.0.0.0/0",
            ),
            (
                {"to": blocks("0.0.0.0/0"), "ports": [{"protocol": "TCP"}]},
                "0.0.0.0/0",
            ),
        ],
        ids=str,
    )
    @pytest.mark.parametrize("patched", [True, False])
    def test_metadata_by_hand(self, desired, found, rule, opened, patched):
        """
        So it is in policies that are patched, or written by hand.
        """
        egress = {"policyTypes": ["Egress"], "egress": [rule]}
        app = App("shop", edition="2026", parts=[LONE])
        if patched:
            patch = LONE.patch("NetworkPolicy", {"spec": egress})
            app = attrs.evolve(app, patches=[patch])
            made = desired(app)
        else:
            made = with_raw(desired(app), raw("NetworkPolicy", "x", egress))
        (finding,) = found("egress-to-metadata", made, app)

        assert f"it opens {opened}, where clouds tell" in finding

    @pytest.mark.parametrize(
        "rule",
        [
            {"to": blocks("0.0.0.0/0", left_out=["169.254.169.254/32"])},
            {"to": blocks("0.0.0.0/0"), "ports": [{"port": 443}]},
            {"to": blocks("169.254.20.10/32"), "ports": [{"port": 53}]},
            {"to": blocks("metadata", "10.0.0.0/8", "::/1")},
            {"to": [{"podSelector": {}}]},
        ],
        ids=str,
    )
    def test_no_metadata(self, desired, found, rule):
        """
        Name servers may be there, and no others are.
        """
        egress = {"policyTypes": ["Egress"], "egress": [rule]}
        app = App("shop", edition="2026", parts=[LONE])
        made = with_raw(desired(app), raw("NetworkPolicy", "x", egress))

        assert [] == found("egress-to-metadata", made, app)

    @pytest.mark.parametrize("cluster", ["gke", "gke-autopilot"])
    def test_identity(self, desired, found, cluster):
        """
        Nor is an identity that is declared told where it gets its
        credentials.
        """
        account = GcpAccount("api-dev@shop-123.iam.gserviceaccount.com")
        lone = attrs.evolve(LONE, identity=account, uses=[])
        app = App("shop", edition="2026", parts=[lone])
        stack = Stack("dev", environment="dev", cluster=CLUSTERS[cluster])
        made = desired(app, stack=stack)

        assert "169.254.169.254" in str(
            made.get("NetworkPolicy", "lone")["spec"]["egress"]
        )
        assert [] == found("egress-to-metadata", made, app, stack=stack)

    @pytest.mark.parametrize(
        ("tls", "gateway", "count"),
        [
            (CertManager(), "infra/shared", 1),
            (CertManager(), "infra/shared/https", 0),
            (OFF, "infra/shared", 0),
        ],
    )
    def test_joined_gateway(self, check_in, tls, gateway, count):
        """
        What is meant to be encrypted hangs on one listener.
        """
        findings = check_in(Gateway(tls=tls), gateway, "gateway-tls")

        assert [
            (
                "HTTPRoute 'shop': it hangs on all listeners of Gateway 'shared', "
                "so that those of plain HTTP serve it without encryption "
                "(gateway-tls). Name one in the file of stack 'dev', like "
                "'gateway: infra/shared/https'."
            )
        ] * count == findings

    @pytest.mark.parametrize(
        ("gateway", "count"), [("infra/shared/https", 1), (None, 0)]
    )
    def test_unused_certificate(self, check_in, gateway, count):
        """
        A Gateway that is joined reads no certificate of the app.
        """
        exposure = Gateway(tls=TlsSecret("mine"))

        assert [
            (
                "Stack 'dev': Secret 'mine' is read by nobody, because Gateway "
                "'infra/shared/https' has certificates of its own "
                "(unused-certificate). Give the certificate to that Gateway, and "
                "say Gateway(tls=CertManager()) or leave gateway out of the "
                "stack's file."
            )
        ] * count == check_in(exposure, gateway, "unused-certificate")

    @pytest.mark.parametrize(
        ("ingress_class", "expected"),
        [
            (
                "cilium",
                [
                    f"NetworkPolicy {name!r}: it keeps out the ingress "
                    "controller 'cilium', for which NetworkPolicies have no "
                    "word (locked-out). Let it in by a policy of its own, "
                    "like a Raw CiliumNetworkPolicy with fromEntities: "
                    "[ingress]."
                    for name in ("web", "api")
                ],
            ),
            ("nginx", []),
            (None, []),
        ],
    )
    def test_locked_out(self, shop, desired, found, ingress_class, expected):
        """
        No NetworkPolicy names what Cilium runs on nodes.
        """
        environment = Environment("dev", exposure=Ingress())
        stack = Stack(
            "dev",
            environment="dev",
            hosts=["a.example.com"],
            ingress_class=ingress_class,
        )
        made = desired(shop, environment=environment, stack=stack)

        assert expected == found(
            "locked-out",
            made,
            app=shop,
            environment=environment,
            stack=stack,
        )

    @pytest.mark.parametrize(
        ("exposure", "key"),
        [(Ingress(), "ingressClass"), (Gateway(), "gatewayClass")],
    )
    def test_cluster_wide(self, shop, desired, found, exposure, key):
        """
        A controller that nobody knows opens exposed parts to all pods.
        """
        environment = Environment("dev", exposure=exposure)
        stack = Stack(
            "dev",
            environment="dev",
            hosts=["a.example.com"],
            gateway="infra/shared",
        )
        made = desired(shop, environment=environment, stack=stack)

        assert [
            f"NetworkPolicy {name!r}: it lets all pods of the cluster in, "
            "because nobody says where the controller runs that serves the "
            f"routes (cluster-wide). Set {key}, ingressNamespace or "
            "ingressSources in the file of stack 'dev'."
            for name in ("web", "api")
        ] == found("cluster-wide", made, environment=environment)

    def test_cluster_wide_solvers(self, shop, desired, found):
        """
        Whoever proves who has a host answers the same controller.
        """
        environment = Environment(
            "dev",
            exposure=Ingress(tls=CertManager()),
            namespace=Namespace(default_deny=True),
        )
        stack = Stack(
            "dev",
            environment="dev",
            hosts=["a.example.com"],
            ingress_class="own",
            issuer="letsencrypt",
        )
        made = desired(shop, environment=environment, stack=stack)
        (finding,) = (
            each
            for each in found("cluster-wide", made, environment=environment)
            if "acme-solvers" in each
        )

        assert "because nobody says where the controller runs" in finding

    @pytest.mark.parametrize(
        ("peer", "count"),
        [
            ({"namespaceSelector": {}, "podSelector": {}}, 1),
            ({"namespaceSelector": {"matchLabels": {}}}, 1),
            ({"namespaceSelector": {"matchLabels": {"a": "b"}}}, 0),
            (
                {
                    "namespaceSelector": {},
                    "podSelector": {"matchLabels": {"a": "b"}},
                },
                0,
            ),
            ({"podSelector": {}}, 0),
        ],
        ids=str,
    )
    def test_cluster_wide_words(self, shop, desired, found, peer, count):
        """
        All pods of the cluster are meant by more words than one.
        """
        rule = {"from": [peer], "ports": [{"port": 80}]}
        made = with_raw(
            desired(shop), raw("NetworkPolicy", "x", {"ingress": [rule]})
        )

        assert count == len(found("cluster-wide", made, shop))

    @pytest.mark.parametrize(
        ("settings", "internal", "count"),
        [
            ({"ingress_class": "alb"}, False, 1),
            ({"internal_class": "alb"}, True, 1),
            (
                {"ingress_class": "alb", "ingress_sources": ["10.0.1.0/24"]},
                False,
                0,
            ),
            ({"ingress_class": "gce"}, False, 0),
        ],
        ids=str,
    )
    def test_cluster_wide_networks(
        self, desired, found, settings, internal, count
    ):
        """
        Where load balancers are anywhere in private networks, pods are, too.
        """
        route = Route("/", LONE, internal=internal)
        app = App("shop", edition="2026", parts=[LONE], routes=[route])
        environment = Environment("dev", exposure=Ingress())
        stack = Stack(
            "dev", environment="dev", hosts=["a.example.com"], **settings
        )
        made = desired(app, environment=environment, stack=stack)

        assert [
            (
                "NetworkPolicy 'lone': it lets all private networks in, where "
                "pods may be as well, because nobody says where the load "
                "balancers are that serve the routes (cluster-wide). Name "
                "their networks, by ingressSources in the file of stack "
                "'dev', or by IngressController(…, sources=[…]) of a "
                "Cluster(…) of your own."
            )
        ] * count == found("cluster-wide", made, app, environment, stack)

    @pytest.mark.parametrize(
        ("networks", "count"),
        [
            (["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"], 1),
            (["0.0.0.0/1", "172.0.0.0/8", "192.0.0.0/8"], 1),
            (["10.0.0.0/8", "192.168.0.0/16"], 0),
            (["0.0.0.0/0"], 0),
        ],
        ids=str,
    )
    def test_cluster_wide_own_networks(
        self, shop, desired, found, networks, count
    ):
        """
        So they are where somebody names all of these networks.
        """
        rule = {"from": blocks(*networks), "ports": [{"port": 80}]}
        made = with_raw(
            desired(shop), raw("NetworkPolicy", "x", {"ingress": [rule]})
        )

        assert [
            (
                "NetworkPolicy 'x': it lets all private networks in, where "
                "pods may be as well (cluster-wide). Name the namespaces or "
                "the pods that may come in."
            )
        ] * count == found("cluster-wide", made, shop)

    @pytest.mark.parametrize("own", [True, False])
    def test_cluster_wide_by_hand(self, shop, desired, found, own):
        """
        What somebody else has opened has nothing to do with routes.
        """
        wide = {"ingress": [{"from": [{"namespaceSelector": {}}]}]}
        if own:
            patch = shop.parts[0].patch("NetworkPolicy", {"spec": wide})
            environment = Environment("dev", patches=[patch])
        else:
            body = {"apiVersion": "networking.k8s.io/v1"}
            body.update(kind="NetworkPolicy", metadata={"name": "web"})
            environment = Environment(
                "dev", extras=[Raw({**body, "spec": wide})]
            )
            shop = attrs.evolve(shop, parts=shop.parts[1:], routes=[])
        name = shop.parts[0].name if own else "web"
        made = desired(shop, environment=environment)

        assert [
            (
                f"NetworkPolicy {name!r}: it lets all pods of the cluster in "
                "(cluster-wide). Name the namespaces or the pods that may "
                "come in."
            )
        ] == found("cluster-wide", made, shop, environment)
