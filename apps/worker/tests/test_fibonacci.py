"""
Numbers and the indexes that name them.
"""

import pytest

from worker.fibonacci import digits, fibonacci, parse_index


class TestFibonacci:
    def test_first(self):
        """
        The sequence starts with 1, 1 at index 0.
        """
        assert [1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89] == [
            fibonacci(index) for index in range(11)
        ]

    def test_recurrence(self):
        """
        Up to 1,500 every number is the sum of the two before it.
        """
        before, current = 1, 1
        for index in range(2, 1_500):
            before, current = current, before + current

            assert current == fibonacci(index)

    def test_largest(self):
        """
        The largest index is computed exactly: Cassini's identity holds.
        """
        before, current, following = (
            fibonacci(index) for index in (99_998, 99_999, 100_000)
        )

        assert before + current == following
        assert 1 == abs(before * following - current * current)

    def test_beats(self):
        """
        There is a sign of life for each bit of the index.
        """
        beats = []
        fibonacci(100_000, lambda: beats.append(1))

        assert (100_001).bit_length() == len(beats)


class TestDigits:
    @pytest.mark.parametrize("exponent", [0, 1, 208, 4_299, 4_300, 20_898])
    def test_all(self, exponent):
        """
        Numbers are written in full, also beyond what str() agrees to.
        """
        assert "1" + "0" * exponent == digits(10**exponent)

    def test_thousand(self):
        """
        Index 1000 has its 209 digits.
        """
        text = digits(fibonacci(1_000))

        assert 209 == len(text)
        assert text.startswith("7033036771142281582183525487718354977018")
        assert text.endswith("8139373125598767690091902245245323403501")


class TestParseIndex:
    @pytest.mark.parametrize("text", ["0", "7", "007", "100000"])
    def test_fine(self, text):
        """
        Whole numbers within the limits are taken.
        """
        assert int(text) == parse_index(text)

    @pytest.mark.parametrize(
        "text", ["", "-1", "+1", "1.5", "abc", "100001", "1_0", "٣", " 1"]
    )
    def test_refused(self, text):
        """
        Everything else is refused, with the limits and what was received.
        """
        with pytest.raises(ValueError) as ei:
            parse_index(text)

        assert (
            f"Index must be a whole number from 0 to 100000 (got {text!r})."
        ) == str(ei.value)

    def test_long(self):
        """
        Of a long text only the beginning is repeated.
        """
        with pytest.raises(ValueError, match=r"\(got '9{40}'\)\.$"):
            parse_index("9" * 1_000_000)
