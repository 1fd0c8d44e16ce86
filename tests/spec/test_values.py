"""
Values that are known later.
"""

import pytest

from mizzen import OFF, FromConfig, FromProgram, FromStack, SpecError


class TestLater:
    @pytest.mark.parametrize(
        ("later", "arguments", "field"),
        [
            (FromConfig, [5], "key"),
            (FromProgram, [5], "name"),
            (FromStack, [5, "out"], "stack"),
        ],
    )
    def test_text(self, later, arguments, field):
        """
        Where a value comes from is told by text.
        """
        with pytest.raises(SpecError) as ei:
            later(*arguments)

        assert (f"{later.__name__}: {field} must be text (got 5).") == str(
            ei.value
        )

    def test_secret(self):
        """
        A value is secret or not.
        """
        with pytest.raises(SpecError) as ei:
            FromConfig("key", secret="yes")

        assert (
            "FromConfig 'key': secret must be True or False (got 'yes')."
        ) == str(ei.value)


class TestOff:
    def test_repr(self):
        """
        It is shown as it is written.
        """
        assert "OFF" == repr(OFF)
