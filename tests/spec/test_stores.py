"""
Parts that keep data.
"""

import attrs
import pytest

from mizzen import FromConfig, Postgres, SpecError


class TestPostgres:
    @pytest.mark.parametrize(
        "database", ["", "App", "1app", "a-b", "a" * 64, 5]
    )
    def test_database(self, db, database):
        """
        Names of databases need no quotes anywhere.
        """
        with pytest.raises(SpecError) as ei:
            attrs.evolve(db, database=database)

        assert (
            "Postgres 'db': database must be lower-case letters, digits and "
            "underscores that start with a letter, like 'app' (got "
            f"{database!r})."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        "database", ["postgres", "template0", "public", "none", "pg_app"]
    )
    def test_own_names(self, db, database):
        """
        The owner of the database must be nobody whom PostgreSQL knows.
        """
        with pytest.raises(SpecError) as ei:
            attrs.evolve(db, database=database)

        assert (
            "Postgres 'db': database must be none of PostgreSQL's own names, "
            f"like 'app' (got {database!r})."
        ) == str(ei.value)

    @pytest.mark.parametrize("version", ["17", 0, 17.2, None])
    def test_version(self, version):
        """
        Versions are major ones.
        """
        with pytest.raises(SpecError) as ei:
            Postgres("db", version=version, disk="1Gi")

        assert (
            "Postgres 'db': version must be a whole number from 1 to 99, "
            f"like 17 (got {version!r})."
        ) == str(ei.value)

    def test_image(self, db):
        """
        A reference alone is no image.
        """
        with pytest.raises(SpecError) as ei:
            attrs.evolve(db, image="postgres:17")

        assert (
            "Postgres 'db': image must be Image(…), like "
            "Image('postgres:17') (got 'postgres:17')."
        ) == str(ei.value)

    def test_open_password(self, db):
        """
        A password is declared as the secret that it is.
        """
        with pytest.raises(SpecError) as ei:
            attrs.evolve(db, password_from=FromConfig("password"))

        assert (
            "Postgres 'db': password_from must be declared with secret=True "
            "(got FromConfig(key='password', secret=False))."
        ) == str(ei.value)

    def test_repr(self, db):
        """
        What is shown of a store is its kind and name.
        """
        assert "<Postgres db>" == repr(db)
