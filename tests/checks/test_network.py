"""
Findings about how pods are found and reached.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    App,
    Environment,
    HelmChart,
    Isolation,
    LoadBalancer,
    NodePort,
    Raw,
)

from .support import blocks, container, raw, spec, with_raw


class TestTargetPort:
    def test_name(self, made, found):
        """
        A Service may not lead to a port that nothing declares.
        """
        port = spec(made, "Service", "api")["ports"][0]
        port["targetPort"] = "grpc"

        assert [
            (
                "Service 'api': its target port 'grpc' (TCP) is declared by no "
                "container of Deployment 'api' (target-port). Declare the port, "
                "or lead Service 'api' to one that is."
            )
        ] == found("target-port", made)

    @pytest.mark.parametrize("target", ["http", 8000])
    def test_declared(self, made, found, target):
        """
        Names and numbers of declared ports will do.
        """
        spec(made, "Service", "api")["ports"][0]["targetPort"] = target

        assert [] == found("target-port", made)

    def test_default(self, made, found):
        """
        Without target port it is the Service's own that has to be declared.
        """
        port = spec(made, "Service", "api")["ports"][0]
        del port["targetPort"]
        port["port"] = 80

        assert "its target port 80 (TCP)" in found("target-port", made)[0]

    def test_protocol(self, made, found):
        """
        The same number over another protocol is another port.
        """
        spec(made, "Service", "api")["ports"][0]["protocol"] = "UDP"

        assert "'http' (UDP)" in found("target-port", made)[0]

    def test_nameless(self, made, found):
        """
        Ports need no name to be declared.
        """
        del container(made, "Deployment", "api")["ports"][0]["name"]
        spec(made, "Service", "api")["ports"][0]["targetPort"] = 8000

        assert [] == found("target-port", made)

    def test_without_selector(self, made, found):
        """
        Services whose endpoints are given by hand are not judged.
        """
        del spec(made, "Service", "api")["selector"]
        spec(made, "Service", "api")["ports"][0]["targetPort"] = 1

        assert [] == found("target-port", made)


class TestServiceWithoutPods:
    def test_miss(self, made, found):
        """
        A selector that misses its pods is found.
        """
        spec(made, "Service", "api")["selector"] = {"app": "api"}

        assert [
            (
                "Service 'api': its selector finds no pods "
                "(service-without-pods). Give it the labels of the pods that it "
                "leads to."
            )
        ] == found("service-without-pods", made)

    def test_mix(self, made, found):
        """
        All labels have to be on the same pod.
        """
        selector = spec(made, "Service", "api")["selector"]
        selector["app.kubernetes.io/component"] = "worker"

        assert 1 == len(found("service-without-pods", made))

    def test_namespace(self, made, found):
        """
        Pods of another namespace are out of reach.
        """
        made.get("Service", "api")["metadata"]["namespace"] = "other"

        assert 1 == len(found("service-without-pods", made))

    @pytest.mark.parametrize(
        ("namespace", "count"), [(None, 0), ("shop-dev", 0), ("other", 1)]
    )
    def test_chart(self, desired, shop, found, namespace, count):
        """
        Which pods a chart brings into its namespace is not known.
        """
        chart = HelmChart(
            "queue",
            chart="oci://c.example/c",
            version="1.0.0",
            namespace=namespace,
        )
        made = with_raw(
            desired(attrs.evolve(shop, extras=[chart])),
            raw("Service", "x", {"selector": {"app": "queue"}}),
        )

        assert count == len(found("service-without-pods", made))

    def test_others(self, made, found):
        """
        Nor is who else has pods in a namespace that is none of the app's.
        """
        more = raw(
            "Service", "x", {"selector": {"app": "x"}}, namespace="other"
        )

        assert [] == found("service-without-pods", with_raw(made, more))

    @pytest.mark.parametrize(
        ("group", "count"), [("cache.example", 0), ("apps", 1)]
    )
    def test_operator(self, desired, shop, found, group, count):
        """
        Nor which pods an operator makes of a custom resource.
        """
        cache = Raw(
            {
                "apiVersion": f"{group}/v1",
                "kind": "Cache",
                "metadata": {"name": "x"},
            }
        )
        made = with_raw(
            desired(attrs.evolve(shop, extras=[cache])),
            raw("Service", "x", {"selector": {"cache": "x"}}),
        )

        assert count == len(found("service-without-pods", made))

    def test_fine(self, made, found):
        """
        The selectors that mizzen makes find their pods.
        """
        assert [] == found("service-without-pods", made)


class TestSelectorsOverlap:
    def test_parts(self, made, found):
        """
        Two Deployments may not claim the same pods.
        """
        labels = {"app.kubernetes.io/part-of": "shop"}
        spec(made, "Deployment", "worker")["selector"]["matchLabels"] = labels

        assert [
            (
                "Deployment 'worker': its selector finds the pods of Deployment "
                f"'web', Deployment 'api', Job {made.of('migrate')[2].name!r}, "
                f"StatefulSet 'db', Job {made.of('db')[-1].name!r}, "
                f"StatefulSet 'cache', Job {made.of('cache')[-1].name!r} too "
                "(selectors-overlap). Give the pods different labels."
            )
        ] == found("selectors-overlap", made)

    def test_service(self, made, found):
        """
        A Service may not send requests to pods of another part.
        """
        labels = {"app.kubernetes.io/component": "service"}
        spec(made, "Service", "api")["selector"] = labels

        assert [
            (
                "Service 'api': its selector finds the pods of Deployment 'web' "
                "too (selectors-overlap). Give the pods different labels."
            )
        ] == found("selectors-overlap", made)

    @pytest.mark.parametrize(
        ("expression", "hit"),
        [
            ({"operator": "In", "values": ["api", "web"]}, True),
            ({"operator": "In", "values": ["api"]}, False),
            ({"operator": "NotIn", "values": ["web"]}, True),
            ({"operator": "NotIn", "values": ["api", "web"]}, True),
            ({"operator": "Exists"}, True),
            ({"operator": "DoesNotExist"}, False),
        ],
    )
    def test_expressions(self, made, found, expression, hit):
        """
        Expressions of a selector mean what they mean in Kubernetes.
        """
        spec(made, "Deployment", "api")["selector"] = {
            "matchExpressions": [
                {"key": "app.kubernetes.io/name", **expression}
            ]
        }

        assert hit is bool(found("selectors-overlap", made))


class TestNetworkOpen:
    @pytest.mark.parametrize(
        "rule",
        [
            {},
            {"from": []},
            {"from": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]},
            {"from": [{"namespaceSelector": {}}]},
            {"from": [{"namespaceSelector": {}, "podSelector": {}}]},
            {"from": [{"namespaceSelector": {"matchLabels": {}}}]},
            {
                "from": [
                    {
                        "namespaceSelector": {"matchExpressions": []},
                        "podSelector": {"matchLabels": None},
                    }
                ]
            },
            {"ports": [{"protocol": "TCP"}]},
            {"ports": [{"port": 1, "endPort": 65535}]},
            {"from": blocks("0.0.0.0/1", "128.0.0.0/1")},
            {"from": blocks("10.0.0.0/8", "::/1", "8000::/1")},
            {"from": blocks("0.0.0.0/0", left_out=["192.0.2.1/32"])},
            {"from": blocks("0.0.0.0/0", left_out=["192.0.0.0/16"])},
            {"from": blocks("0.0.0.0/0", left_out=["10.0.0.0/8"])},
            {"from": blocks("0.0.0.0/0", left_out=["224.0.0.0/3"])},
            {"from": blocks("0.0.0.0/0", left_out=["everything"])},
            {"from": [*blocks("::/0", left_out=["::/1"]), *blocks("::/1")]},
            {
                "ports": [
                    {"port": 1, "endPort": 1024},
                    {"port": 1025, "endPort": 65535},
                ]
            },
            {
                "ports": [
                    {"protocol": "UDP", "port": 1, "endPort": 40000},
                    {"protocol": "UDP", "port": 2, "endPort": 65535},
                ]
            },
        ],
    )
    def test_incoming(self, made, found, rule):
        """
        A rule that narrows neither peers nor ports opens all, however it is
        said.
        """
        spec(made, "NetworkPolicy", "db")["ingress"] = [rule]

        assert [
            (
                "NetworkPolicy 'db': it allows all that comes in "
                "(network-open). Name the peers or the ports."
            )
        ] == found("network-open", made)

    @pytest.mark.parametrize(
        "rules",
        [
            [{"ports": [{"protocol": "TCP", "port": 5432}]}],
            [{"ports": [{"port": "postgres"}]}],
            [{"ports": [{"port": 5000, "endPort": 6000}]}],
            [{"from": blocks("0.0.0.0/0"), "ports": [{"port": 5432}]}],
            [
                {"from": blocks("0.0.0.0/1"), "ports": [{"port": 5432}]},
                {"from": blocks("128.0.0.0/1"), "ports": [{"port": 5432}]},
            ],
        ],
        ids=str,
    )
    def test_all_that_listens(self, made, found, rules):
        """
        Nor is a policy narrow that opens all ports at which pods listen.
        """
        spec(made, "NetworkPolicy", "db")["ingress"] = rules

        assert [
            (
                "NetworkPolicy 'db': it lets everybody connect to StatefulSet "
                "'db', which nothing makes public (network-open). Name the "
                "peers that may come in."
            )
        ] == found("network-open", made)

    @pytest.mark.parametrize(
        "rule",
        [
            {"ports": [{"protocol": "UDP", "port": 5432}]},
            {"ports": [{"port": "http"}]},
            {"ports": [{"port": 5433, "endPort": 6000}]},
            {"from": blocks("192.0.2.0/24"), "ports": [{"port": 5432}]},
            {
                "from": [{"namespaceSelector": {}}],
                "ports": [{"port": 5432}],
            },
        ],
        ids=str,
    )
    def test_not_all_that_listens(self, made, found, rule):
        """
        What opens other ports, or not to everybody, is narrow.
        """
        spec(made, "NetworkPolicy", "db")["ingress"] = [rule]

        assert [] == found("network-open", made)

    def test_some_that_listens(self, made, found):
        """
        What leaves a port alone at which pods listen is narrow, too.
        """
        container(made, "StatefulSet", "db")["ports"].append(
            {"containerPort": 9187}
        )
        spec(made, "NetworkPolicy", "db")["ingress"] = [
            {"ports": [{"port": 9187}]}
        ]

        assert [] == found("network-open", made)

    @pytest.mark.parametrize("exposure", [NodePort, LoadBalancer])
    def test_public(self, desired, shop, web, found, exposure):
        """
        What is made public is open to everybody on purpose.
        """
        wide = Environment("dev", exposure=exposure([web]))
        made = desired(shop, environment=wide)

        assert "0.0.0.0/0" in str(spec(made, "NetworkPolicy", "web"))
        assert [] == found("network-open", made, environment=wide)

    @pytest.mark.parametrize("name", ["api", "web"])
    def test_asked_by_api_servers(self, desired, shop, found, name):
        """
        So is what API servers ask, of which no policy can say where they
        are.
        """
        client = {"service": {"name": name, "namespace": "shop-dev"}}
        hook = Raw(
            {
                "apiVersion": "admissionregistration.k8s.io/v1",
                "kind": "ValidatingWebhookConfiguration",
                "metadata": {"name": "x"},
                "webhooks": [{"name": "x.y.z", "clientConfig": client}],
            }
        )
        made = desired(attrs.evolve(shop, extras=[hook]))
        spec(made, "NetworkPolicy", "api")["ingress"] = [
            {"ports": [{"port": 8000}]}
        ]

        assert (name == "web") == len(found("network-open", made))

    def test_without_pods(self, made, found):
        """
        What pods of others listen at is not known.
        """
        policy = {
            "podSelector": {"matchLabels": {"app": "x"}},
            "ingress": [{"ports": [{"port": 80}]}],
        }
        made = with_raw(made, raw("NetworkPolicy", "x", policy))

        assert [] == found("network-open", made)

    def test_outgoing(self, made, found):
        """
        So does one for the other direction.
        """
        spec(made, "NetworkPolicy", "db")["egress"] = [{}]

        assert "allows all that goes out" in found("network-open", made)[0]

    @pytest.mark.parametrize(
        "rule",
        [
            {"ports": [{"port": 80}]},
            {"ports": [{"port": 1, "endPort": 1023}]},
            {"from": [{"podSelector": {}}]},
            {"from": blocks("0.0.0.0/1", "::/1")},
            {"from": blocks("everywhere")},
            {
                "from": [
                    {
                        "namespaceSelector": {},
                        "podSelector": {"matchLabels": {"a": "b"}},
                    }
                ]
            },
            {
                "from": blocks(
                    "0.0.0.0/0",
                    left_out=["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"],
                )
            },
            {"from": blocks("0.0.0.0/0", left_out=["64.0.0.0/3"])},
            {"from": blocks("0.0.0.0/0", left_out=["0.0.0.0/0"])},
            {"from": blocks("::/0", left_out=["fc00::/7"])},
            {"ports": [{"port": "http"}]},
            {
                "ports": [
                    {"port": 1, "endPort": 5431},
                    {"port": 5433, "endPort": 65535},
                ]
            },
            {
                "ports": [
                    {"port": 1, "endPort": 1024},
                    {"protocol": "UDP", "port": 1025, "endPort": 65535},
                ]
            },
        ],
    )
    def test_narrow(self, made, found, rule):
        """
        Peers or ports narrow it.
        """
        spec(made, "NetworkPolicy", "db")["ingress"] = [rule]

        assert [] == found("network-open", made)

    def test_together(self, made, found):
        """
        Rules that each open half of the world open all of it.
        """
        spec(made, "NetworkPolicy", "db")["egress"] = [
            {"to": blocks("0.0.0.0/1")},
            {"to": blocks("128.0.0.0/1")},
        ]

        assert "allows all that goes out" in found("network-open", made)[0]

    def test_ports_together(self, made, found):
        """
        Rules that each open some ports open all of them, unless one is for
        somebody alone.
        """
        low, high = (
            {"ports": [{"port": first, "endPort": last}]}
            for first, last in ((1, 1024), (1025, 65535))
        )
        policy = spec(made, "NetworkPolicy", "db")
        policy["egress"] = [low, high]
        open_ = found("network-open", made)
        policy["egress"] = [low, {**high, "to": blocks("192.0.2.0/24")}]

        assert "allows all that goes out" in open_[0]
        assert [] == found("network-open", made)

    def test_not_closed(self, made, found):
        """
        Rules for a direction that a policy does not close mean nothing.
        """
        policy = {"policyTypes": ["Ingress"], "egress": [{}]}
        made = with_raw(made, raw("NetworkPolicy", "no", policy))

        assert [] == found("network-open", made)

    @pytest.mark.parametrize(
        ("direction", "left", "words"),
        [
            ("Egress", "Ingress", "goes out"),
            ("Ingress", "Egress", "comes in"),
        ],
    )
    def test_given_up(self, made, found, direction, left, words):
        """
        Nobody takes out of a policy what the environment closes by it.
        """
        policy = spec(made, "NetworkPolicy", "db")
        policy["policyTypes"] = [left]
        del policy[direction.lower()]

        assert [
            (
                f"NetworkPolicy 'db': it says nothing of what {words}, and so "
                f"allows all of it (network-open). Leave {direction!r} in its "
                "policyTypes, or set isolation in the environment."
            )
        ] == found("network-open", made)
        assert [] == found("not-isolated", made)

    def test_closed_by_another(self, made, found):
        """
        Another policy may close it in its place.
        """
        policy = spec(made, "NetworkPolicy", "db")
        policy["policyTypes"] = ["Ingress"]
        made = with_raw(
            made, raw("NetworkPolicy", "all", {"policyTypes": ["Egress"]})
        )

        assert [] == found("network-open", made)

    def test_without_egress(self, desired, shop, found):
        """
        Where the environment closes one direction, policies have one.
        """
        dev = Environment("dev", isolation=Isolation.INGRESS)
        made = desired(shop, environment=dev)

        assert [] == found("network-open", made, environment=dev)
        assert [] == found("not-isolated", made, environment=dev)

    def test_without_rules(self, made, found):
        """
        A policy without rules allows nothing.
        """
        made = with_raw(made, raw("NetworkPolicy", "no", {"podSelector": {}}))

        assert [] == found("network-open", made)


class TestNotIsolated:
    def test_off(self, desired, web, found):
        """
        Without isolation, everybody reaches everything.
        """
        wide = Environment("dev", isolation=OFF)
        app = App(
            "shop",
            edition="2026",
            parts=[attrs.evolve(web, uses=[])],
        )

        assert [
            (
                "Deployment 'web': no NetworkPolicy says who may connect to its "
                "pods (not-isolated). Set isolation in the environment, like "
                "isolation=Isolation.FULL."
            )
        ] == found("not-isolated", desired(app, environment=wide), app, wide)

    def test_all(self, desired, shop, found):
        """
        A policy with an empty selector is about all pods.
        """
        made = desired(shop, environment=Environment("dev", isolation=OFF))
        policy = raw("NetworkPolicy", "all", {"policyTypes": ["Ingress"]})
        wide = Environment("dev", isolation=OFF)

        assert [] == found(
            "not-isolated", with_raw(made, policy), environment=wide
        )

    @pytest.mark.parametrize(
        ("types", "said"),
        [
            (None, "who may connect to its pods or to whom its pods may"),
            (["Egress"], "who may connect to its pods"),
            (["Ingress"], "to whom its pods may connect"),
        ],
    )
    def test_raw(self, made, found, types, said):
        """
        Objects that are written by hand need policies that are, too, and a
        policy about one direction leaves the other open.
        """
        labels = {"app": "cache"}
        containers = [{"name": "c", "image": "acme/c:v1"}]
        template = {
            "metadata": {"labels": labels},
            "spec": {"containers": containers},
        }
        made = with_raw(made, raw("Deployment", "x", {"template": template}))
        if types:
            policy = {
                "podSelector": {"matchLabels": labels},
                "policyTypes": types,
            }
            made = with_raw(made, raw("NetworkPolicy", "x", policy))
        (finding,) = found("not-isolated", made)

        assert finding.startswith(
            f"Deployment 'x': no NetworkPolicy says {said}"
        )
        assert finding.endswith(
            "(not-isolated). Put a NetworkPolicy for them among the extras."
        )

    def test_missed(self, made, found):
        """
        A policy has to find its pods.
        """
        spec(made, "NetworkPolicy", "db")["podSelector"] = {
            "matchLabels": {"app": "db"}
        }

        assert (
            "StatefulSet 'db': no NetworkPolicy says who may connect to its "
            "pods or to whom its pods may connect (not-isolated). Leave the "
            "labels and the selector of its NetworkPolicy alone."
        ) in found("not-isolated", made)


class TestNodePort:
    @pytest.mark.parametrize(
        ("number", "words"),
        [(30080, "port 30080"), (None, "a port")],
    )
    def test_open(self, desired, web, found, number, words):
        """
        NodePorts are worth knowing of.
        """
        near = Environment("dev", exposure=NodePort({web: number}))
        shop = App("shop", edition="2026", parts=[attrs.evolve(web, uses=[])])

        assert [
            (
                f"Service 'web': it opens {words} on every node of the cluster "
                "(node-port). Keep it to clusters that strangers cannot reach, "
                "or set exposure=Ingress(…) in the environment."
            )
        ] == found("node-port", desired(shop, environment=near))

    def test_closed(self, made, found):
        """
        Other Services open none.
        """
        assert [] == found("node-port", made)
