"""
What is said of what pods may do.
"""

import pytest

from mizzen import App

from .support import WORKER


@pytest.fixture(name="judged")
def _judged(desired, found):
    """
    What some checks say of the worker and what stands beside it.
    """

    def judged(environment, *extras, part=WORKER):
        app = App("shop", edition="2026", parts=[part], extras=extras)
        made = desired(app, environment=environment)
        return [
            line
            for name in ("pod-refused", "pod-privileged", "runs-as-root")
            for line in found(name, made, app, environment)
        ]

    return judged
