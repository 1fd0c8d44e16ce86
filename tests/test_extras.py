"""
Raw objects and charts next to the parts of an app.
"""

import datetime as dt

import attrs
import pytest
import yaml

from tests.custom_resources import definition

from mizzen import (
    App,
    Conventions,
    Environment,
    HelmChart,
    Raw,
    RawFile,
    SpecError,
    Stack,
    Transform,
    compile_app,
)
from mizzen.checks import check


def raw(kind, name, api_version="v1", *, namespace=None, spec=None, **order):
    """
    A raw object.
    """
    metadata = {"name": name}
    if namespace:
        metadata["namespace"] = namespace
    body = {"apiVersion": api_version, "kind": kind, "metadata": metadata}
    if spec:
        body["spec"] = spec
    return Raw(body, **order)


WIDGET = ("Widget", "w", "acme.example.com/v1")
CHART = HelmChart("operator", chart="redis-operator", version="0.22.1")


@pytest.fixture(name="compiled")
def _compiled(web, beat):
    """
    Compiles an app of two parts with extras.
    """

    def compiled(*extras, environment=(), root=".", conventions=None):
        app = App("shop", edition="2026", parts=[web, beat], extras=extras)
        return compile_app(
            app,
            Environment(
                "dev",
                extras=environment,
                conventions=conventions or Conventions(),
            ),
            Stack("dev", environment="dev", root=root),
        )

    return compiled


def extras(manifests):
    """
    Kinds and names of raw objects in their order.
    """
    return [m.extra for m in manifests if m.extra]


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


class TestMistakes:
    @pytest.mark.parametrize(
        ("body", "message"),
        [
            (
                {"kind": "Secret", "metadata": {"name": "a"}},
                "Raw: body.apiVersion must be text (got None).",
            ),
            (
                {"apiVersion": "v1", "kind": 3, "metadata": {"name": "a"}},
                "Raw: body.kind must be text (got 3).",
            ),
            (
                {"apiVersion": "v1", "kind": "Secret", "metadata": []},
                "Raw: body.metadata.name must be text (got None).",
            ),
            (
                {
                    "apiVersion": "v1",
                    "kind": "Secret",
                    "metadata": {"name": "X Y/Z"},
                },
                (
                    "Raw: body.metadata.name must be the name of an object "
                    "of Kubernetes, lower-case letters, digits, hyphens and "
                    "dots, like 'billing' (got 'X Y/Z')."
                ),
            ),
            (
                {
                    "apiVersion": "rbac.authorization.k8s.io/v1",
                    "kind": "Role",
                    "metadata": {"name": "acme/reader"},
                },
                (
                    "Raw: body.metadata.name must have neither '/' nor '%', "
                    "like 'acme:reader' (got 'acme/reader')."
                ),
            ),
            (
                {
                    "apiVersion": "v1",
                    "kind": "Secret",
                    "metadata": {"name": "a", "namespace": "X Y"},
                },
                (
                    "Raw: body.metadata.namespace must be the name of a "
                    "namespace, lower-case letters, digits and hyphens, like "
                    "'monitoring' (got 'X Y')."
                ),
            ),
            (
                {
                    "apiVersion": "v1",
                    "kind": "List",
                    "metadata": {"name": "a"},
                },
                (
                    "Raw: body.kind must be that of one object. Give each "
                    "item a Raw of its own, or write them to a RawFile (got "
                    "'List')."
                ),
            ),
            (
                {"apiVersion": "v1", "kind": "SecretList", "items": []},
                (
                    "Raw: body.kind must be that of one object. Give each "
                    "item a Raw of its own, or write them to a RawFile (got "
                    "'SecretList')."
                ),
            ),
            (
                {
                    "apiVersion": "v1",
                    "kind": "ConfigMap",
                    "metadata": {"name": "a"},
                    "data": {"d": dt.date(2026, 1, 2)},
                },
                (
                    "Raw: body.data.d must be plain data, a later value or "
                    "OFF (got the date 2026-01-02). Write it in quotes."
                ),
            ),
            (
                [],
                (
                    "Raw: body must be fields of the object, like {'spec': {…}} "
                    "(got [])."
                ),
            ),
        ],
    )
    def test_body(self, body, message):
        """
        What is no object is refused where it is written.
        """
        with pytest.raises(SpecError) as ei:
            Raw(body)

        assert message == str(ei.value)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (None, "RawFile 'raw.yaml' cannot be read: No such file"),
            ("a: b: c", "RawFile 'raw.yaml' is not YAML: mapping values"),
            (
                "- a",
                (
                    "RawFile 'raw.yaml': object 1: body must be fields of the "
                    "object"
                ),
            ),
            ("---\n# nothing\n", r"RawFile 'raw.yaml' must hold an object "),
            (
                "a: 1\nb: [{c: 1}, {c: 1,\n c: 2}]",
                (
                    "RawFile 'raw.yaml' is not YAML: key 'c' is given twice, "
                    r"again in line 3\.$"
                ),
            ),
            (
                (
                    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"
                    "data: {d: 2026-01-02}"
                ),
                (
                    "RawFile 'raw.yaml': ConfigMap 'c': data.d must be plain "
                    "data, a later value or OFF "
                    r"\(got the date 2026-01-02\). Write it in quotes\.$"
                ),
            ),
            (
                "kind: Secret\nmetadata: {name: c}",
                (
                    "RawFile 'raw.yaml': Secret 'c': apiVersion must be text "
                    r"\(got None\)\.$"
                ),
            ),
            (
                "kind: Secret\nmetadata: [c]",
                (
                    "RawFile 'raw.yaml': object 1: apiVersion must be text "
                    r"\(got None\)\.$"
                ),
            ),
        ],
    )
    def test_file(self, compiled, tmp_path, text, message):
        """
        A file that cannot be read is named.
        """
        if text:
            (tmp_path / "raw.yaml").write_text(text)

        with pytest.raises(SpecError, match=f"^{message}"):
            compiled(RawFile("raw.yaml"), root=tmp_path)

    @pytest.mark.parametrize(
        "text",
        [
            "a: &x {k: 1}\nb: {<<: *x, k: 2}\nc: *x\n",
            "a: {k: 1}\nb: {k: 1}\n",
            "a: &x [*x]\n",
        ],
    )
    def test_once(self, compiled, tmp_path, text):
        """
        Keys of different maps, and what is merged into one, are not the
        same key twice.
        """
        (tmp_path / "raw.yaml").write_text(text)

        with pytest.raises(
            SpecError, match=r"apiVersion must be text|in itself"
        ):
            compiled(RawFile("raw.yaml"), root=tmp_path)

    def test_rights(self):
        """
        Roles may be called what other objects may not.
        """
        names = raw(
            "ClusterRole", "system:acme:reader", "rbac.authorization.k8s.io/v1"
        )

        assert "system:acme:reader" == names.name

    def test_namespace_of_chart(self):
        """
        No namespace is called what none can be called.
        """
        with pytest.raises(SpecError) as ei:
            attrs.evolve(CHART, namespace="X Y")

        assert (
            "HelmChart 'operator': namespace must be the name of a "
            "namespace, lower-case letters, digits and hyphens, like "
            "'monitoring' (got 'X Y')."
        ) == str(ei.value)

    def test_twice(self, compiled):
        """
        Two objects of one name are refused, raw or not.
        """
        with pytest.raises(SpecError) as ei:
            compiled(
                raw("Secret", "a"),
                raw("Secret", "a"),
                raw("Deployment", "web", "apps/v1"),
            )

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - <Raw Secret a> is called like another object of the app.\n"
            "  - <Raw Deployment web> is called like another object of the "
            "app."
        ) == str(ei.value)

    def test_charts_twice(self, compiled):
        """
        Two charts of one name are refused, also in two namespaces.
        """
        other = attrs.evolve(CHART, namespace="other")

        with pytest.raises(SpecError) as ei:
            compiled(CHART, other)

        assert ei.value.problems == (
            (
                "<HelmChart operator> is called like another chart of the "
                "app. Give one of them another name."
            ),
        )

    def test_groups(self, compiled):
        """
        Objects of one kind and name in two groups are not the same.
        """
        manifests = compiled(
            raw("Service", "web", "serving.knative.dev/v1"),
        )

        assert ["Service/web"] == extras(manifests)

    @pytest.mark.parametrize(
        "version", ["1", "^1.2.3", "1.2.x", "latest", "", None]
    )
    def test_version(self, version):
        """
        A chart has one version, and no range of them.
        """
        with pytest.raises(SpecError) as ei:
            attrs.evolve(CHART, version=version)

        assert str(ei.value) == (
            "HelmChart 'operator': version must be one exact version, like "
            f"'1.2.3' (got {version!r})."
        )

    def test_create_namespace(self):
        """
        A chart in the app's namespace cannot make it.
        """
        with pytest.raises(SpecError) as ei:
            attrs.evolve(CHART, create_namespace=True)

        assert str(ei.value) == (
            "HelmChart 'operator': create_namespace must be False without a "
            "namespace, because the app's is made (got True)."
        )

    def test_circle(self, compiled, web):
        """
        What waits for itself is told as a circle.
        """
        with pytest.raises(SpecError) as ei:
            compiled(raw("Secret", "a", before=[web], after=[web]))

        assert ei.value.problems == (
            "Nothing can start: web waits for Secret/a waits for web.",
        )

    def test_neighbour(self, compiled, api):
        """
        A neighbour that is not there is named with the nearest one.
        """
        with pytest.raises(SpecError) as ei:
            compiled(raw("Secret", "a", before=[api]))

        assert ei.value.problems == (
            (
                "<Raw Secret a> comes before <Service api>, which is not there; "
                "choose one of: 'Secret/a', 'beat', 'web'."
            ),
        )

    def test_order(self):
        """
        Neighbours are objects, never names.
        """
        with pytest.raises(SpecError) as ei:
            raw("Secret", "a", before=["web"])

        assert str(ei.value) == (
            "Raw: before must hold parts and extras, like [api] (got 'web')."
        )

    def test_values(self):
        """
        Values of a chart are plain data that is known now.
        """
        with pytest.raises(SpecError) as ei:
            attrs.evolve(CHART, values={"a": {"b": CHART}})

        assert str(ei.value) == (
            "HelmChart 'operator': values.a.b must be plain data that is "
            "known now, because helm renders it; a secret belongs into a "
            "Secret, like a Raw with FromConfig(…, secret=True), which values "
            "name, like existingSecret (got <HelmChart operator>)."
        )
