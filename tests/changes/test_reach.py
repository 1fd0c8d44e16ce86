"""
Who can connect to whom, as objects say.
"""

import pytest

from mizzen import Manifest
from mizzen.changes.reach import reach_changes


NAME = "app.kubernetes.io/name"


def pods(part, kind="Deployment", **labels):
    """
    An object that makes pods.
    """
    template = {
        "template": {
            "metadata": {"labels": {NAME: part, **labels}},
            "spec": {"containers": []},
        }
    }
    if kind == "CronJob":
        template = {"jobTemplate": {"spec": template}}
    body = {"kind": kind, "metadata": {"name": part}, "spec": template}

    return Manifest(part, "pods", body)


def policy(part, *, selector=None, **spec):
    """
    A policy about the pods of *part*.
    """
    selector = selector or {"matchLabels": {NAME: part}}
    body = {
        "kind": "NetworkPolicy",
        "metadata": {"name": part},
        "spec": {"podSelector": selector, **spec},
    }
    return Manifest(part, "network-policy", body)


def pod_peer(part):
    """
    The pods of *part* as a peer.
    """
    return {"podSelector": {"matchLabels": {NAME: part}}}


def opened(base, head):
    """
    Connections that become possible.
    """
    return sorted(map(str, reach_changes(base, head)[0]))


CLOSED = policy("db", policyTypes=["Ingress"], ingress=[])
STATE = [pods("db"), pods("api")]


class TestPeers:
    @pytest.mark.parametrize(
        ("rule", "edge"),
        [
            (
                {"from": [pod_peer("api")], "ports": [{"port": 5432}]},
                "api → db (TCP 5432)",
            ),
            ({}, "anyone in the cluster → db (all ports)"),
            (
                {"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]},
                "address 10.0.0.0/8 → db (all ports)",
            ),
            (
                {
                    "from": [{"namespaceSelector": {}}],
                    "ports": [{"port": 1, "endPort": 9, "protocol": "UDP"}],
                },
                "anyone in the cluster → db (UDP 1-9)",
            ),
            (
                {
                    "from": [
                        {
                            "namespaceSelector": {"matchLabels": {"a": "b"}},
                            "podSelector": {"matchLabels": {"c": "d"}},
                        }
                    ]
                },
                "namespaces with a=b, pods with c=d → db (all ports)",
            ),
            (
                {
                    "from": [
                        {
                            "podSelector": {
                                "matchExpressions": [
                                    {"key": "a", "operator": "Exists"}
                                ]
                            }
                        }
                    ]
                },
                "pods with a Exists → db (all ports)",
            ),
            (
                {"from": [pod_peer("other-app")]},
                "other-app → db (all ports)",
            ),
        ],
    )
    def test_ingress(self, rule, edge):
        """
        Each kind of peer has its words.
        """
        head = policy("db", policyTypes=["Ingress"], ingress=[rule])

        assert edge in opened([*STATE, CLOSED], [*STATE, head])

    def test_all_pods(self):
        """
        An empty selector finds all pods.
        """
        rule = {"from": [{"podSelector": {}}]}
        head = policy("db", policyTypes=["Ingress"], ingress=[rule])

        assert "api → db (all ports)" in opened(
            [*STATE, CLOSED], [*STATE, head]
        )


class TestBothEnds:
    def test_confined(self):
        """
        What the source may not leave for is not reached.
        """
        incoming = policy(
            "db",
            policyTypes=["Ingress"],
            ingress=[{"from": [pod_peer("api")]}],
        )
        confined = policy("api", policyTypes=["Egress"], egress=[])

        assert (
            opened([*STATE, CLOSED, confined], [*STATE, incoming, confined])
            == []
        )

    def test_outside(self):
        """
        Names are looked up by everyone; other ways out are told.
        """
        base = policy("api", policyTypes=["Egress"], egress=[])
        peers = {"to": [{"ipBlock": {"cidr": "1.2.3.4/32"}}]}
        head = policy(
            "api",
            policyTypes=["Egress"],
            egress=[
                {**peers, "ports": [{"port": 443}]},
                {**peers, "ports": [{"port": 53, "protocol": "UDP"}]},
            ],
        )

        assert opened([*STATE, base], [*STATE, head]) == [
            "api → address 1.2.3.4/32 (TCP 443)"
        ]

    def test_untold(self):
        """
        Where a policy goes and nothing is said of its pods, they are there.
        """
        assert opened([CLOSED], []) == [
            "anyone in the cluster → db (all ports)"
        ]

    def test_single_pod(self):
        """
        A pod that nothing makes has labels of its own; what has a template
        of something else makes none.
        """
        metadata = {"name": "db", "labels": {NAME: "db"}}
        pod = {
            "kind": "Pod",
            "metadata": metadata,
            "spec": {"containers": []},
        }
        sealed = {
            "kind": "SealedSecret",
            "metadata": {"name": "token"},
            "spec": {"template": {"metadata": metadata}},
        }

        assert opened([], [Manifest(None, "pod", pod)]) == [
            "anyone in the cluster → db (all ports)",
            "db → anyone in the cluster (all ports)",
        ]
        assert opened([], [Manifest(None, "sealed", sealed)]) == []

    def test_new_pods(self):
        """
        Pods that are new were not open before.
        """
        assert opened([], [pods("db", "CronJob"), CLOSED]) == [
            "db → anyone in the cluster (all ports)"
        ]


class TestWaysIn:
    @pytest.mark.parametrize("kind", ["HTTPRoute", "GRPCRoute"])
    def test_routes(self, kind):
        """
        Routes of a Gateway lead in by host and path.
        """
        spec = {
            "hostnames": ["a.example.com", "b.example.com"],
            "rules": [
                {
                    "matches": [{"path": {"value": "/api"}}],
                    "backendRefs": [{"name": "api"}],
                },
                {"backendRefs": [{"name": "web"}]},
            ],
        }
        route = Manifest(
            None, "route", {"kind": kind, "metadata": {}, "spec": spec}
        )

        assert opened([], [route]) == [
            "the world outside → api (a.example.com/api)",
            "the world outside → api (b.example.com/api)",
            "the world outside → web (a.example.com/)",
            "the world outside → web (b.example.com/)",
        ]

    def test_default_backend(self):
        """
        What an Ingress leads by default is reachable as well, and without
        encryption if no certificate is for all hosts.
        """

        def ingress(**spec):
            body = {
                "kind": "Ingress",
                "metadata": {"name": "shop"},
                "spec": {"tls": [{}], **spec},
            }
            return [Manifest(None, "ingress", body)]

        led = {"defaultBackend": {"service": {"name": "web"}}}
        way = "the world outside → web (*/)"

        assert opened(ingress(), ingress(**led)) == [way]
        assert opened(ingress(**led), ingress(**led, tls=[])) == [
            "the world outside → web (*/ without encryption)"
        ]

    def test_methods(self):
        """
        Methods of gRPC are paths.
        """
        match = {"method": {"service": "a.Shop", "method": "Buy"}}
        spec = {
            "hostnames": ["a.example.com"],
            "rules": [{"matches": [match], "backendRefs": [{"name": "api"}]}],
        }
        body = {"kind": "GRPCRoute", "metadata": {}, "spec": spec}

        assert opened([], [Manifest(None, "route", body)]) == [
            "the world outside → api (a.example.com/a.Shop/Buy)"
        ]

    def test_redirect(self):
        """
        A rule that leads nowhere opens nothing.
        """
        body = {"kind": "HTTPRoute", "metadata": {}, "spec": {"rules": [{}]}}

        assert opened([], [Manifest(None, "route", body)]) == []

    @pytest.mark.parametrize(
        ("tls", "bare"),
        [
            ([], True),
            ([{"hosts": ["b.example.com"]}], True),
            ([{"hosts": ["*.example.com"]}], False),
            ([{}], False),
        ],
    )
    def test_ingress_without_tls(self, tls, bare):
        """
        A host without a certificate any more answers in plain text; having
        got one is no news.
        """

        def ingress(tls):
            path = {"path": "/", "backend": {"service": {"name": "web"}}}
            rule = {"host": "a.example.com", "http": {"paths": [path]}}
            body = {
                "kind": "Ingress",
                "metadata": {"name": "shop"},
                "spec": {"tls": tls, "rules": [rule]},
            }
            return [Manifest(None, "ingress", body)]

        sealed = ingress([{"hosts": ["a.example.com"]}])
        way = "the world outside → web (a.example.com/ without encryption)"

        assert opened(sealed, ingress(tls)) == ([way] if bare else [])
        assert reach_changes(ingress(tls), sealed) == (set(), set())
        assert opened([], ingress([])) == [
            "the world outside → web (a.example.com/)"
        ]

    @pytest.mark.parametrize(
        ("protocol", "ways"),
        [
            (
                "HTTP",
                [
                    "the world outside → web (a.example.com/ without encryption)"
                ],
            ),
            ("HTTPS", []),
        ],
    )
    def test_route_without_tls(self, protocol, ways):
        """
        So does a route at a listener for plain HTTP.
        """

        def route(protocol):
            listener = {"name": "public", "protocol": protocol}
            parent = {"name": "shop", "sectionName": "public"}
            specs = {
                "Gateway": {"listeners": [listener]},
                "HTTPRoute": {
                    "parentRefs": [parent],
                    "hostnames": ["a.example.com"],
                    "rules": [{"backendRefs": [{"name": "web"}]}],
                },
            }
            return [
                Manifest(
                    None,
                    kind,
                    {"kind": kind, "metadata": {"name": "shop"}, "spec": spec},
                )
                for kind, spec in specs.items()
            ]

        assert opened(route("HTTPS"), route(protocol)) == ways

    def test_cluster_address(self):
        """
        A Service of the cluster's own is no way in.
        """
        metadata = {"name": "web"}
        spec = {"ports": [{}]}
        body = {"kind": "Service", "metadata": metadata, "spec": spec}

        assert opened([], [Manifest("web", "service", body)]) == []
