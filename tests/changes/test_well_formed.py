"""
Any report as Markdown, whoever has written it.
"""

import re

import attrs

from hypothesis import given, settings
from hypothesis import strategies as st

from mizzen.changes import (
    Edge,
    Effect,
    PartChange,
    StackChange,
    to_markdown,
)
from mizzen.changes.markdown import BUDGET, LEAST_BUDGET
from mizzen.changes.objects import object_change
from mizzen.changes.rows import rows

from .forms import HOSTILE, REFERENCES, references, tokens


FOLD = re.compile(
    "<details><summary><code>[^<>]*</code>( and [0-9]+ more)?</summary>"
)
KINDS = frozenset(
    {
        "bullet_list_close",
        "bullet_list_open",
        "code_inline",
        "fence",
        "html_block",
        "inline",
        "list_item_close",
        "list_item_open",
        "paragraph_close",
        "paragraph_open",
        "softbreak",
        "strong_close",
        "strong_open",
        "table_close",
        "table_open",
        "tbody_close",
        "tbody_open",
        "td_close",
        "td_open",
        "text",
        "th_close",
        "th_open",
        "thead_close",
        "thead_open",
        "tr_close",
        "tr_open",
    }
)
WORDS = st.one_of(
    st.sampled_from(
        [
            HOSTILE,
            "`" * 300,
            "```\n````\n`",
            "\\|",
            "| a | b |",
            "\n\n</details>\n\n<details>\n",
            "x" * 5_000,
            "",
            " ",
            *(example for _, example in REFERENCES.values()),
        ]
    ),
    st.text(max_size=40),
)
AMOUNTS = st.sampled_from([0, 1, 2, 90])


@st.composite
def reports(draw):
    """
    Reports of strangers: few words, which may come often.
    """
    stacks = []
    for number in range(draw(st.sampled_from([1, 2, 50]))):
        if number > 1:
            stacks.append(attrs.evolve(stacks[-1], stack=f"stack {number}"))
            continue
        name, value, reason = draw(WORDS), draw(WORDS), draw(WORDS)
        objects = tuple(
            object_change(
                None,
                "role",
                None,
                {
                    "kind": "ConfigMap",
                    "metadata": {"name": name},
                    "data": {f"{value} {n}": value for n in range(lines)},
                },
            )
            for lines in draw(st.lists(st.sampled_from([1, 40]), max_size=2))
        )
        parts = tuple(
            PartChange(
                part=f"{n} {name}",
                effects=draw(st.sampled_from([(e,) for e in Effect])),
                reasons=(reason,) * draw(AMOUNTS),
                objects=objects * draw(st.sampled_from([1, 15])),
                opened=(Edge(name, value, reason),),
                closed=(),
            )
            for n in range(draw(AMOUNTS))
        )
        stacks.append(
            StackChange(
                stack=f"stack {number}",
                parts=parts,
                unchanged=(name,) * draw(AMOUNTS),
                acknowledge=(value,) * draw(AMOUNTS),
                problems=(reason,) * draw(st.sampled_from([0, 0, 0, 1, 90])),
                warnings=(reason,) * draw(AMOUNTS),
            )
        )
    return stacks


class TestAnything:
    @given(
        reports(),
        WORDS,
        st.sampled_from([LEAST_BUDGET, 9_000, BUDGET]),
    )
    @settings(settings.get_profile("few"))
    def test_well_formed(self, stacks, whole, budget):
        """
        Any report fits, is Markdown in which each fence and each fold that
        opens also closes, has nothing of what was written but as code, and
        names or counts all stacks and all parts that change.
        """
        text = to_markdown(stacks, whole=whole, budget=budget)
        found = [*tokens(text)]
        folds = [
            line
            for token in found
            if token.type == "html_block"
            for line in token.content.split("\n")
            if line
        ]
        changes = len(rows(stacks))
        table = sum(t.type == "tr_open" for t in found) - (changes > 0)
        left_out = {
            what: int(number)
            for number, what in re.findall(
                r"(?m)^(\d+) of \d+ (changes|details|stacks) are", text
            )
        }

        assert len(text) <= budget
        assert text.encode("utf-8")
        assert {t.type for t in found} <= KINDS
        assert all(FOLD.fullmatch(fold) for fold in folds[::2])
        assert {*folds[1::2]} <= {"</details>"}
        assert len(folds) == 2 * (changes - left_out.get("details", 0))
        assert table == changes - left_out.get("changes", 0)
        assert text.count("- **`stack") + left_out.get("stacks", 0) == len(
            stacks
        )
        assert all(t.info == "diff" for t in found if t.type == "fence")
        assert references(text) == set()
