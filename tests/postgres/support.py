"""
Connections to a real PostgreSQL server.
"""

import psycopg


def administering(site, database="postgres"):
    """
    A connection as the administrator of a PostgreSQL server.
    """
    return psycopg.connect(
        host="127.0.0.1",
        port=site.port,
        user="postgres",
        dbname=database,
        password=site.administrator()["password"],
        autocommit=True,
    )


def sign_in(site, settings):
    """
    A connection to PostgreSQL with *settings*.
    """
    return psycopg.connect(
        host="127.0.0.1",
        port=site.port,
        user=settings["user"],
        dbname=settings["database"],
        password=settings["password"],
        autocommit=True,
    )


def databases(site):
    """
    The databases that take room on the disk, beside templates.
    """
    with administering(site) as connection:
        return {
            name
            for (name,) in connection.execute(
                "SELECT datname FROM pg_database WHERE NOT datistemplate"
            )
        }
