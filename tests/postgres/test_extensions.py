"""
Extensions of PostgreSQL, in a real server.
"""

import attrs
import psycopg
import pytest

from .support import administering, sign_in


@pytest.fixture(name="extended")
def _extended(postgres):
    """
    A server whose database shall have extensions, in their order: one of a
    fixed schema, one that nobody but the administrator makes, and one that
    needs the next.
    """
    extensions = ["plpgsql", "dblink", "earthdistance", "cube", "uuid-ossp"]
    postgres.store = attrs.evolve(postgres.store, extensions=extensions)

    return postgres


def versions(site):
    """
    Version of each extension of the database of the app, with its schema.
    """
    with administering(site, "app") as connection:
        return {
            name: (schema, version)
            for name, schema, version in connection.execute(
                "SELECT extname, extnamespace::regnamespace::text, extversion "
                "FROM pg_extension"
            )
        }


class TestExtensions:
    def test_made(self, extended):
        """
        The administrator makes them, with what they need, where those of the
        app look for functions; twice is like once.
        """
        with administering(extended, "app") as connection:
            connection.execute("DROP EXTENSION plpgsql")
        results = [extended.set_up() for _ in range(2)]
        with sign_in(extended, extended.connection("api")) as connection:
            (found,) = connection.execute("SELECT uuid_nil()::text").fetchone()

        assert [(0, ""), (0, "")] == [
            (r.returncode, r.stderr) for r in results
        ]
        assert "00000000-0000-0000-0000-000000000000" == found
        assert {
            "cube": "public",
            "dblink": "public",
            "earthdistance": "public",
            "plpgsql": "pg_catalog",
            "uuid-ossp": "public",
        } == {name: schema for name, (schema, _) in versions(extended).items()}

    def test_old(self, extended):
        """
        One of an older version becomes that of the image.
        """
        with administering(extended, "app") as connection:
            connection.execute("CREATE EXTENSION cube VERSION '1.2'")
            ((newest,),) = connection.execute(
                "SELECT default_version FROM pg_available_extensions "
                "WHERE name = 'cube'"
            )
        result = extended.set_up()

        assert (0, "") == (result.returncode, result.stderr)
        assert "1.2" != newest
        assert ("public", newest) == versions(extended)["cube"]

    def test_unknown(self, extended):
        """
        What the image does not have is named, and stops the deployment.
        """
        extended.store = attrs.evolve(extended.store, extensions=["postgis"])
        result = extended.set_up()

        assert 0 != result.returncode
        assert 'extension "postgis" is not available' in result.stderr

    def test_restored(self, extended):
        """
        A copy from before an extension gets it when it is put back.
        """
        extensions = extended.store.extensions
        extended.store = attrs.evolve(extended.store, extensions=[])
        extended.set_up()
        assert 0 == extended.back_up().returncode
        extended.store = attrs.evolve(extended.store, extensions=extensions)
        restored = extended.restore()

        assert (0, "") == (restored.returncode, restored.stderr)
        assert {"dblink", "cube"} <= set(versions(extended))

    def test_kept(self, extended):
        """
        What a copy has of them is put back with it.
        """
        extended.set_up()
        with sign_in(extended, extended.connection("api")) as connection:
            connection.execute("CREATE TABLE box AS SELECT cube(1) AS size")
        before = versions(extended)
        assert 0 == extended.back_up().returncode
        restored = extended.restore()
        with sign_in(extended, extended.connection("api")) as connection:
            (size,) = connection.execute(
                "SELECT size::text FROM box"
            ).fetchone()

        assert (0, "") == (restored.returncode, restored.stderr)
        assert before == versions(extended)
        assert "(1)" == size

    def test_rights(self, extended):
        """
        What only the administrator may do with one, no part may.
        """
        extended.set_up()
        with (
            sign_in(extended, extended.connection("api")) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("DROP EXTENSION dblink")
