"""
Findings about selectors and Services: which pods they find, and how.
"""

import attrs
import pytest

from mizzen import App, Environment, HelmChart, NodePort, Raw

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
