"""
The desired state: searching it, and writing it so that every parser reads
what was written.
"""

import json

import pytest
import yaml

from hypothesis import example, given
from hypothesis import strategies as st

from mizzen import App, Environment, FromConfig, Raw, Stack, compile_app
from mizzen.manifests import to_json, to_yaml
from mizzen.spec.texts import Placeholder


HOSTILE = (
    *("", " ", "  x  ", "y", "N", "yes", "No", "on", "OFF", "true", "~"),
    *("null", "NULL", "1", "-1", "+1", "1_000", "0o17", "017", "0x1F", "08"),
    *("0b1", "1e3", "1E+3", "12e7", ".5", "1.", ".inf", "-.INF", ".nan"),
    *("2001-01-01", "12:30:45", "190:20:30", "=", "<<", "-", "- a", "---"),
    *("...", "?", "? a", ":", "a: b", "a:", "#", "a #b", "&a", "*a", "!a"),
    *("!!str a", "|", ">", "|-", "%", "@", "`", "'", '"', "{", "}", "{}"),
    *("[", "]", "[]", ",", "\\", "\\n", "\\x41", "a\nb", "a\n", "\n", "\r"),
    *("\r\n", "a\r\nb\n\n", "\t", "\tx", "\0", "\x07", "\x1b", "\x7f"),
    *("\x85", "\x9f", "\xa0", "\u2028", "\u2029", "\ufeff", "\ufeffx"),
    *("\ufffd", "\ufffe", "\uffff", "\U0001f600", "\U0010ffff", "ä", "‹x›"),
    "a " * 600,
    "a" * 5000,
    " \n \n",
)
texts = st.one_of(
    st.sampled_from(HOSTILE),
    # Surrogates have no encoding, so they are in no text.
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
)
scalars = st.one_of(texts, st.integers(), st.booleans(), st.none())
# Keys of more than 1024 characters would need another syntax.
keys = texts.filter(lambda text: len(text) < 500)
nodes = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(keys, inner, max_size=4),
    ),
    max_leaves=12,
)
bodies = st.dictionaries(keys, nodes, min_size=1, max_size=4)
loaders = pytest.mark.parametrize(
    "loader",
    [yaml.SafeLoader, getattr(yaml, "CSafeLoader", None)],
    ids=["Python", "libyaml"],
)


def load(text, loader):
    """
    What *loader* reads.
    """
    if loader is None:
        pytest.skip("PyYAML was built without libyaml")
    return yaml.load(text, Loader=loader)


@loaders
class TestYaml:
    @given(body=bodies)
    @example(body={"a": [], "b": {}, "c": [[], {}, [[]], [{}]], "d": [[1, 2]]})
    @example(body={"a": [{"b": [{"c": [1]}], "d": 1}, {"e": {"f": {}}}]})
    def test_round_trip(self, loader, body):
        """
        What was written is what is read.
        """
        assert body == load(to_yaml(body), loader)

    @pytest.mark.parametrize(
        "text", HOSTILE, ids=lambda text: ascii(text[:20])
    )
    def test_hostile(self, loader, text):
        """
        Texts that look like something else stay texts, as keys, as values
        and in lists.
        """
        body = {"value": text, "list": [text, [text]], text[:500]: text}

        assert body == load(to_yaml(body), loader)

    @given(first=bodies, second=bodies)
    def test_stream(self, loader, first, second):
        """
        Documents do not run into each other.
        """
        text = f"{to_yaml(first)}---\n{to_yaml(second)}"

        assert [first, second] == list(yaml.load_all(text, Loader=loader))

    def test_placeholder(self, loader):
        """
        A later value is written as the text that it shows.
        """
        body = {"a": Placeholder.of(FromConfig("key"), " and more")}

        assert {"a": "‹config: key› and more"} == load(to_yaml(body), loader)


class TestText:
    def test_style(self):
        """
        Block style, quoted texts, plain keys where they are safe, order as
        it was.
        """
        body = {
            "kind": "X",
            "data": {"y": "a\nb", "a.b/c-d_e": 1, "on": None, "0": True},
            "empty": [{}, [], ""],
            "items": [{"name": "a", "more": ["b"]}, ["c", False]],
        }

        assert (
            'kind: "X"\n'
            "data:\n"
            '  "y": "a\\nb"\n'
            "  a.b/c-d_e: 1\n"
            '  "on": null\n'
            '  "0": true\n'
            "empty:\n"
            "  - {}\n"
            "  - []\n"
            '  - ""\n'
            "items:\n"
            '  - name: "a"\n'
            "    more:\n"
            '      - "b"\n'
            '  - - "c"\n'
            "    - false\n"
        ) == to_yaml(body)

    @given(body=bodies)
    def test_printable(self, body):
        """
        What is written could be shown on any terminal, and no line depends
        on what ends lines elsewhere.
        """
        text = to_yaml(body)

        assert not {"\x1b", "\x85", "\u2028", "\u2029", "\ufeff"} & set(text)
        assert text.splitlines() == text.rstrip("\n").split("\n")

    @given(body=bodies)
    def test_json(self, body):
        """
        JSON says the same.
        """
        assert body == json.loads(to_json(body))
        assert body == yaml.safe_load(to_yaml(body))


class TestManifests:
    def test_search(self, shop, desired):
        """
        Objects are found by part, by kind and name, or all in order.
        """
        found = desired(shop)

        assert len(found) == len(list(found)) == len(found.objects)
        assert found.of("api") == found.of(shop["api"])
        assert ["Namespace"] == [manifest.kind for manifest in found.of(None)]
        assert {"api"} == {manifest.part for manifest in found.of("api")}
        assert "api" == found.get("Deployment", "api")["metadata"]["name"]

    def test_missing(self, shop, desired):
        """
        An object that is not there is named by the error.
        """
        with pytest.raises(KeyError, match="Deployment db"):
            desired(shop).get("Deployment", "db")

    def test_roles(self, shop, desired):
        """
        Each object has a role of its own within its part.
        """
        roles = [(m.part, m.role) for m in desired(shop)]

        assert len(roles) == len(set(roles))
        assert {
            (None, "namespace"),
            ("db", "service-account"),
            ("db", "credentials"),
            ("db", "network-policy"),
            ("db", "disk"),
            ("db", "service"),
            ("db", "stateful-set"),
        } <= set(roles)

    def test_streams(self, shop, desired):
        """
        The streams hold all objects in their order.
        """
        found = desired(shop)
        bodies = [manifest.body for manifest in found]

        assert bodies == list(yaml.safe_load_all(found.to_yaml()))
        assert {
            "apiVersion": "v1",
            "kind": "List",
            "items": bodies,
        } == json.loads(found.to_json())


def test_repr():
    """
    Neither objects nor all of them print what they are made of, which may
    be secret.
    """
    names = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x"}}
    app = App(
        "shop",
        edition="2026",
        parts=[],
        extras=[Raw({**names, "stringData": {"a": "hunter2"}})],
    )
    stack = Stack("dev", environment="dev")
    manifests = compile_app(app, Environment("dev"), stack)

    assert "hunter2" not in repr((manifests, manifests.objects))
