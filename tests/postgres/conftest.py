"""
A real PostgreSQL server.
"""

import os
import subprocess

from pathlib import Path

import pytest

from apps.conftest import Server, program
from tests.store_site import Site

from mizzen import Backup, Postgres

from .support import administering


def initialize(site, initdb, data, user):
    """
    Make the files of a PostgreSQL server, with its administrator.
    """
    subprocess.run(["install", "-d", "-o", user or "", str(data)], check=True)
    password = data.with_suffix(".password")
    password.write_text(site.administrator()["password"])
    password.chmod(0o644)
    subprocess.run(
        [
            *(initdb, "-D", data, "-U", "postgres", f"--pwfile={password}"),
            *("--auth=scram-sha-256", "--no-sync"),
        ],
        check=True,
        user=user,
        stdout=subprocess.DEVNULL,
    )


@pytest.fixture(name="postgres_site")
def _postgres_site(tmp_path_factory):
    """
    Where a PostgreSQL server that is backed up will be.
    """
    store = Postgres(
        "db",
        version=17,
        disk="1Gi",
        backup=Backup("0 3 * * *", disk="1Gi", keep=2),
    )
    return Site(store, tmp_path_factory.mktemp("pg"))


@pytest.fixture(name="postgres_server")
def _postgres_server(postgres_site):
    """
    A new PostgreSQL server with an administrator.
    """
    site = postgres_site
    folders = [str(f) for f in Path("/usr/lib/postgresql").glob("*/bin")]
    user = "postgres" if os.geteuid() == 0 else None
    data = Path("/tmp") / f"mizzen-accounts-{site.port}"
    initialize(site, program("initdb", "postgresql", folders), data, user)

    def ready():
        with administering(site) as connection:
            return connection.execute("SELECT 1").fetchall()

    server = Server(
        command=[
            program("postgres", "postgresql", folders),
            *("-D", str(data), "-p", str(site.port)),
            *("-c", "unix_socket_directories=", "-c", "fsync=off"),
        ],
        url="",
        ready=ready,
        user=user,
    )
    server.start()
    yield server
    server.crash()
    subprocess.run(
        ["rm", "-rf", data, data.with_suffix(".password")], check=True
    )


@pytest.fixture(name="postgres")
def _postgres(postgres_site, postgres_server):
    """
    A new PostgreSQL server with an empty database.
    """
    with administering(postgres_site) as connection:
        connection.execute("CREATE DATABASE app")
    return postgres_site
