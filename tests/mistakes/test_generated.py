"""
Mistakes in whatever users describe.
"""

import pytest

from hypothesis import given, settings
from tests.strategies import mistakes

from mizzen import SpecError


# Each line has tests of its own, and to watch lines takes its time.
pytestmark = pytest.mark.no_cover


# One description has mistakes of many kinds.
@settings(max_examples=settings().max_examples // 10)
@given(mistakes())
def test_refused(mistakes):
    """
    A description in which one thing is wrong is refused by sentences that
    all name whose it is and what it is.
    """
    for mistake in mistakes:
        with pytest.raises(SpecError) as ei:
            mistake.make()

        for problem in ei.value.problems:
            assert mistake.subject in problem
            assert mistake.field in problem
