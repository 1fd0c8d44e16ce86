"""
What changes, as Markdown, as JSON and in the terminal.
"""

import html
import io
import json
import re

import attrs
import jsonschema
import pytest

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.console import Console

from mizzen import (
    App,
    Environment,
    Image,
    Manifest,
    Postgres,
    Service,
    SpecError,
    Stack,
)
from mizzen.changes import (
    StackChange,
    compared,
    print_changes,
    snapshot,
    to_json,
    to_markdown,
)
from mizzen.changes.markdown import BUDGET, escaped
from mizzen.changes.objects import object_changes
from mizzen.changes.reading import from_json
from mizzen.changes.report import States, stack_change
from mizzen.checks import Finding, Severity


HOSTILE = (
    "<b>x</b> | ``` \x1b[31m \u202e @team #1 **b** [x](//y) \\ $x$ :smile: "
    "</details> -->\n```\n# Heading"
)


def state(disk, level, *more):
    """
    A few objects, which no default of mizzen can change.
    """
    container = {"name": "api", "env": [{"name": "LEVEL", "value": level}]}
    deployment = {"template": {"spec": {"containers": [container]}}}
    claim = {"resources": {"requests": {"storage": disk}}}
    bodies = [
        ("postgres", "disk", "PersistentVolumeClaim", claim),
        ("api", "deployment", "Deployment", {"replicas": 2, **deployment}),
        ("client", "service", "Service", {"type": "ClusterIP"}),
        *more,
    ]
    return tuple(
        Manifest(
            part,
            role,
            {"kind": kind, "metadata": {"name": part}, "spec": spec},
        )
        for part, role, kind, spec in bodies
    )


@pytest.fixture(name="dangerous")
def _dangerous():
    """
    Several changes at once.
    """
    closed = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    worker = {"replicas": 1, "template": {"spec": {"containers": []}}}
    base = state(
        "1Gi",
        "info",
        ("api", "network-policy", "NetworkPolicy", closed),
        ("worker", "deployment", "Deployment", worker),
    )
    head = state("512Mi", "debug")
    reasons = {
        "postgres": ("disk: 1Gi → 512Mi (part)",),
        "api": ("env LEVEL: info → debug (part)", "isolation: FULL → OFF"),
        "worker": ("it is no part of the app any more",),
    }

    return stack_change(
        "prod",
        States(base=base, head=head, changes=object_changes(base, head)),
        lambda change: reasons[change.part],
    )


@pytest.fixture(name="hostile")
def _hostile(prod):
    """
    A change whose values try to break what shows them.
    """
    before = snapshot(prod.app, prod.environment, prod.stack)
    edited = prod.part(
        "api", env={"A": HOSTILE}, files={"/etc/<b>`x`|.md": HOSTILE}
    )

    return compared(
        before, snapshot(edited.app, edited.environment, edited.stack)
    )


def terminal(stacks, *, colour=False):
    """
    What people see.
    """
    console = Console(
        file=io.StringIO(),
        width=100,
        force_terminal=colour,
        no_color=not colour,
    )
    print_changes(stacks, console)

    return console.file.getvalue()


def tokens(markdown):
    """
    All that a Markdown parser finds.
    """
    parser = MarkdownIt("gfm-like", {"linkify": False})
    for token in parser.parse(markdown):
        yield token
        yield from token.children or ()


def shown(markdown):
    """
    The text that readers see, without what is in code.
    """
    return "".join(
        token.content for token in tokens(markdown) if token.type == "text"
    )


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

        for shown, what in ((rows, "changes"), (details, "details")):
            left_out = re.search(rf"(\d+) of 301 {what} are left out", text)
            assert len(shown) + int(left_out[1] if left_out else 0) == 301
            assert [*dict.fromkeys(shown)] == shown
            assert shown[:1] in ([], ["db"])

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


class TestJson:
    def test_schema(self, root, dangerous, hostile):
        """
        Documents follow the published schema.
        """
        schema = json.loads(
            (root / "components/mizzen/changes/schema.json").read_text()
        )
        broken = StackChange(stack="dev", problems=("No.",), failed=True)
        document = json.loads(to_json([dangerous, hostile, broken]))

        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate(document, schema)


@pytest.fixture(name="remarkable")
def _remarkable(dangerous, hostile):
    """
    A change about which there is more to say, hostile words among it.
    """
    return attrs.evolve(
        dangerous,
        drift=tuple(
            found
            for part in (*hostile.parts, *dangerous.parts)
            for found in part.objects
            if found.old is not None
        ),
        findings=(
            Finding(
                id="memory-limit",
                severity=Severity.WARNING,
                part="api",
                subject="Deployment 'api'",
                message="it has no limit",
                remedy="Set memory.",
            ),
            Finding(
                id="image-digest",
                severity=Severity.INFO,
                part=None,
                subject="Job 'a'",
                message="it has a tag",
                remedy="Take a digest.",
            ),
        ),
        warnings=(HOSTILE,),
    )


class TestRemarks:
    def test_markdown(self, remarkable):
        """
        Drift, findings and warnings stand between the stacks and the table;
        what is only worth knowing is left to `mizzen check`.
        """
        text = to_markdown([remarkable])
        before, table, _ = text.partition("| Part |")

        assert "- prod, drift&#58; Deployment api" in before
        assert "- prod, warning&#58; Deployment 'api'&#58; it has" in before
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
        assert "| postgres | data at risk" in text

    def test_terminal(self, remarkable):
        """
        People see them under the line of the stack, harmless.
        """
        text = terminal([remarkable], colour=True)

        assert "  warning: Deployment 'api': it has no limit" in text
        assert "\u202e" not in text


class TestRead:
    def test_again(self, dangerous, hostile, remarkable):
        """
        What was written can be read, and then it is the same in every form.
        """
        broken = StackChange(stack="dev", problems=("No.",), failed=True)
        meant = attrs.evolve(
            dangerous, acknowledge=("postgres: disk 1Gi -> 512Mi", "a: b")
        )
        written = [meant, hostile, remarkable, broken]
        read = from_json(to_json(written))

        assert to_json(read) == to_json(written)
        assert to_markdown(read) == to_markdown(written)
        assert [stack.failed for stack in read] == [False, False, False, True]

    @pytest.mark.parametrize(
        ("text", "where"),
        [
            ("::error::broken", "$"),
            ("[" * 100_000, "$"),
            ('{"format": 1, "stacks": NaN}', "$"),
            ("[]", "$"),
            ('{"format": 2, "stacks": []}', "$.format"),
            ('{"format": 1, "stacks": ["::error::x"]}', "$.stacks[0]"),
        ],
    )
    def test_refused(self, text, where):
        """
        What is no report is refused, with the place and without a word of
        it, which could be meant for the log.
        """
        with pytest.raises(SpecError) as error:
            from_json(text)

        assert str(error.value) == (
            f"This is no report of mizzen: it is wrong at {where}."
        )

    def test_deep(self, dangerous):
        """
        What no writer of YAML could write is refused.
        """
        document = json.loads(to_json([dangerous]))
        nested = document["stacks"][0]["parts"][0]["objects"][0]["old"]
        for _ in range(200):
            nested["a"] = nested = {}
        with pytest.raises(SpecError, match=r"wrong at \$\.$"):
            from_json(json.dumps(document))

    def test_no_effect(self, dangerous):
        """
        A part that changes without an effect is refused.
        """
        document = json.loads(to_json([dangerous]))
        document["stacks"][0]["parts"][1]["effects"] = []
        with pytest.raises(SpecError, match=r"parts\[1\]\.effects\.$"):
            from_json(json.dumps(document))

    def test_half_a_character(self, dangerous):
        """
        Half a character, which cannot be sent, is shown as its number.
        """
        half = attrs.evolve(dangerous, warnings=("\ud800",))
        document = json.loads(to_json([half]))
        text = to_markdown(from_json(json.dumps(document)))

        assert "ud800" in text
        assert text.encode()


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
