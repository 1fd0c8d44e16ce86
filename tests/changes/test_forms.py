"""
What changes, as Markdown, as JSON and in the terminal.
"""

import html
import json

import attrs
import jsonschema
import pytest

from mizzen import Manifest
from mizzen.changes import StackChange, to_json, to_markdown
from mizzen.changes.markdown import BUDGET, LEAST_BUDGET
from mizzen.changes.objects import object_changes
from mizzen.changes.report import States, stack_change

from .forms import HOSTILE, references, terminal, tokens
from .scenarios import SCENARIOS


@pytest.fixture(name="golden")
def _golden(root, request):
    """
    Compares a text with a stored one.
    """

    def golden(name, text):
        path = root / "tests" / "golden" / "changes" / name
        if request.config.getoption("--regenerate"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return golden


class TestGolden:
    def test_markdown(self, dangerous, golden):
        """
        The whole comment is as it was.
        """
        golden("dangerous.md", to_markdown([dangerous]))

    def test_json(self, dangerous, golden):
        """
        The whole document is as it was.
        """
        golden("dangerous.json", to_json([dangerous]))

    def test_terminal(self, dangerous, golden):
        """
        So is what people see.
        """
        golden("dangerous.txt", terminal([dangerous]))


@pytest.fixture(name="schema", scope="module")
def _schema(root):
    path = root / "components/mizzen/changes/schema.json"

    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", SCENARIOS)
class TestScenarios:
    def test_markdown(self, name, golden):
        """
        The whole comment is as it was, and what was written is code.
        """
        text = to_markdown(
            SCENARIOS[name](), whole="run 7", budget=LEAST_BUDGET * 2
        )
        golden(f"{name}.md", text)

        assert references(text) == set()

    def test_json(self, name, golden, schema):
        """
        The whole document is as it was, and follows the schema.
        """
        text = to_json(SCENARIOS[name]())
        golden(f"{name}.json", text)

        jsonschema.validate(json.loads(text), schema)

    def test_terminal(self, name, golden):
        """
        So is what people see, and nothing of it acts on their terminal.
        """
        text = terminal(SCENARIOS[name]())
        golden(f"{name}.txt", text)

        assert not {"\x1b", "\u202e"} & {*text}


class TestJson:
    def test_schema(self, schema, dangerous, hostile):
        """
        Documents follow the published schema.
        """
        broken = StackChange(stack="dev", problems=("No.",), failed=True)
        document = json.loads(to_json([dangerous, hostile, broken]))

        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate(document, schema)


class TestRemarks:
    def test_markdown(self, remarkable):
        """
        Drift, findings and warnings stand between the stacks and the table;
        what is only worth knowing is left to `mizzen check`.
        """
        text = to_markdown([remarkable])
        before, table, _ = text.partition("| Part |")

        assert "- `prod`: `drift: Deployment api" in before
        assert "- `prod`: `warning: Deployment 'api': it has" in before
        assert "image-digest" not in text
        assert table
        assert {t.type for t in tokens(text)}.isdisjoint(
            {"html_inline", "link_open", "heading_open", "em_open"}
        )

    def test_many(self, remarkable):
        """
        Too many of them are left out before anything else is.
        """
        many = attrs.evolve(remarkable, warnings=(HOSTILE,) * 300)
        text = to_markdown([many])

        assert len(text) <= BUDGET
        assert "remarks are left out here; all of them are in" in text
        assert "| `postgres` | data at risk" in text

    def test_terminal(self, remarkable):
        """
        People see them under the line of the stack, harmless.
        """
        text = terminal([remarkable], colour=True)

        assert "  warning: Deployment 'api': it has no limit" in text
        assert "\u202e" not in text


class TestTerminal:
    def test_hostile(self, hostile):
        """
        Values do not act on the terminal, and are no markup.
        """
        text = terminal([hostile], colour=True)

        assert "\x1b[31m \\u202e" not in text
        assert "\\u001b[31m" in text.replace("\n", "")
        assert "\u202e" not in text

    def test_several(self, dangerous):
        """
        With several stacks, each line says which it is about.
        """
        other = StackChange(stack="dev", problems=("No hosts.",))
        text = terminal([dangerous, other], colour=True)

        assert "Stacks" in html.unescape(text)
        assert "No hosts." in text

    def test_nothing(self):
        """
        No change is said.
        """
        assert terminal([StackChange(stack="dev")]) == "dev: no change\n"


class TestFields:
    def test_gone(self):
        """
        A field that goes has no new value.
        """
        base, head = (
            tuple(
                Manifest("api", "x", {"kind": "A", "metadata": {}, **more})
                for more in [extra]
            )
            for extra in ({"old": 1}, {"new": 2})
        )
        states = States(
            base=base, head=head, changes=object_changes(base, head)
        )
        found = json.loads(
            to_json([stack_change("prod", states, lambda _: ())])
        )
        (part,) = found["stacks"][0]["parts"]

        assert part["objects"][0]["fields"] == [
            {"path": ["old"], "text": "old", "old": 1},
            {"path": ["new"], "text": "new", "new": 2},
        ]
