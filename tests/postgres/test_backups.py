"""
The copies of PostgreSQL, in a real server.
"""

import os
import signal

from concurrent.futures import ThreadPoolExecutor, wait

import psycopg
import pytest

from .support import administering, databases, sign_in


class TestBackup:
    @pytest.fixture(name="books")
    def _books(self, postgres):
        """
        A server with accounts and a table of one of them.
        """
        postgres.set_up()
        with sign_in(postgres, postgres.connection("migrate")) as connection:
            connection.execute("CREATE TABLE book (title text)")
            connection.execute("INSERT INTO book VALUES ('Emma')")
        return postgres

    def test_lost(self, books):
        """
        What was lost is back after a restore, and everybody may use it as
        before.
        """
        backed_up = books.back_up()
        with sign_in(books, books.connection("api")) as connection:
            connection.execute("DROP TABLE book")
        restored = books.restore()
        with sign_in(books, books.connection("api")) as connection:
            connection.execute("INSERT INTO book VALUES ('Persuasion')")
            titles = connection.execute("SELECT title FROM book").fetchall()

        assert (0, "") == (backed_up.returncode, backed_up.stderr)
        assert (0, "") == (restored.returncode, restored.stderr)
        assert [("Emma",), ("Persuasion",)] == titles

    def test_waits(self, books, postgres_server):
        """
        A backup waits for a server that is not reachable yet: where network
        policies take seconds to let a new pod through, each try has a new
        pod.
        """
        postgres_server.stop()
        with ThreadPoolExecutor() as pool:
            backing_up = pool.submit(books.back_up)
            wait([backing_up], timeout=2)
            postgres_server.start()
            result = backing_up.result()

        assert (0, "") == (result.returncode, result.stderr)

    def test_chosen(self, books):
        """
        A backup can be chosen by its name.
        """
        books.back_up()
        (path,) = (books.folder / "backup").iterdir()
        path.rename(path.with_name("first.dump"))
        with sign_in(books, books.connection("api")) as connection:
            connection.execute("DELETE FROM book")
        books.back_up()
        result = books.restore("first")
        with sign_in(books, books.connection("api")) as connection:
            titles = connection.execute("SELECT title FROM book").fetchall()

        assert "Restoring first." in result.stdout
        assert [("Emma",)] == titles

    def test_unknown(self, books):
        """
        Where there is no such backup, the others are listed.
        """
        folder = books.folder / "backup"
        folder.mkdir(exist_ok=True)
        (folder / "2026-11-01T03-00-00Z.dump").write_text("")
        (folder / "lost+found").mkdir()
        result = books.restore("yesterday")

        assert 1 == result.returncode
        assert (
            "There is no backup yesterday; there are:\n2026-11-01T03-00-00Z\n"
        ) == result.stderr

    @pytest.mark.parametrize(
        "accident",
        [
            "CREATE TABLE review (book text REFERENCES book (title))",
            "CREATE VIEW titles AS SELECT * FROM book",
            "CREATE SCHEMA other",
            "ALTER TABLE book DROP COLUMN title CASCADE",
        ],
        ids=["table", "view", "schema", "column"],
    )
    def test_later(self, books, accident):
        """
        What was made since the copy neither stands in the way nor stays.
        """
        with sign_in(books, books.connection("migrate")) as connection:
            connection.execute("ALTER TABLE book ADD PRIMARY KEY (title)")
        books.back_up()
        with sign_in(books, books.connection("migrate")) as connection:
            connection.execute(accident)
        restored = books.restore()
        with sign_in(books, books.connection("api")) as connection:
            titles = connection.execute("SELECT title FROM book").fetchall()
            made = connection.execute(
                "SELECT relname FROM pg_class "
                "WHERE relname IN ('review', 'titles') "
                "UNION SELECT nspname FROM pg_namespace "
                "WHERE nspname = 'other'"
            ).fetchall()

        assert (0, "") == (restored.returncode, restored.stderr)
        assert ([("Emma",)], []) == (titles, made)

    def test_owners(self, books):
        """
        What belonged to the administrator is the administrator's again,
        with extensions that nobody else may make; what belonged to somebody
        who is no more is everybody's.
        """
        with administering(books, "app") as connection:
            connection.execute("CREATE EXTENSION pg_stat_statements")
            connection.execute("CREATE TABLE audit ()")
            connection.execute("CREATE ROLE guest")
            connection.execute("CREATE TABLE scrap ()")
            connection.execute("ALTER TABLE scrap OWNER TO guest")
            connection.execute(
                'ALTER DATABASE app SET search_path TO "$user", public'
            )
        books.back_up()
        with administering(books, "app") as connection:
            connection.execute("DROP TABLE scrap")
            connection.execute("DROP ROLE guest")
        restored = books.restore()
        with sign_in(books, books.connection("api")) as connection:
            owners = connection.execute(
                "SELECT tablename, tableowner FROM pg_tables "
                "WHERE schemaname = 'public' ORDER BY 1"
            ).fetchall()
            extension = connection.execute(
                "SELECT FROM pg_extension WHERE extname = 'pg_stat_statements'"
            ).fetchall()
            path = connection.execute("SHOW search_path").fetchone()
            guest = connection.execute(
                "SELECT FROM pg_roles WHERE rolname = 'guest'"
            ).fetchall()

        assert (0, "") == (restored.returncode, restored.stderr)
        wanted = [("audit", "postgres"), ("book", "app"), ("scrap", "app")]
        assert wanted == owners
        assert ([()], []) == (extension, guest)
        assert ('"$user", public',) == path

    @pytest.mark.parametrize(
        ("granted", "made", "used"),
        [
            (
                (
                    "CREATE SCHEMA extensions;"
                    "CREATE EXTENSION citext SCHEMA extensions;"
                    "GRANT USAGE ON SCHEMA extensions TO app"
                ),
                "CREATE TABLE member (email extensions.citext)",
                "SELECT email::extensions.citext FROM member",
            ),
            (
                (
                    "CREATE EXTENSION postgres_fdw;"
                    "GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO app"
                ),
                "CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw",
                "CREATE SERVER near FOREIGN DATA WRAPPER postgres_fdw",
            ),
            (
                "CREATE SCHEMA shelves; GRANT ALL ON SCHEMA shelves TO app",
                "CREATE TABLE shelves.one ()",
                "CREATE TABLE shelves.two ()",
            ),
            (
                (
                    "CREATE SCHEMA tools; GRANT USAGE ON SCHEMA tools TO app;"
                    "CREATE FUNCTION tools.low(text) RETURNS text IMMUTABLE "
                    "LANGUAGE sql AS 'SELECT lower($1)'"
                ),
                (
                    "CREATE FUNCTION low(text) RETURNS text IMMUTABLE "
                    "LANGUAGE plpgsql AS 'BEGIN RETURN tools.low($1); END';"
                    "CREATE INDEX ON book (low(title))"
                ),
                "SELECT low(title) FROM book",
            ),
            (
                (
                    "CREATE TABLE price AS SELECT 5 AS pounds;"
                    "GRANT SELECT ON price TO app"
                ),
                "CREATE MATERIALIZED VIEW cheap AS SELECT * FROM price",
                "REFRESH MATERIALIZED VIEW cheap",
            ),
        ],
        ids=["extension", "wrapper", "schema", "index", "view"],
    )
    def test_granted(self, books, granted, made, used):
        """
        What parts made by a right that the administrator gave them is made
        again, and they have that right as before.
        """
        with administering(books, "app") as connection:
            connection.execute(granted)
        with sign_in(books, books.connection("migrate")) as connection:
            connection.execute(made)
        books.back_up()
        restored = books.restore()
        with sign_in(books, books.connection("api")) as connection:
            connection.execute(used)

        assert (0, "") == (restored.returncode, restored.stderr)

    def test_rights(self, books):
        """
        Others have the rights that they had, and those of one who is no
        more are nobody's.
        """
        with administering(books, "app") as connection:
            connection.execute('CREATE ROLE "Night Reader"; CREATE ROLE guest')
            connection.execute(
                'GRANT CONNECT ON DATABASE app TO "Night Reader"'
            )
            for role in ('"Night Reader"', "guest"):
                connection.execute(
                    f"GRANT SELECT ON book TO {role} WITH GRANT OPTION"
                )
            connection.execute(
                "CREATE FUNCTION secret() RETURNS int LANGUAGE sql "
                "AS 'SELECT 1';"
                "REVOKE ALL ON FUNCTION secret() FROM PUBLIC"
            )
        books.back_up()
        with administering(books, "app") as connection:
            connection.execute("DROP OWNED BY guest; DROP ROLE guest")
        restored = books.restore()
        with administering(books, "app") as connection:
            rights = connection.execute(
                "SELECT has_table_privilege(name, 'book', 'SELECT'), "
                "has_database_privilege(name, 'app', 'CONNECT'), "
                "has_function_privilege(name, 'secret()', 'EXECUTE') "
                "FROM (VALUES ('Night Reader')) AS role (name)"
            ).fetchone()
            rows = connection.execute(
                "SELECT FROM pg_roles WHERE rolname = 'guest'"
            ).fetchall()

        assert (0, "") == (restored.returncode, restored.stderr)
        assert (True, True, False) == rights
        assert [] == rows

    def test_objects(self, books):
        """
        Policies that bind the owner too, publications, large objects and
        event triggers are made again, each for its owner.
        """
        with sign_in(books, books.connection("migrate")) as connection:
            connection.execute(
                "CREATE POLICY none ON book USING (false);"
                "ALTER TABLE book ENABLE ROW LEVEL SECURITY;"
                "ALTER TABLE book FORCE ROW LEVEL SECURITY;"
                "CREATE PUBLICATION news FOR TABLE book;"
                "SELECT lo_create(77)"
            )
        with administering(books, "app") as connection:
            connection.execute(
                "CREATE FUNCTION noted() RETURNS event_trigger "
                "LANGUAGE plpgsql AS 'BEGIN END';"
                "CREATE EVENT TRIGGER note ON ddl_command_end "
                "EXECUTE FUNCTION noted()"
            )
        books.back_up()
        restored = books.restore()
        owners = (
            "SELECT relname, relowner FROM pg_class WHERE relname = 'book' "
            "UNION ALL SELECT pubname, pubowner FROM pg_publication "
            "UNION ALL SELECT oid::text, lomowner "
            "FROM pg_largeobject_metadata "
            "UNION ALL SELECT evtname, evtowner FROM pg_event_trigger"
        )
        with administering(books, "app") as connection:
            found = connection.execute(
                f"SELECT name, pg_get_userbyid(owner) "
                f"FROM ({owners}) AS each (name, owner)"
            ).fetchall()
            titles = connection.execute("SELECT title FROM book").fetchall()
        with sign_in(books, books.connection("api")) as connection:
            seen = connection.execute("SELECT title FROM book").fetchall()

        assert (0, "") == (restored.returncode, restored.stderr)
        assert {
            "book": "app",
            "news": "app",
            "77": "app",
            "note": "postgres",
        } == dict(found)
        assert ([("Emma",)], []) == (titles, seen)

    def test_database(self, books):
        """
        What was said of the database itself, to all or to one role, holds
        of the new one; what forbids to write does not stop its making.
        """
        read = (
            "SELECT datconnlimit, shobj_description(pg_database.oid, "
            "'pg_database'), array_agg(setrole::regrole || ':' || "
            "array_to_string(setconfig, ',') ORDER BY setrole) "
            "FROM pg_database JOIN pg_db_role_setting "
            "ON setdatabase = pg_database.oid "
            "WHERE datname = 'app' GROUP BY 1, 2"
        )
        with administering(books) as connection:
            connection.execute("CREATE ROLE reporting")
            connection.execute(
                "ALTER DATABASE app CONNECTION LIMIT 5;"
                "COMMENT ON DATABASE app IS 'It''s ours';"
                "ALTER DATABASE app SET default_transaction_read_only TO on;"
                "ALTER ROLE reporting IN DATABASE app "
                "SET statement_timeout TO '5min'"
            )
            before = connection.execute(read).fetchone()
        books.back_up()
        restored = books.restore()
        with administering(books) as connection:
            after = connection.execute(read).fetchone()

        assert (0, "") == (restored.returncode, restored.stderr)
        assert (5, "It's ours", 2) == (before[0], before[1], len(before[2]))
        assert before == after

    def test_stopped(self, books):
        """
        A restore that is told to stop, even twice, does so at once, and
        leaves nothing of the new database.
        """
        with sign_in(books, books.connection("migrate")) as connection:
            connection.execute(
                "CREATE FUNCTION slow(text) RETURNS bool LANGUAGE plpgsql "
                "AS $$ BEGIN IF current_database() <> 'app' "
                "THEN PERFORM pg_sleep(50); END IF; RETURN true; END $$;"
                "ALTER TABLE book ADD CHECK (slow(title))"
            )
        books.back_up()
        restoring = books.begin_to_restore()
        with administering(books) as connection:
            sleeps = (
                "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
            )
            while not connection.execute(sleeps).fetchall():
                assert restoring.poll() is None
            for _ in range(2):
                restoring.terminate()
            _, said = restoring.communicate(timeout=20)
            left = connection.execute(sleeps).fetchall()

        assert 143 == restoring.returncode, said
        assert [] == left
        assert {"app", "postgres"} == databases(books)

    def test_open_transactions(self, books):
        """
        Whoever holds the database open is sent away, and comes back to the
        copy; nobody may come who might not before.
        """
        books.back_up()
        with sign_in(books, books.connection("api")) as connection:
            connection.autocommit = False
            connection.execute("DELETE FROM book")
            restored = books.restore()
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT 1")
        with administering(books, "app") as connection:
            rights = connection.execute(
                "SELECT datname, datacl::text LIKE '%,=%' FROM pg_database "
                "WHERE NOT datistemplate ORDER BY 1"
            ).fetchall()

        assert (0, "") == (restored.returncode, restored.stderr)
        assert [("app", False), ("postgres", None)] == rights

    def test_dropped(self, books):
        """
        The database itself may be lost, or be left closed by a restore that
        was stopped.
        """
        books.back_up()
        with administering(books) as connection:
            connection.execute("DROP DATABASE app WITH (FORCE)")
            connection.execute('CREATE DATABASE "being-restored"')
        restored = books.restore()
        with sign_in(books, books.connection("api")) as connection:
            titles = connection.execute("SELECT title FROM book").fetchall()

        assert (0, "") == (restored.returncode, restored.stderr)
        assert [("Emma",)] == titles

    def test_broken(self, books):
        """
        A copy that is not whole changes nothing.
        """
        books.back_up()
        (path,) = (books.folder / "backup").iterdir()
        path.write_bytes(path.read_bytes()[:-200])
        restored = books.restore()
        with sign_in(books, books.connection("api")) as connection:
            connection.execute("INSERT INTO book VALUES ('Persuasion')")

        assert 0 != restored.returncode
        assert {"app", "postgres"} == databases(books)

    def test_held(self, books):
        """
        Where somebody who cannot be sent away holds the old database, it
        is open again.
        """
        books.back_up()
        settings = books.connection("api")
        with sign_in(books, settings) as connection:
            backend = connection.info.backend_pid
            os.kill(backend, signal.SIGSTOP)
            restored = books.restore()
            os.kill(backend, signal.SIGCONT)
        with sign_in(books, settings) as connection:
            titles = connection.execute("SELECT title FROM book").fetchall()

        assert 1 == restored.returncode
        assert "is being accessed by other users" in restored.stderr
        assert [("Emma",)] == titles

    def test_no_room(self, books):
        """
        Where the disk has no room for the copy beside the database, nothing
        begins.
        """
        books.back_up()
        self.enlarge(books, 2**42)
        restored = books.restore()

        assert 1 == restored.returncode
        assert restored.stderr.startswith("The disk lacks 1")
        assert restored.stderr.endswith(
            "Enlarge it, by disk=, and restore then.\n"
        )

    def test_large(self, books):
        """
        Room is counted in numbers that are as large as copies.
        """
        books.back_up()
        self.enlarge(books, 2 * 10**9)
        restored = books.restore()

        assert "out of range" not in restored.stderr
        assert restored.returncode == 0 or "The disk lacks" in restored.stderr

    @staticmethod
    def enlarge(books, size):
        """
        Let the only copy have another size.
        """
        (path,) = (books.folder / "backup").iterdir()
        with path.open("r+b") as copy:
            copy.truncate(size)

    def test_keep(self, books):
        """
        The oldest copies are removed, and so is what is no whole copy.
        """
        folder = books.folder / "backup"
        folder.mkdir(exist_ok=True)
        for name in ("2001.dump", "2002.dump", "2003.part"):
            (folder / name).write_text("")
        books.back_up()
        names = sorted(path.name for path in folder.iterdir())

        assert 2 == len(names)
        assert "2002.dump" == names[0]
