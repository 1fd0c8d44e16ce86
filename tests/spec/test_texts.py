"""
Texts of which parts are known only at deployment.
"""

import pytest

from mizzen import SpecError, quoted
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

    def test_encoded_twice(self, password):
        """
        Only whole values can be encoded.
        """
        with pytest.raises(SpecError) as ei:
            quoted(quoted(password))

        assert (
            "Only a whole value can be encoded, not text around it."
        ) == str(ei.value)
