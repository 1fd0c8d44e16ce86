"""
A part that runs somewhere.
"""

import attrs
import pytest

from mizzen import Environment


@pytest.fixture(name="placed")
def _placed(web, desired):
    """
    The pods of *web* with other fields.
    """

    def placed(environment=None, **changes):
        found = desired(
            attrs.evolve(web, **changes),
            environment=environment or Environment("dev"),
        )
        return found.get("Deployment", "web")["spec"]["template"]["spec"]

    return placed
