"""
The shop, exposed somehow.
"""

import pytest

from mizzen import Environment, Stack


@pytest.fixture(name="served")
def served_fixture(shop, desired):
    """
    The objects of the shop for some exposure and addresses.
    """

    def served(exposure, app=shop, **addresses):
        stack = Stack(
            "dev",
            environment="dev",
            **{"hosts": ["a.example.com"], **addresses},
        )
        environment = Environment("dev", exposure=exposure)

        return desired(app, environment=environment, stack=stack)

    return served
