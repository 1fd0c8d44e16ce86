"""
A store that somebody else runs, and a part that uses it.
"""

import attrs
import pytest

from mizzen import Credentials, Environment, External, FromConfig, FromStack


CREDENTIALS = Credentials("app", FromConfig("dbPassword", secret=True))
HOST = FromStack("acme/data/prod", "host")


@pytest.fixture(name="user")
def user_fixture(web, db):
    """
    A part that uses the store.
    """
    return attrs.evolve(web, uses=[db])


@pytest.fixture(name="at")
def at_fixture():
    """
    Where the store is.
    """
    return External(host=HOST, credentials=CREDENTIALS)


@pytest.fixture(name="elsewhere")
def elsewhere_fixture(desired, user, db):
    """
    The desired state of a part and of the store that it uses and that the
    environment has elsewhere.
    """

    def elsewhere(at):
        environment = Environment("dev", overrides=[db.override(at=at)])
        return desired(user, db, environment=environment)

    return elsewhere
