"""
Findings, and objects of the shop to break.
"""

import pytest

from mizzen import CertManager, Defaults, Environment, Ingress, Stack
from mizzen.checks import check

from .support import copied


@pytest.fixture(name="found")
def _found(shop, dev, stack):
    """
    The findings of one check, as they are printed.
    """

    def found(name, manifests, app=shop, environment=dev, stack=stack):
        return [
            str(finding)
            for finding in check(app, environment, stack, manifests)
            if finding.id == name
        ]

    return found


@pytest.fixture(name="made")
def _made(desired, shop):
    """
    The objects of the shop, for tests to break.
    """
    return copied(desired(shop))


@pytest.fixture(name="twice")
def _twice(desired, shop):
    """
    The same with two replicas of each.
    """
    several = Environment("dev", defaults=Defaults(replicas=2))
    return copied(desired(shop, environment=several))


@pytest.fixture(name="public")
def _public(shop):
    return Environment("dev", exposure=Ingress(tls=CertManager()))


@pytest.fixture(name="routed")
def _routed(desired, shop, public):
    """
    The shop behind an Ingress.
    """
    stack = Stack("dev", environment="dev", hosts=["a.example"], issuer="le")
    return desired(shop, environment=public, stack=stack)
