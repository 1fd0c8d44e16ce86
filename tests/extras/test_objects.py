"""
Raw objects and charts next to the parts of an app.
"""

import yaml

from tests.custom_resources import definition

from mizzen import (
    App,
    Conventions,
    Environment,
    Raw,
    RawFile,
    Stack,
    Transform,
    compile_app,
)
from mizzen.checks import check

from .support import CHART, extras, raw


class TestObjects:
    def test_namespace(self, compiled):
        """
        Raw objects are put into the app's namespace, unless they say
        another one or their kind has none.
        """
        manifests = compiled(
            raw("LimitRange", "a"),
            raw("LimitRange", "a", namespace="other"),
            raw("ClusterRole", "b", "rbac.authorization.k8s.io/v1"),
            raw("Thing", "c", "acme.example.com/v1", clustered=True),
            raw("NodePool", "n", "karpenter.sh/v1"),
            Raw(definition(kind="Global", scope="Cluster")),
            raw("Global", "d", "acme.example.com/v1"),
        )

        assert {
            "LimitRange/a": "shop-dev",
            "LimitRange/other/a": "other",
            "ClusterRole/b": None,
            "Thing/c": None,
            "NodePool/n": None,
            "CustomResourceDefinition/globals.acme.example.com": None,
            "Global/d": None,
        } == {
            m.extra: m.body["metadata"].get("namespace")
            for m in manifests
            if m.extra
        }

    def test_file(self, compiled, tmp_path):
        """
        A file gives all its objects, those of a List too, and empty
        documents give none.
        """
        objects = [
            {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}}
            for name in "ab"
        ]
        items = {"apiVersion": "v1", "kind": "List", "items": objects[1:]}
        text = yaml.safe_dump_all([objects[0], None, items])
        (tmp_path / "raw.yaml").write_text(text)
        manifests = compiled(RawFile("raw.yaml"), root=tmp_path)

        assert ["Secret/a", "Secret/b"] == extras(manifests)

    def test_environment(self, compiled):
        """
        Those of an environment come next to those of the app.
        """
        manifests = compiled(
            raw("Secret", "a"), environment=[raw("Secret", "b")]
        )

        assert {"Secret/a", "Secret/b"} == set(extras(manifests))

    def test_hatches(self, web):
        """
        Conventions and transforms hold for raw objects as well.
        """

        def seen(body):
            body["stringData"] = {"seen": "yes"}
            return body

        app = App(
            "shop",
            edition="2026",
            parts=[web],
            extras=[raw("Secret", "a")],
            transforms=[Transform("Secret", seen)],
        )
        dev = Environment("dev", conventions=Conventions(labels={"a": "b"}))
        body = compile_app(app, dev, Stack("dev", environment="dev")).get(
            "Secret", "a"
        )

        assert body["stringData"] == {"seen": "yes"}
        assert body["metadata"]["labels"] == {"a": "b"}

    def test_findings(self, dev, stack, web, beat):
        """
        A check tells of each raw object and chart.
        """
        app = App(
            "shop",
            edition="2026",
            parts=[web, beat],
            extras=[raw("Secret", "a"), CHART],
        )
        manifests = compile_app(app, dev, stack)

        assert [
            (
                "Secret 'a': it is written by hand (raw-object). Policies and "
                "start-up order know only what it says itself."
            ),
            (
                "HelmChart 'operator': its objects come from redis-operator "
                "0.22.1 (raw-object). Nothing checks them before the deployment."
            ),
        ] == [
            str(finding)
            for finding in check(app, dev, stack, manifests)
            if finding.id == "raw-object"
        ]

    def test_rendered(self, compiled):
        """
        Charts are named in YAML, which goes on to be read as before.
        """
        text = compiled(CHART).to_yaml()

        assert text.endswith(
            "# <HelmChart operator>, redis-operator 0.22.1: objects at "
            "deployment\n"
        )
        assert compiled().to_yaml() == text[: text.index("# ")]
