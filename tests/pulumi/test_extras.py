"""
Raw objects and charts as resources.
"""

import attrs
import pytest
import yaml

from benchmarks.render import helm

from mizzen import HelmChart, Raw, SpecError
from mizzen.pulumi import AppComponent


DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "widgets.acme.example.com"},
    "spec": {
        "group": "acme.example.com",
        "scope": "Namespaced",
        "names": {"kind": "Widget"},
    },
}
WIDGET = {
    "apiVersion": "acme.example.com/v1",
    "kind": "Widget",
    "metadata": {"name": "w"},
}


@pytest.fixture(name="run")
def _run(deploy, shop, dev, stack):
    """
    Deploys the shop with extras.
    """

    def run(*extras):
        app = attrs.evolve(shop, extras=extras)
        return deploy(
            lambda: (
                AppComponent("shop", app=app, environment=dev, stack=stack)
                and None
            )
        )

    return run


@pytest.fixture(name="chart")
def _chart(tmp_path, monkeypatch):
    """
    A chart of a definition, an object of it, and a ConfigMap of its values.
    """
    folder = tmp_path / "chart"
    (folder / "templates").mkdir(parents=True)
    (folder / "crds").mkdir()
    meta = {"apiVersion": "v2", "name": "widgets", "version": "1.0.0"}
    (folder / "Chart.yaml").write_text(yaml.safe_dump(meta))
    (folder / "crds" / "crd.yaml").write_text(yaml.safe_dump(DEFINITION))
    (folder / "templates" / "w.yaml").write_text(yaml.safe_dump(WIDGET))
    (folder / "templates" / "config.yaml").write_text(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, "
        "data: {a: {{ .Values.a | quote }}}}"
    )
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "helm").symlink_to(helm())
    monkeypatch.setenv("PATH", str(programs))

    return HelmChart(
        "widgets", chart=str(folder), version="1.0.0", values={"a": "12e7"}
    )


class TestRaw:
    def test_order(self, run, web):
        """
        An object of a custom kind waits for its definition, and a part for
        what says that it comes before it; other parts wait for neither.
        """
        found = run(Raw(WIDGET, before=[web]), Raw(DEFINITION))
        widget = found["shop-widget-w"]
        definition = "shop-customresourcedefinition-widgets.acme.example.com"

        assert widget.type == "kubernetes:acme.example.com/v1:Widget"
        assert {definition, "shop-namespace"} <= widget.dependencies
        assert "shop-widget-w" in found["web-deployment"].dependencies
        assert "shop-widget-w" in found["web-service"].dependencies
        assert "shop-widget-w" not in found["api-service"].dependencies
        assert "shop-namespace" in found[definition].dependencies

    def test_after(self, run, shop):
        """
        What comes after a part waits for all of its objects.
        """
        found = run(Raw(WIDGET, after=[shop["db"]]))

        assert {
            name for name in found.resources if name.startswith("db-")
        } <= found["shop-widget-w"].dependencies


class TestCharts:
    def test_objects(self, run, chart):
        """
        Each object of a chart is a resource in the app's namespace, its
        definitions first.
        """
        found = run(chart)
        config = found["shop-widgets-configmap-c"]
        definition = (
            "shop-widgets-customresourcedefinition-widgets.acme.example.com"
        )

        assert config.inputs["data"] == {"a": "12e7"}
        assert config.inputs["metadata"]["namespace"] == "shop-dev"
        assert definition in config.dependencies
        assert "namespace" not in found[definition].inputs["metadata"]

    def test_before(self, run, chart, shop):
        """
        A part waits for all objects of a chart that comes before it.
        """
        found = run(attrs.evolve(chart, before=[shop["web"]]))

        assert {
            "shop-widgets-configmap-c",
            "shop-widgets-widget-w",
        } <= found["web-deployment"].dependencies

    def test_refused(self, run, chart, monitor):
        """
        What helm says against a chart is shown, and nothing is registered.
        """
        chart = attrs.evolve(chart, chart=f"{chart.chart}-gone")

        with pytest.raises(
            SpecError, match=r"^<HelmChart widgets> cannot be rendered: Error"
        ):
            run(chart)

        assert not monitor.registered

    def test_no_helm(self, run, chart, monkeypatch, tmp_path):
        """
        Without helm, the message says so.
        """
        monkeypatch.setenv("PATH", str(tmp_path))

        with pytest.raises(SpecError) as ei:
            run(chart)

        assert str(ei.value) == (
            "<HelmChart widgets> is rendered by helm, which is not on the "
            "PATH."
        )

    def test_repository(self, run, chart):
        """
        Charts come from their repository, if they have one.
        """
        chart = attrs.evolve(
            chart, chart="widgets", repository="http://127.0.0.1:9/charts"
        )

        with pytest.raises(SpecError, match=r"127\.0\.0\.1:9/charts"):
            run(chart)
