"""
What changes, as Markdown.
"""

import json
import re

import attrs
import pytest

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from mizzen import App, Environment, Image, Postgres, Service, Stack
from mizzen.changes import (
    StackChange,
    compared,
    snapshot,
    to_json,
    to_markdown,
)
from mizzen.changes.markdown import BUDGET, escaped

from .forms import shown, tokens


class TestMarkdown:
    def test_hostile(self, hostile):
        """
        Values make no HTML, no link, no heading, no emphasis, no mention
        and no control character.
        """
        text = to_markdown([hostile])
        found = [*tokens(text)]
        blocks = {t.content.strip() for t in found if t.type == "html_block"}

        assert {t.type for t in found}.isdisjoint(
            {"html_inline", "link_open", "heading_open", "em_open"}
        )
        assert blocks == {
            "<details><summary>api (prod)</summary>",
            "</details>",
        }
        assert len([t for t in found if t.type == "fence"]) == text.count(
            "diff\n"
        )
        assert not {"\x1b", "\u202e"} & {*text}
        assert "@team" not in shown(text)

    def test_nothing_lost(self, hostile):
        """
        Readers see the value as it was written.
        """
        assert "<b>x</b> | ```" in shown(to_markdown([hostile]))

    @given(st.text())
    def test_escaped(self, text):
        """
        Any text in a cell stays text of one line.
        """
        (inline,) = [
            t for t in MarkdownIt().parse(f"x {escaped(text)}") if t.children
        ]
        kinds = {child.type for child in inline.children}

        assert kinds <= {"text", "text_special"}

    def test_said_once(self, dangerous):
        """
        What is the same in several stacks is said once.
        """
        again = attrs.evolve(dangerous, stack="prod-eu")
        text = to_markdown([dangerous, again])

        assert text.count("| postgres |") == 1
        assert "| prod, prod-eu |" in text
        assert text.count("<summary>postgres (prod, prod-eu)</summary>") == 1

    def test_other_connections(self, dangerous):
        """
        Where other connections come with the same effect, it is said twice.
        """
        parts = [attrs.evolve(part, opened=()) for part in dangerous.parts]
        again = attrs.evolve(dangerous, stack="eu", parts=tuple(parts))
        text = to_markdown([dangerous, again])

        assert text.count("| api |") == 2
        assert text.count("| postgres |") == 1

    def test_dangerous_first(self, dangerous):
        """
        The most dangerous part stands first.
        """
        lines = to_markdown([dangerous]).splitlines()
        table = [line for line in lines if line.startswith("| ")]

        assert table[1].startswith("| postgres | data at risk")

    def test_nothing(self):
        """
        No change is one line.
        """
        found = to_markdown([StackChange(stack="dev", unchanged=("web",))])

        assert found == "- **dev**: no change\n\n\nUnchanged: web.\n\n"

    def test_problem(self):
        """
        A stack without an answer says why.
        """
        found = to_markdown([StackChange(stack="dev", problems=("No | x",))])

        assert found.startswith("- **dev**: no answer. No &#124; x\n")

    def test_long_object(self, prod):
        """
        Of a long object, the beginning is shown and the rest counted.
        """
        before = snapshot(prod.app, prod.environment, prod.stack)
        many = {f"VARIABLE_{n}": str(n) for n in range(300)}
        edited = prod.part("api", env=many)
        after = snapshot(edited.app, edited.environment, edited.stack)

        text = to_markdown([compared(before, after)])

        assert "more lines are in the whole report." in text


def shop(services, memory, disk):
    """
    A snapshot of an app with many services.
    """
    parts = [
        Service(f"s{n}", image=Image("acme/web:v5"), port=80, memory=memory)
        for n in range(services)
    ]
    db = Postgres("db", version=17, disk=disk)
    app = App("shop", edition="2026", parts=[*parts, db])
    stack = Stack("prod", environment="prod")

    return snapshot(app, Environment("prod"), stack)


@pytest.fixture(name="many", scope="module")
def _many():
    """
    A change of three hundred services and a disk.
    """
    return compared(shop(300, "1Gi", "2Gi"), shop(300, "2Gi", "1Gi"))


class TestBudget:
    def test_fits(self, many):
        """
        It fits, names the most dangerous first, and says what is missing
        and where it is.
        """
        text = to_markdown([many], whole="the artifact <report>")
        lines = text.splitlines()
        table = [line for line in lines if line.startswith("| ")]

        assert len(text) <= BUDGET
        assert table[1].startswith("| db | data at risk")
        assert "details are left out here; all of them are in" in text
        assert "the artifact &#60;report&#62;" in text
        assert text.count("<details>") == text.count("</details>") > 1

    @pytest.mark.parametrize("budget", [2_000, 5_000, 20_000])
    def test_any(self, many, budget):
        """
        Smaller budgets hold too, and cut nothing in the middle.
        """
        text = to_markdown([many], budget=budget)

        assert len(text) <= budget
        assert text.count("<details>") == text.count("</details>")
        assert text.count("```") % 2 == 0
        assert "| db | data at risk" in text

    @pytest.mark.parametrize("budget", [2_000, 20_000, BUDGET])
    def test_counted(self, many, budget):
        """
        Of 301 changes and their details, each is shown or counted as left
        out, and the one that is shown first is the most dangerous.
        """
        text = to_markdown([many], budget=budget)
        rows = re.findall(r"(?m)^\| (db|s\d+) \|", text)
        details = re.findall(r"<summary>(db|s\d+) ", text)

        for found, what in ((rows, "changes"), (details, "details")):
            left_out = re.search(rf"(\d+) of 301 {what} are left out", text)
            assert len(found) + int(left_out[1] if left_out else 0) == 301
            assert [*dict.fromkeys(found)] == found
            assert found[:1] in ([], ["db"])

    def test_whole(self, many):
        """
        The document loses nothing: of each service and of the disk it has
        what they are called, why they change, each field with both of its
        values, and both objects.
        """
        (stack,) = json.loads(to_json([many]))["stacks"]
        found = {part["part"]: part for part in stack["parts"]}
        disk, *services = found.values()

        assert [*found] == ["db", *(f"s{n}" for n in range(300))]
        for part in services:
            (deployment,) = part["objects"]
            sizes = [
                (each["old"], each["new"]) for each in deployment["fields"]
            ]
            assert part["effects"] == ["rolling restart"]
            assert part["reasons"] == ["memory: 1Gi → 2Gi (part)"]
            assert sizes == [("1Gi", "2Gi")] * 2
            for body, size in (("old", "1Gi"), ("new", "2Gi")):
                pod = deployment[body]["spec"]["template"]["spec"]
                (container,) = pod["containers"]
                assert container["resources"]["limits"]["memory"] == size
        (claim,) = [
            each
            for each in disk["objects"]
            if each["kind"] == "PersistentVolumeClaim"
        ]
        assert disk["effects"][0] == "data at risk"
        assert [(each["old"], each["new"]) for each in claim["fields"]] == [
            ("2Gi", "1Gi")
        ]
