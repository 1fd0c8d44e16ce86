"""
Raw objects and charts that cannot be.
"""

import datetime as dt

import attrs
import pytest

from mizzen import Raw, RawFile, SpecError

from .support import CHART, extras, raw


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
