"""
What is taken as an index.
"""

import pytest

from api.models import parse_index


class TestParseIndex:
    @pytest.mark.parametrize(
        ("raw", "index"),
        [
            (0, 0),
            (100_000, 100_000),
            ("10", 10),
            (" 10 ", 10),
            ("007", 7),
            (10.0, 10),
        ],
        ids=repr,
    )
    def test_fine(self, raw, index):
        """
        Whole numbers within the limits are taken, as numbers or as text.
        """
        assert index == parse_index(raw)

    @pytest.mark.parametrize(
        ("raw", "shown"),
        [
            (-1, "-1"),
            ("-1", "-1"),
            (1.5, "1.5"),
            ("1.5", "1.5"),
            ("abc", "abc"),
            ("", "nothing"),
            (" ", "nothing"),
            (None, "nothing"),
            (100_001, "100001"),
            ("100001", "100001"),
            (True, "True"),
            (float("inf"), "inf"),
            (float("nan"), "nan"),
            ([1], "[1]"),
            ("٣", "٣"),
            ("x" * 50, "x" * 40 + "…"),
        ],
        ids=repr,
    )
    def test_refused(self, raw, shown):
        """
        Everything else is refused, with the limits and what was received.
        """
        with pytest.raises(ValueError) as ei:
            parse_index(raw)

        assert (
            f"Index must be a whole number from 0 to 100000 (got {shown})."
        ) == str(ei.value)

    def test_very_large(self):
        """
        A number too large to be written is refused, too.
        """
        with pytest.raises(ValueError, match=r"\(got a very large number\)"):
            parse_index(10**5_000)
