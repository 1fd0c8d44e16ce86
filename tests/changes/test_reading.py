"""
What was written of changes, read again.
"""

import json

import attrs
import pytest

from mizzen import SpecError
from mizzen.changes import StackChange, to_json, to_markdown
from mizzen.changes.reading import from_json


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
