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
            (FromStack, ["acme/data/prod", 5], "output"),
        ],
    )
    def test_text(self, later, arguments, field):
        """
        Where a value comes from is told by text.
        """
        with pytest.raises(SpecError) as ei:
            later(*arguments)

        assert f"{field} must be text (got 5)." in str(ei.value)
        assert str(ei.value).startswith(later.__name__)

    @pytest.mark.parametrize(
        "stack", ["a b", "acme/data/", "", "/data/prod", "a/b/c/d", "a" * 101]
    )
    def test_stack(self, stack):
        """
        A stack has a name, and may have that of its project and that of its
        organization before it.
        """
        with pytest.raises(SpecError) as ei:
            FromStack(stack, "host")

        assert (
            f"FromStack {stack!r}: stack must be the name of a stack, like "
            f"'acme/data/prod' (got {stack!r})."
        ) == str(ei.value)
        assert FromStack("data.v2/prod", "host").stack == "data.v2/prod"

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
