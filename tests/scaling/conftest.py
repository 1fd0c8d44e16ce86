"""
A worker with a scale.
"""

import attrs
import pytest

from mizzen import Autoscale


@pytest.fixture(name="scaled")
def _scaled(worker, cache, db, desired):
    """
    What becomes of a worker with a scale; it uses both stores.
    """

    def scaled(scale: Autoscale, **changes):
        changed = attrs.evolve(worker, uses=[cache, db], scale=scale)
        return desired(changed, cache, db, **changes)

    return scaled
