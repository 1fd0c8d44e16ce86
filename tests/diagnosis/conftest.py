"""
What was recorded, to be changed.
"""

import copy

import pytest

from tests.troubles import RECORDED


@pytest.fixture(name="bodies")
def _bodies():
    """
    What was recorded, to be changed.
    """
    return copy.deepcopy(RECORDED)
