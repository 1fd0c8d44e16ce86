"""
Custom resources, as their definitions want them.
"""

import pytest
import yaml

from tests.custom_resources import definition, schema, widget

from mizzen import (
    App,
    Definitions,
    Environment,
    FromConfig,
    Raw,
    RawFile,
    SpecError,
    Stack,
    Transform,
    compile_app,
)


MISSPELT = (
    "Widget 'w': spec has no field 'sizes'; choose one of: 'size' (nearest to "
    "'sizes': 'size')."
)


@pytest.fixture(name="compiled")
def _compiled(web, tmp_path):
    """
    Compiles an app with extras in a folder with files.
    """

    def compiled(*extras, environment=(), transforms=(), files=None):
        for name, bodies in (files or {}).items():
            (tmp_path / name).write_text(yaml.safe_dump_all(bodies))
        return compile_app(
            App(
                "shop",
                edition="2026",
                parts=[web],
                extras=extras,
                transforms=transforms,
            ),
            Environment("dev", extras=environment),
            Stack("dev", environment="dev", root=tmp_path),
        )

    return compiled


@pytest.fixture(name="problems")
def _problems(compiled):
    """
    What is wrong with extras.
    """

    def problems(*extras, **others):
        with pytest.raises(SpecError) as ei:
            compiled(*extras, **others)
        return list(ei.value.problems)

    return problems


class TestKnown:
    def test_own(self, problems):
        """
        A definition among the extras of the app judges those of the
        environment.
        """
        found = problems(
            Raw(definition()), environment=[Raw(widget({"sizes": 1}))]
        )

        assert [MISSPELT] == found

    def test_files(self, problems, compiled):
        """
        Definitions in files judge objects in files; they are no objects.
        """
        files = {
            "a.yaml": [definition(kind="Gadget")],
            "b.yaml": [{"kind": "List", "items": [definition()]}],
            "raw.yaml": [widget({"sizes": 1})],
        }
        known = Definitions(["a.yaml", "b.yaml"])

        assert [MISSPELT] == problems(known, RawFile("raw.yaml"), files=files)
        files["raw.yaml"] = [widget({"size": 1})]
        manifests = compiled(known, RawFile("raw.yaml"), files=files)
        assert ["Widget/w"] == [m.extra for m in manifests if m.extra]

    def test_whole_error(self, compiled):
        """
        All problems of an object come in one error; values that are known
        only at deployment are none.
        """
        rules = schema(
            {
                "size": {"type": "integer"},
                "mode": {"enum": ["on", "off"]},
                "id": {"type": "integer"},
            },
            required=["size"],
        )
        spec = {"mode": "of", "id": FromConfig("id")}
        with pytest.raises(SpecError) as ei:
            compiled(Raw(definition(rules)), Raw(widget(spec)))

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Widget 'w': spec.mode 'of' is unknown; choose one of: 'off', "
            "'on' (nearest to 'of': 'off').\n"
            "  - Widget 'w': spec.size must be given."
        ) == str(ei.value)

    def test_final(self, problems):
        """
        Objects are judged as they are after transforms.
        """

        def misspelt(body):
            body["spec"]["sizes"] = 1
            return body

        found = problems(
            Raw(definition()),
            Raw(widget({"size": 1})),
            transforms=[Transform("Widget", misspelt)],
        )

        assert [MISSPELT] == found

    def test_own_goes_first(self, compiled):
        """
        What is deployed with the app replaces what the cluster has.
        """
        newer = schema({"sizes": {"type": "integer"}})

        assert compiled(
            Definitions("a.yaml"),
            Raw(definition(newer)),
            Raw(widget({"sizes": 1})),
            files={"a.yaml": [definition()]},
        )

    @pytest.mark.parametrize(
        "other",
        [
            {"group": "other.example.com"},
            {"names": {"kind": "Gadget"}},
            {"versions": []},
        ],
    )
    def test_unknown(self, compiled, other):
        """
        Nothing is said of kinds of which nothing is known.
        """
        body = definition()
        body["spec"].update(other)

        assert compiled(Raw(body), Raw(widget({"sizes": 1})))


class TestVersion:
    def test_not_there(self, problems):
        """
        A version that nobody defines is refused.
        """
        found = problems(Raw(definition()), Raw(widget(version="v2")))

        assert [
            (
                "Widget 'w': its version 'v2' is not served; choose one of: "
                "'v1'."
            )
        ] == found

    def test_not_served(self, problems):
        """
        So is one that the API server does not serve any more.
        """
        found = problems(Raw(definition(served=False)), Raw(widget()))

        assert [
            "Widget 'w': its version 'v1' is not served; there are none yet."
        ] == found


class TestScope:
    @pytest.mark.parametrize(
        ("scope", "place"), [("Cluster", None), ("Namespaced", "shop-dev")]
    )
    def test_known(self, compiled, scope, place):
        """
        A definition that is known tells whether its kind has a namespace,
        also of a kind that is called like one of others.
        """
        manifests = compiled(
            Definitions("a.yaml"),
            Raw(widget(kind="ClusterPolicy")),
            files={"a.yaml": [definition(kind="ClusterPolicy", scope=scope)]},
        )

        body = manifests.get("ClusterPolicy", "w")
        assert place == body["metadata"].get("namespace")

    def test_clustered(self, problems):
        """
        What has a namespace says nothing else.
        """
        found = problems(Raw(definition()), Raw(widget(), clustered=True))

        assert [
            (
                "Widget 'w': its kind belongs to a namespace. Leave "
                "clustered=True out."
            )
        ] == found

    @pytest.mark.parametrize(
        "extra",
        [Raw(widget(), clustered=False), Raw(widget(namespace="other"))],
    )
    def test_namespaced(self, problems, extra):
        """
        What belongs to the whole cluster is put nowhere.
        """
        found = problems(Raw(definition(scope="Cluster")), extra)

        assert [
            (
                "Widget 'w': its kind belongs to no namespace. Say "
                "clustered=True, and no namespace."
            )
        ] == found


class TestFile:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (None, " cannot be read: No such file or directory."),
            ("a: [", " is not YAML: while parsing a flow node"),
            ("", " must hold a CustomResourceDefinition (got nothing)."),
            (
                "- a",
                (
                    ": object 1: body must be fields of the object, "
                    "like {'spec': {…}} (got ['a'])."
                ),
            ),
            (
                yaml.safe_dump(widget()),
                (
                    ": Widget 'w': it must be a CustomResourceDefinition of "
                    "apiextensions.k8s.io/v1."
                ),
            ),
            (
                yaml.safe_dump(definition(scope=None)),
                (
                    ": CustomResourceDefinition 'widgets.acme.example.com': "
                    "spec.scope must be given."
                ),
            ),
            (
                yaml.safe_dump(definition(schema=None)),
                (
                    ": CustomResourceDefinition 'widgets.acme.example.com': "
                    "spec.versions[0].schema.openAPIV3Schema must be given."
                ),
            ),
        ],
    )
    def test_refused(self, compiled, tmp_path, text, message):
        """
        A file that holds no definitions is refused by name.
        """
        if text is not None:
            (tmp_path / "a.yaml").write_text(text)

        with pytest.raises(SpecError) as ei:
            compiled(Definitions("a.yaml"))

        # Libraries end the sentence about YAML differently.
        found = str(ei.value)[: len(f"Definitions 'a.yaml'{message}")]
        assert f"Definitions 'a.yaml'{message}" == found

    @pytest.mark.parametrize(
        ("paths", "message"),
        [
            (["a", 1], "be text (got 1)"),
            ("", "name files, like 'crds/widgets.yaml' (got ('',))"),
            ([], "name files, like 'crds/widgets.yaml' (got ())"),
        ],
    )
    def test_paths(self, paths, message):
        """
        Files are named.
        """
        with pytest.raises(SpecError) as ei:
            Definitions(paths)

        assert f"Definitions: paths must {message}." == str(ei.value)

    def test_neighbour(self, web):
        """
        Nothing waits for what is not deployed.
        """
        known = Definitions("a.yaml")
        with pytest.raises(SpecError) as ei:
            Raw(widget(), after=[web, known])

        assert (
            "Raw: after must hold parts and extras, like [api] (got "
            "Definitions(paths=('a.yaml',)))."
        ) == str(ei.value)
