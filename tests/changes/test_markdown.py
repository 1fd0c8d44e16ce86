"""
What changes, as Markdown.
"""

import json
import re

import attrs
import pytest

from hypothesis import given
from hypothesis import strategies as st

from mizzen import App, Environment, Image, Postgres, Service, Stack
from mizzen.changes import (
    Edge,
    Effect,
    PartChange,
    StackChange,
    compared,
    snapshot,
    to_json,
    to_markdown,
)
from mizzen.changes.inert import cell, code, html_code
from mizzen.changes.markdown import BUDGET, LEAST_BUDGET
from mizzen.changes.objects import object_change

from .forms import REFERENCES, references, shown, tokens


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
            "<details><summary><code>api (prod)</code></summary>",
            "</details>",
        }
        assert len([t for t in found if t.type == "fence"]) == text.count(
            "diff\n"
        )
        assert not {"\x1b", "\u202e"} & {*text}
        assert references(text) == set()

    def test_nothing_lost(self, hostile):
        """
        Readers see the beginning of the value as it was written.
        """
        assert "<b>x</b> | ```" in shown(to_markdown([hostile]))

    def test_said_once(self, dangerous):
        """
        What is the same in several stacks is said once.
        """
        again = attrs.evolve(dangerous, stack="prod-eu")
        text = to_markdown([dangerous, again])

        assert text.count("| `postgres` |") == 1
        assert "| `prod, prod-eu` |" in text
        assert text.count("<code>postgres (prod, prod-eu)</code>") == 1

    def test_other_connections(self, dangerous):
        """
        Where other connections come with the same effect, it is said twice.
        """
        parts = [attrs.evolve(part, opened=()) for part in dangerous.parts]
        again = attrs.evolve(dangerous, stack="eu", parts=tuple(parts))
        text = to_markdown([dangerous, again])

        assert text.count("| `api` |") == 2
        assert text.count("| `postgres` |") == 1

    def test_dangerous_first(self, dangerous):
        """
        The most dangerous part stands first.
        """
        lines = to_markdown([dangerous]).splitlines()
        table = [line for line in lines if line.startswith("| ")]

        assert table[1].startswith("| `postgres` | data at risk")

    def test_nothing(self):
        """
        No change is one line.
        """
        found = to_markdown([StackChange(stack="dev", unchanged=("web",))])

        assert found == "- **`dev`**: no change\n\nUnchanged: `web`.\n\n"

    def test_problem(self):
        """
        A stack without an answer says why.
        """
        problems = ("No | x:\n\n  y", "z")
        found = to_markdown([StackChange(stack="dev", problems=problems)])

        assert found == (
            "- **`dev`**: no answer\n  - `No | x:`\n  - `  y`\n  - `z`\n\n"
        )


class TestInert:
    @given(st.text())
    def test_code(self, text):
        """
        Any text in a line is code of that line, and nothing else.
        """
        (inline,) = [t for t in tokens(f"x {code(text)} y") if t.children]
        before, found, after = inline.children

        assert [before.content, found.type] == ["x ", "code_inline"]
        assert after.content == " y"

    @given(st.from_regex(r"[ -~]{1,100}", fullmatch=True))
    def test_nothing_lost(self, text):
        """
        Readers see what can be printed as it was written, in a table too.
        """
        table = f"| a | b |\n|---|---|\n| {cell(text)} | y |\n"
        (line,) = [t for t in tokens(code(text)) if t.type == "code_inline"]
        (found,) = [t for t in tokens(table) if t.type == "code_inline"]

        assert line.content == text
        assert found.content == text

    @given(st.text())
    def test_html(self, text):
        """
        Any text in HTML stays text of one line.
        """
        inner = html_code(text)[len("<code>") : -len("</code>")]

        assert not {"<", ">", "\n", '"', "'"} & {*inner}

    @pytest.mark.parametrize("kind", REFERENCES)
    def test_recognised(self, kind):
        """
        The tests recognise what GitHub makes references of.
        """
        _, example = REFERENCES[kind]

        assert kind in references(f"A text with {example} in it.")
        assert not references(f"A text with {code(example)} in it.")

    @pytest.mark.parametrize("kind", REFERENCES)
    def test_references(self, dangerous, kind):
        """
        No name, no value and no reason becomes a reference, wherever it
        stands.
        """
        _, word = REFERENCES[kind]
        parts = [
            attrs.evolve(
                part,
                part=f"{word} {number}",
                reasons=(word, word),
                opened=(Edge(word, word, word),),
                objects=tuple(
                    attrs.evolve(found, new=named(found.body, word))
                    for found in part.objects
                ),
            )
            for number, part in enumerate(dangerous.parts)
        ]
        change = attrs.evolve(
            dangerous,
            stack=word,
            parts=parts,
            unchanged=(word,),
            acknowledge=(word,),
            warnings=(word,),
        )
        broken = StackChange(stack=word, problems=(word,))
        text = to_markdown([change, broken], whole=word)

        assert shown(text).count(word) > 20
        assert references(text) == set()


def named(body, name):
    """
    An object under another name.
    """
    return {**body, "metadata": {"name": name}}


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
        assert table[1].startswith("| `db` | data at risk")
        assert "details are left out here; all of them are in" in text
        assert "`the artifact <report>`" in text
        assert text.count("<details>") == text.count("</details>") > 1

    def test_too_small(self):
        """
        A budget that could not even hold what is left out is refused.
        """
        with pytest.raises(ValueError) as error:
            to_markdown([], budget=3_999)

        assert str(error.value) == ("budget must be at least 4000 (got 3999).")

    @pytest.mark.parametrize("budget", [LEAST_BUDGET, 8_000, 20_000])
    def test_any(self, many, budget):
        """
        Smaller budgets hold too, and cut nothing in the middle.
        """
        text = to_markdown([many], budget=budget)

        assert len(text) <= budget
        assert text.count("<details>") == text.count("</details>")
        assert text.count("```") % 2 == 0
        assert "| `db` | data at risk" in text

    @pytest.mark.parametrize("budget", [LEAST_BUDGET, 20_000, BUDGET])
    def test_counted(self, many, budget):
        """
        Of 301 changes and their details, each is shown or counted as left
        out, and the one that is shown first is the most dangerous.
        """
        text = to_markdown([many], budget=budget)
        rows = re.findall(r"(?m)^\| `(db|s\d+)` \|", text)
        details = re.findall(r"<summary><code>(db|s\d+) ", text)

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


def part_change(name, *lines_of_objects, reasons=("it is so",)):
    """
    A change of one part, with objects of as many lines.
    """
    return PartChange(
        part=name,
        effects=(Effect.ROLLING_RESTART,),
        reasons=reasons,
        objects=tuple(
            object_change(
                name,
                f"config-{number}",
                None,
                {
                    "kind": "ConfigMap",
                    "metadata": {"name": f"{name}-{number}"},
                    "data": {f"k{n}": "v" for n in range(lines)},
                },
            )
            for number, lines in enumerate(lines_of_objects)
        ),
        opened=(),
        closed=(),
    )


class TestObjects:
    def test_huge(self):
        """
        A part of which everything changes hides no other part, and its
        biggest object hides none of its others.
        """
        parts = (
            part_change("huge", 9_000, 5),
            *(part_change(f"s{n}", 20) for n in range(20)),
        )
        change = StackChange(stack="prod", parts=parts)
        text = to_markdown([change], whole="run 7")
        left_out = re.findall(r"(?m)^(\d+) of (\d+) lines are left out", text)

        assert BUDGET * 0.8 < len(text) <= BUDGET
        assert text.count("<summary>") == 21
        assert "`ConfigMap huge-1` created" in text
        assert all(text.count(f"`ConfigMap s{n}-0`") == 1 for n in range(20))
        assert len(left_out) == 1
        assert left_out[0][1] == "9005"
        assert "lines are left out here; all of them are in `run 7`." in text

    def test_many(self):
        """
        Of many objects and reasons, some are shown and the others counted.
        """
        reasons = tuple(f"reason {n}" for n in range(9_000))
        part = part_change("huge", *[5] * 2_000, reasons=reasons)
        other = part_change("other", 5)
        change = StackChange(stack="prod", parts=(part, other))
        text = to_markdown([change])
        (objects,) = re.findall(r"(\d+) of 2000 objects are left out", text)
        (lines,) = re.findall(r"(\d+) of 9000 lines are left out", text)

        assert BUDGET * 0.8 < len(text) <= BUDGET
        assert text.count("`ConfigMap huge-") == 2000 - int(objects)
        assert text.count("- `reason ") == 9000 - int(lines)
        assert "`ConfigMap other-0` created" in text

    def test_nothing_to_show(self, dangerous):
        """
        An object of which a stranger's report tells no difference is named
        without one.
        """
        (found, *_) = dangerous.parts[0].objects
        same = attrs.evolve(found, new=found.old, fields=())
        part = attrs.evolve(dangerous.parts[0], objects=(same,))
        text = to_markdown([attrs.evolve(dangerous, parts=(part,))])

        assert "`PersistentVolumeClaim postgres` updated\n\n</de" in text

    def test_long_lines(self):
        """
        Where ends of lines are left out, the report says where they are.
        """
        reasons = ("x" * 999,)
        part = part_change("web", reasons=reasons)
        change = StackChange(stack="prod", parts=(part,))
        text = to_markdown([change], whole="run 7")

        assert f"- `{'x' * 240}…`\n" in text
        assert text.endswith("\nWhat ends in … is whole in `run 7`.\n")
