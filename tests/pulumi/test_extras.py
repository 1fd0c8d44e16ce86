"""
Raw objects and charts as resources.
"""

import attrs
import pytest
import yaml

from benchmarks.render import helm

from mizzen import (
    App,
    CertManager,
    Conventions,
    Gateway,
    HelmChart,
    Ingress,
    Raw,
    Route,
    SpecError,
    Stack,
)
from mizzen.environment import CLUSTERS
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

    def run(*extras, environment=None):
        app = attrs.evolve(shop, extras=extras)
        return deploy(
            lambda: (
                AppComponent(
                    "shop",
                    app=app,
                    environment=environment or dev,
                    stack=stack,
                )
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

    @pytest.mark.parametrize(
        "content",
        [
            {"kind": "Service"},
            {"kind": "Service", "spec": None},
            {"kind": "Endpoints", "spec": {}},
            {"kind": "Widget", "spec": {}},
        ],
    )
    def test_strange(self, run, content):
        """
        Whether an object has the fields that Kubernetes gives it, Kubernetes
        says.
        """
        kind = content["kind"]
        metadata = {"name": "r", "annotations": None}
        found = run(Raw({"apiVersion": "v1", "metadata": metadata, **content}))

        assert (
            found[f"shop-{kind.lower()}-r"].type
            == f"kubernetes:core/v1:{kind}"
        )

    def test_secret(self, run):
        """
        What raw Secrets hold is encrypted.
        """
        body = {"apiVersion": "v1", "kind": "Secret", "data": {"a": "YQ=="}}
        found = run(Raw({**body, "metadata": {"name": "s"}}))

        assert found["shop-secret-s"].inputs["data"].value == {"a": "YQ=="}


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


@pytest.fixture(name="printed")
def _printed(run, tmp_path, monkeypatch):
    """
    Deploys the shop with a chart that helm renders to *text*.
    """

    def printed(text, *, environment=None, **fields):
        (tmp_path / "rendered.yaml").write_text(text)
        program = tmp_path / "helm"
        program.write_text(
            f"#!/bin/sh\npwd > {tmp_path}/asked\n"
            f"exec /bin/cat {tmp_path}/rendered.yaml\n"
        )
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        chart = HelmChart("op", chart="charts/op", version="1.0.0", **fields)

        return run(chart, environment=environment)

    return printed


def hook(name, when, weight="0"):
    """
    A job that a chart runs at some time.
    """
    return (
        f"apiVersion: batch/v1\nkind: Job\nmetadata: {{name: {name}, "
        f'annotations: {{"helm.sh/hook": "{when}", '
        f'"helm.sh/hook-weight": "{weight}"}}}}\n---\n'
    )


CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n---\n"


class TestStages:
    def test_hooks(self, printed):
        """
        Hooks come before and after the other objects as their weights say,
        and those that no installation or upgrade runs are left out.
        """
        found = printed(
            hook("last", "post-install")
            + hook("second", "pre-install,pre-upgrade", "5")
            + CONFIG
            + hook("first", "pre-install", "-5")
            + hook("gone", "pre-delete,pre-rollback")
            + hook("unsaid", "pre-install", "x")
        )

        assert "shop-op-job-gone" not in found.resources
        order = ["job-first", "job-unsaid", "job-second", "configmap-c"]
        for earlier, later in zip(
            order, [*order[1:], "job-last"], strict=True
        ):
            assert (
                f"shop-op-{earlier}" in found[f"shop-op-{later}"].dependencies
            )

    def test_jobs(self, printed):
        """
        Pulumi waits for jobs of others as long as it usually does.
        """
        request = printed(hook("first", "pre-install"))[
            "shop-op-job-first"
        ].request

        assert request.customTimeouts.create == ""

    def test_list(self, printed):
        """
        The objects of a List are resources of their own.
        """
        found = printed(
            "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n"
            "  kind: ConfigMap\n  metadata: {name: c, annotations: null}\n"
        )

        assert "shop-op-configmap-c" in found.resources

    def test_namespaces(self, printed):
        """
        Objects of one kind and name are told apart by their namespaces, and
        by their groups where those are the same.
        """
        role = "apiVersion: v1\nkind: Role\nmetadata: {name: r%s}\n---\n"
        found = printed(
            role % ""
            + role % ", namespace: other"
            + (role % "").replace("v1", "acme.example.com/v1")
        )

        assert {
            "shop-op-role-r",
            "shop-op-role-r-other",
            "shop-op-role-r-acme.example.com",
        } == {name for name in found.resources if "-role-" in name}

    def test_create_namespace(self, printed):
        """
        A chart makes its namespace if it is told to.
        """
        found = printed(CONFIG, namespace="ops", create_namespace=True)
        config = found["shop-op-configmap-c"]

        assert config.inputs["metadata"]["namespace"] == "ops"
        assert "shop-op-namespace-ops" in config.dependencies

    def test_conventions(self, printed, dev):
        """
        Conventions hold for what charts bring.
        """
        found = printed(
            CONFIG,
            environment=attrs.evolve(
                dev, conventions=Conventions(labels={"team": "x"})
            ),
        )

        assert found["shop-op-configmap-c"].inputs["metadata"]["labels"] == {
            "team": "x"
        }

    def test_root(self, printed, stack, tmp_path):
        """
        Paths of charts are those of the project.
        """
        printed(CONFIG)

        assert (tmp_path / "asked").read_text().strip() == str(
            stack.root.resolve()
        )

    def test_no_object(self, printed):
        """
        What helm prints that is no object is told with its chart.
        """
        with pytest.raises(SpecError) as ei:
            printed("apiVersion: v1\nkind: Secret\n")

        assert str(ei.value) == (
            "<HelmChart op> cannot be rendered: Raw: body.metadata.name "
            "must be text (got None)."
        )


ROUTE_DEFINITION = {
    **DEFINITION,
    "metadata": {"name": "httproutes.gateway.networking.k8s.io"},
    "spec": {
        "group": "gateway.networking.k8s.io",
        "scope": "Namespaced",
        "names": {"kind": "HTTPRoute"},
    },
}


@pytest.fixture(name="routed")
def _routed(deploy, web, lone, dev):
    """
    Deploys two parts, of which one is routed, to EKS.
    """

    def routed(exposure, *extras, **addresses):
        app = App(
            "shop",
            edition="2026",
            parts=[web, lone],
            routes=[Route("/", web)],
            extras=extras,
        )
        environment = attrs.evolve(dev, exposure=exposure)
        stack = Stack(
            "dev",
            environment="dev",
            cluster=CLUSTERS["eks"],
            hosts=["shop.example.com"],
            issuer="letsencrypt",
            **addresses,
        )
        return deploy(
            lambda: (
                AppComponent(
                    "shop", app=app, environment=environment, stack=stack
                )
                and None
            )
        )

    return routed


class TestRoutes:
    def test_ingress(self, routed):
        """
        An Ingress waits for the Service and the pods that it leads to,
        because controllers publish no address before; no pod waits for it,
        and neither does it wait for parts that it does not lead to.
        """
        found = routed(Ingress(tls=CertManager()), ingress_class="nginx")
        waits = found["shop-ingress"].dependencies

        assert {"shop-namespace", "web-service", "web-deployment"} <= waits
        assert not any(name.startswith("lone-") for name in waits)
        assert not any(
            "shop-ingress" in resource.dependencies
            for resource in found.resources.values()
        )

    def test_helpers(self, routed):
        """
        What an Ingress names is there before it.
        """
        found = routed(Ingress(tls=CertManager()), ingress_class="traefik")

        assert "shop-redirect" in found["shop-ingress"].dependencies
        assert "web-deployment" in found["shop-redirect"].dependencies

    def test_gateway(self, routed):
        """
        Routes wait for their Gateway and for definitions of their kind.
        """
        found = routed(Gateway(), Raw(ROUTE_DEFINITION), gateway_class="envoy")
        definition = (
            "shop-customresourcedefinition-"
            "httproutes.gateway.networking.k8s.io"
        )

        assert {
            definition,
            "shop-gateway",
            "web-deployment",
        } <= found["shop-route"].dependencies
        assert definition not in found["web-deployment"].dependencies

    def test_charts(self, routed, chart):
        """
        They wait for charts, which may bring their controller.
        """
        found = routed(Ingress(), chart, ingress_class="nginx")

        assert "shop-widgets-widget-w" in found["shop-ingress"].dependencies
        assert (
            "shop-widgets-widget-w" not in found["web-deployment"].dependencies
        )
