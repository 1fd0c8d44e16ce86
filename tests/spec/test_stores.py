"""
Parts that keep data.
"""

import attrs
import pytest

from tests.own_stores import MySql

from mizzen import FromConfig, Image, Postgres, Redis, SpecError


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

    @pytest.mark.parametrize(
        ("extensions", "rule"),
        [
            (["a b"], "hold names of extensions, like 'postgis' (got 'a b')"),
            ("postgis", "be a list, like ['postgis'] (got 'postgis')"),
        ],
    )
    def test_extensions(self, db, extensions, rule):
        """
        Names of extensions need no quotes in a shell.
        """
        with pytest.raises(SpecError) as ei:
            attrs.evolve(db, extensions=extensions)

        assert f"Postgres 'db': extensions must {rule}." == str(ei.value)

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

    @pytest.mark.parametrize("change", [attrs.evolve, Postgres.override])
    def test_no_grace(self, db, change):
        """
        A store that gets no time is killed at every restart.
        """
        with pytest.raises(SpecError) as ei:
            change(db, grace_seconds=0)

        assert (
            "Postgres 'db': grace_seconds must be a whole number from 1 to "
            "86400, like 60 (got 0)."
        ) == str(ei.value)

    @pytest.mark.parametrize("change", [attrs.evolve, Postgres.override])
    def test_other_user(self, db, change):
        """
        Images of Alpine run as another user than those of Debian.
        """
        with pytest.raises(SpecError) as ei:
            change(db, image=Image("postgres:17-alpine3.22"))

        assert (
            "Postgres 'db': image must have a tag without 'alpine', because "
            "its user is not the one to whom the files on the disk belong "
            "(got 'postgres:17-alpine3.22')."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        "reference",
        [
            "postgres:18.1",
            "registry.example.com:5000/mirror/postgres:18",
            "postgres:16-bookworm@sha256:" + 64 * "0",
            "timescale/timescaledb:2.17.2-pg18",
        ],
    )
    @pytest.mark.parametrize("change", [attrs.evolve, Postgres.override])
    def test_other_version(self, db, change, reference):
        """
        No image brings another major version to a disk.
        """
        with pytest.raises(SpecError) as ei:
            change(db, image=Image(reference))

        other = 16 if "16" in reference else 18
        assert (
            "Postgres 'db': image must be of version 17, because no other one "
            f"reads its disk; deploy Postgres('db-{other}', version={other}, "
            "…) beside it and copy the data; where the tag counts something "
            f"else, name the image by its digest alone (got {reference!r})."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        "reference",
        [
            "postgres:17.6-trixie",
            "pgvector/pgvector:0.8.1-pg17",
            "timescale/timescaledb:latest-pg17",
            "acme/postgres:2026-11-01",
            "acme/postgres:1.4.0",
            "acme/postgres:v18",
            "acme/postgres@sha256:" + 64 * "0",
        ],
    )
    def test_same_version(self, db, reference):
        """
        Images of the same version, and those whose tag says none, are taken.
        """
        found = attrs.evolve(db, image=Image(reference)).image

        assert reference == found.reference

    def test_own_version(self):
        """
        What tags of other servers count is none of mizzen's business.
        """
        store = MySql("db", version=8, disk="1Gi", image=Image("acme/db:9"))

        assert 8 == store.version

    @pytest.mark.parametrize(("kind", "lowest"), [(Postgres, 13), (Redis, 6)])
    def test_lowest(self, kind, lowest):
        """
        Servers that cannot be run are refused, and those that can are not.
        """
        with pytest.raises(SpecError) as ei:
            kind("db", version=lowest - 1, disk="1Gi")

        assert (
            f"{kind.__name__} 'db': version must be at least {lowest}, because "
            f"older servers cannot be run (got {lowest - 1})."
        ) == str(ei.value)
        assert kind("db", version=lowest, disk="1Gi").version == lowest

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
