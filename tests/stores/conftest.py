"""
Stores as they are in the cluster.
"""

import pytest


@pytest.fixture(name="store")
def _store(desired):
    """
    The StatefulSet's specification of a store, without its pods, and that
    of its pods.
    """

    def store(part, **scope):
        found = desired(part, **scope).get("StatefulSet", part.name)["spec"]
        return found, found.pop("template")["spec"]

    return store
