"""
Findings about how pods are found and reached.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    App,
    Environment,
    Ingress,
    NodePort,
    Stack,
    TlsSecret,
)
from mizzen.environment import CLUSTERS

from .support import container, raw, spec, with_raw


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

    def test_fine(self, made, found):
        """
        The selectors that mizzen makes find their pods.
        """
        assert [] == found("service-without-pods", made)


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


class TestIngressTls:
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
        assert [] == judged(Ingress(tls=TlsSecret("tls")), ingress_class=name)

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
        ],
    )
    def test_incoming(self, made, found, rule):
        """
        A rule without peers and ports opens all.
        """
        spec(made, "NetworkPolicy", "db")["ingress"] = [rule]

        assert [
            (
                "NetworkPolicy 'db': it allows all that comes in "
                "(network-open). Name the peers or the ports."
            )
        ] == found("network-open", made)

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
            {"from": [{"podSelector": {}}]},
            {
                "from": [
                    {
                        "namespaceSelector": {},
                        "podSelector": {"matchLabels": {"a": "b"}},
                    }
                ]
            },
            {
                "from": [
                    {
                        "ipBlock": {
                            "cidr": "0.0.0.0/0",
                            "except": ["10.0.0.0/8"],
                        }
                    }
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
        ] == found("not-isolated", desired(app, environment=wide), app)

    def test_all(self, desired, shop, found):
        """
        A policy with an empty selector is about all pods.
        """
        made = desired(shop, environment=Environment("dev", isolation=OFF))
        policy = raw("NetworkPolicy", "all", {"policyTypes": ["Ingress"]})

        assert [] == found("not-isolated", with_raw(made, policy))


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
