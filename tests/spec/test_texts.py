"""
Texts of which parts are known only at deployment.
"""

import json
import shlex

import pytest

from mizzen import SpecError, quoted, written
from mizzen.spec.texts import Generated, Placeholder


class TestText:
    """
    Text around values that are known later.
    """

    @pytest.fixture(name="password")
    def _password(self):
        return Placeholder.of(Generated("db password"))

    def test_sum(self, password):
        """
        Texts are put around it, and together filled.
        """
        text = "a " + quoted(password) + " b " + password

        assert "a ‹generated: db password› b ‹generated: db password›" == text
        assert 'a "\\"" b "' == text.pieces.fill(lambda _: '"')

    def test_formatted(self, password):
        """
        What would put the description in place of the value is refused.
        """
        with pytest.raises(SpecError) as ei:
            f"a {password}"

        assert (
            "A value that is known only at deployment cannot be formatted. "
            "Write '…' + value + '…' in place of f'…{value}…'."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        ("read", "by"),
        [
            (lambda text: text.upper(), "upper()"),
            (lambda text: text.encode(), "encode()"),
            (shlex.quote, "replace()"),
            (lambda text: text[:5], "an index"),
            (list, "a loop"),
            (lambda text: "%s" % text, "%"),  # noqa: UP031 - what is meant
            (lambda text: 2 * text, "*"),
        ],
    )
    def test_read(self, password, read, by):
        """
        So is what would make a text of the letters of the description.
        """
        with pytest.raises(SpecError) as ei:
            read(password)

        assert (
            "A value that is known only at deployment cannot be read before, "
            f"as by {by}. Put text around it by +, and have it written by a "
            "function, like written(value, json.dumps)."
        ) == str(ei.value)

    def test_shown(self, password):
        """
        It can be shown, compared and sorted all the same.
        """
        same = Placeholder.of(Generated("db password"))

        assert "‹generated: db password›" == str(password)
        assert "'‹generated: db password›'" == repr(password)
        assert {password} == {same}
        assert [password, "‹z"] == sorted(["‹z", same])

    def test_written(self, password):
        """
        A function writes the value once it is known.
        """
        text = '{"password": ' + written(password, json.dumps) + "}"

        assert {"password": 'a"'} == json.loads(
            text.pieces.fill(lambda _: 'a"')
        )

    def test_encoded_twice(self, password):
        """
        Only whole values can be encoded.
        """
        with pytest.raises(SpecError) as ei:
            quoted(quoted(password))

        assert (
            "Only a whole value can be encoded, not text around it."
        ) == str(ei.value)
