"""
What a user of what another app or team runs is told, and let out to.
"""

import pytest

from mizzen import App, Environment
from mizzen.testing import Facts

from .support import STACK, used


@pytest.fixture(name="deployed")
def _deployed():
    def deployed(other):
        app = App("shop", edition="2026", parts=[used(other)])
        return Facts.of(app, Environment("prod"), STACK)

    return deployed


@pytest.fixture(name="variables")
def _variables(deployed):
    """
    What the worker is told.
    """

    def variables(other):
        found = deployed(other).manifests.get("Deployment", "worker")
        container = found["spec"]["template"]["spec"]["containers"][0]
        return {entry["name"]: entry["value"] for entry in container["env"]}

    return variables


@pytest.fixture(name="egress")
def _egress(deployed):
    """
    What the worker is let out to, beside name servers.
    """

    def egress(other):
        found = deployed(other).manifests.get("NetworkPolicy", "worker")
        servers, *rules = found["spec"]["egress"]
        assert 53 == servers["ports"][0]["port"]
        return rules

    return egress
