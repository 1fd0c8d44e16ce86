"""
What raw objects and charts wait for, and what waits for them.
"""

import attrs

from tests.custom_resources import definition

from mizzen import App, Raw, RawFile

from .support import CHART, extras, raw


WIDGET = ("Widget", "w", "acme.example.com/v1")


class TestOrder:
    def test_implied(self, compiled):
        """
        Namespaces come before what is in them, definitions before objects
        of their kind, and charts before objects of kinds nobody defines.
        """
        manifests = compiled(
            raw("Gadget", "g", "acme.example.com/v1"),
            raw(*WIDGET, namespace="other"),
            CHART,
            Raw(definition()),
            raw("Namespace", "other"),
        )
        waits = manifests.waits_for

        assert set(waits["Widget/other/w"]) == {
            "Namespace/other",
            "CustomResourceDefinition/widgets.acme.example.com",
        }
        assert waits["Gadget/g"] == ("HelmChart/operator",)
        assert waits["web"] == ()
        order = extras(manifests)
        assert order.index("Widget/other/w") == max(
            order.index(name)
            for name in (*waits["Widget/other/w"], "Widget/other/w")
        )

    def test_webhook(self, compiled):
        """
        What has the API server ask a Service waits for the part that it
        belongs to: before, nothing of a kind that it judges could be made.
        """
        config = raw(
            "ValidatingWebhookConfiguration",
            "v",
            "admissionregistration.k8s.io/v1",
        )
        webhooks = [
            {"clientConfig": {"service": {"name": name, "namespace": place}}}
            for name, place in (("web", "shop-dev"), ("web", "other"))
        ]
        hook = Raw({**config.body, "webhooks": webhooks})
        service = {"name": "web", "namespace": "shop-dev"}
        api = raw(
            "APIService",
            "v1.acme.example.com",
            "apiregistration.k8s.io/v1",
            spec={"service": service},
        )
        waits = compiled(hook, api).waits_for

        assert ("web",) == waits["ValidatingWebhookConfiguration/v"]
        assert ("web",) == waits["APIService/v1.acme.example.com"]

    def test_namespace_of_chart(self, compiled):
        """
        What is in the namespace that a chart makes waits for the chart.
        """
        chart = attrs.evolve(CHART, namespace="ops", create_namespace=True)
        waits = compiled(raw("Secret", "a", namespace="ops"), chart).waits_for

        assert ("HelmChart/operator",) == waits["Secret/ops/a"]
        assert () == waits["HelmChart/operator"]

    def test_said(self, compiled, web, beat):
        """
        ``before`` and ``after`` name parts and extras.
        """
        first = raw("Secret", "first")
        last = raw("Secret", "last", after=[beat])
        chart = attrs.evolve(CHART, before=[web, last], after=[first])
        manifests = compiled(last, chart, first)
        waits = manifests.waits_for

        assert waits["web"] == ("HelmChart/operator",)
        assert waits["HelmChart/operator"] == ("Secret/first",)
        assert set(waits["Secret/last"]) == {"beat", "HelmChart/operator"}
        assert manifests.objects[-1].extra == "Secret/last"
        assert manifests.objects[1].extra == "Secret/first"

    def test_file(self, compiled, web, tmp_path):
        """
        What is said of a file holds for all its objects, and others can
        refer to it.
        """
        (tmp_path / "raw.yaml").write_text(
            "{apiVersion: v1, kind: Secret, metadata: {name: a}}\n---\n"
            "{apiVersion: v1, kind: Secret, metadata: {name: b}}\n"
        )
        file = RawFile("raw.yaml", before=[web])
        manifests = compiled(
            file, raw("Secret", "c", after=[file]), root=tmp_path
        )

        assert manifests.waits_for["web"] == ("Secret/a", "Secret/b")
        assert manifests.waits_for["Secret/c"] == ("Secret/a", "Secret/b")

    def test_replaced(self, web, beat):
        """
        References of extras follow parts that are replaced.
        """
        secret = raw("Secret", "a", before=[web])
        app = App(
            "shop",
            edition="2026",
            parts=[web, beat],
            extras=[secret],
            patches=[web.patch("Deployment", {"spec": {"paused": True}})],
        )
        new = app.replace(web, port=9999)

        assert new.extras[0].before == (new["web"],)
        assert new.patches[0].part is new["web"]

    def test_given_anew(self, compiled):
        """
        An extra is known by its name: another object of that name stands
        for it.
        """
        manifests = compiled(
            CHART, raw("Secret", "a", after=[attrs.evolve(CHART)])
        )

        assert manifests.waits_for["Secret/a"] == ("HelmChart/operator",)
