"""
Findings about policies and routes that let in more than was meant, or less.
"""

import attrs
import pytest

from mizzen import (
    App,
    CertManager,
    Environment,
    Gateway,
    Ingress,
    LoadBalancer,
    Metrics,
    Namespace,
    NodePort,
    Raw,
    Route,
    Stack,
)

from .support import LONE, blocks, raw, with_raw


class TestReach:
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
