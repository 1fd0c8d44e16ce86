"""
The accounts of PostgreSQL, in a real server.
"""

import psycopg
import pytest

from mizzen import Image, Worker

from .support import administering, sign_in


class TestPostgres:
    def test_shared(self, postgres):
        """
        Each part signs in under a name of its own, and what one makes the
        others can use, change and delete.
        """
        assert "" == postgres.set_up().stderr
        migrate = postgres.connection("migrate")
        api = postgres.connection("api")
        with sign_in(postgres, migrate) as connection:
            connection.execute("CREATE TABLE book (title text)")
        with sign_in(postgres, api) as connection:
            connection.execute("INSERT INTO book VALUES ('Emma')")
            connection.execute("ALTER TABLE book ADD COLUMN pages int")
            who = connection.execute(
                "SELECT session_user, current_user"
            ).fetchone()

        assert migrate["user"] != api["user"]
        assert (api["user"], "app") == who

    def test_rights(self, postgres):
        """
        No part may do what the administrator may.
        """
        postgres.set_up()
        with (
            sign_in(postgres, postgres.connection("api")) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("CREATE ROLE intruder")

    def test_long_names(self, postgres):
        """
        The name of an account is no longer than PostgreSQL has them.
        """
        image = Image("acme/it:v1")
        postgres.parts = [
            Worker(end * 52, image=image, uses=[postgres.store])
            for end in "ab"
        ]
        results = [postgres.set_up() for _ in range(2)]
        with sign_in(postgres, postgres.connection("a" * 52)) as connection:
            (user,) = connection.execute("SELECT session_user").fetchone()

        assert [(0, ""), (0, "")] == [
            (r.returncode, r.stderr) for r in results
        ]
        assert 61 == len(user)

    def test_powerful_owner(self, postgres):
        """
        Nobody may do more because a role of the name of the database may.
        """
        with administering(postgres) as connection:
            connection.execute("CREATE ROLE app SUPERUSER")
        result = postgres.set_up()

        assert 0 != result.returncode
        assert 'role "app" already exists' in result.stderr

    @pytest.mark.parametrize("restored", [False, True])
    def test_functions_of_parts(self, postgres, restored):
        """
        Wherever the database looks for functions first, the administrator
        calls none of those that parts have made.
        """
        postgres.set_up()
        with sign_in(postgres, postgres.connection("api")) as connection:
            connection.execute(
                "CREATE SCHEMA own;"
                "CREATE FUNCTION own.format(text, text, text) RETURNS text "
                "LANGUAGE plpgsql AS $$ BEGIN ALTER ROLE app SUPERUSER; "
                "RETURN pg_catalog.format($1, $2, $3); END $$;"
                "ALTER DATABASE app SET search_path TO own, pg_catalog"
            )
        if restored:
            postgres.back_up()
            postgres.restore()
        done = postgres.set_up()
        with administering(postgres) as connection:
            (powerful,) = connection.execute(
                "SELECT rolsuper FROM pg_roles WHERE rolname = 'app'"
            ).fetchone()

        assert (0, "", False) == (done.returncode, done.stderr, powerful)

    def test_read_only(self, postgres):
        """
        A database that forbids to write by default has its accounts too.
        """
        with administering(postgres) as connection:
            connection.execute(
                "ALTER DATABASE app SET default_transaction_read_only TO on"
            )
        done = postgres.set_up()

        assert (0, "") == (done.returncode, done.stderr)

    def test_again(self, postgres):
        """
        The errand may run at any time.
        """
        results = [postgres.set_up() for _ in range(2)]

        assert [(0, ""), (0, "")] == [
            (r.returncode, r.stderr) for r in results
        ]

    def test_rotated(self, postgres):
        """
        After the key has changed, both the old and the new accounts work,
        so that those who read them can be exchanged one by one; open
        connections go on; and the administrator has the new password alone.
        """
        postgres.set_up()
        old = postgres.connection("api")
        with sign_in(postgres, old) as open_connection:
            postgres.change_key()
            result = postgres.set_up()
            new = postgres.connection("api")

            assert (0, "api") == (result.returncode, new["user"][:3])
            assert old["user"] != new["user"]
            for settings in (old, new):
                with sign_in(postgres, settings) as connection:
                    assert connection.execute("SELECT 1").fetchone()
            assert open_connection.execute("SELECT 1").fetchone()
        # The new password is tried first, and the one before is not needed.
        postgres.previous = "lost"
        assert 0 == postgres.set_up().returncode

    def test_old_ones_end(self, postgres):
        """
        Old accounts may be used for one more day, and are then dropped with
        all that they hold.
        """
        postgres.set_up()
        old = postgres.connection("api")
        with sign_in(postgres, old) as connection:
            connection.execute("SET ROLE NONE")
            connection.execute("CREATE TEMPORARY TABLE own ()")
        postgres.change_key()
        postgres.set_up()
        administrator = {
            "user": "postgres",
            "database": "app",
            "password": postgres.administrator()["password"],
        }
        with sign_in(postgres, administrator) as connection:
            (left,) = connection.execute(
                "SELECT rolvaliduntil - now() < interval '1 day' "
                "FROM pg_roles WHERE rolname = %s",
                [old["user"]],
            ).fetchone()
            connection.execute(
                f"ALTER ROLE \"{old['user']}\" VALID UNTIL '2000-01-01'"
            )
            postgres.set_up()
            gone = connection.execute(
                "SELECT FROM pg_roles WHERE rolname = %s", [old["user"]]
            ).fetchall()

        assert left
        assert [] == gone

    def test_lost_password(self, postgres):
        """
        Where neither password is right, the errand says what to do.
        """
        postgres.key = postgres.previous = "unknown"
        result = postgres.set_up()

        assert 1 == result.returncode
        assert (
            "The administrator's password is neither the one that the stack "
            "gives nor the one before it. Set its key with Previous at the "
            "end."
        ) == result.stderr.splitlines()[-1]

    def test_lost_database(self, postgres):
        """
        Where the database is lost, the errand makes it, as the image does
        on a new disk.
        """
        with administering(postgres) as connection:
            connection.execute("DROP DATABASE app")
        result = postgres.set_up()
        with sign_in(postgres, postgres.connection("api")) as connection:
            connection.execute("CREATE TABLE book ()")

        assert (0, "") == (result.returncode, result.stderr)

    def test_refused(self, postgres):
        """
        Where the server refuses something else than a password, the errand
        says what, and blames no password.
        """
        with administering(postgres, "app") as connection:
            connection.execute(
                "ALTER DATABASE postgres ALLOW_CONNECTIONS false"
            )
            result = postgres.set_up()

        assert 1 == result.returncode
        assert result.stderr.endswith(
            'FATAL:  database "postgres" is not currently accepting '
            "connections\n"
        )
