"""
The API's program: ``python -m api serve`` and ``python -m api migrate``.
"""

import argparse
import os
import sys

from collections.abc import Mapping, Sequence

import psycopg

from .logs import configure_logging
from .migrations import migrate
from .server import serve
from .settings import Settings


# A migration has no business with Redis, and no way to it.
_NEEDED = {
    "serve": ("POSTGRES_URL", "REDIS_URL"),
    "migrate": ("POSTGRES_URL",),
}


def main(
    arguments: Sequence[str] | None = None,
    environ: Mapping[str, str] = os.environ,
) -> int:
    """
    Do what the command line says and return the exit code.
    """
    parser = argparse.ArgumentParser(prog="api", description=__doc__)
    parser.add_argument("command", choices=[*_NEEDED])
    command = parser.parse_args(arguments).command
    try:
        settings = Settings.of(environ, _NEEDED[command])
    except (ValueError, OSError) as e:
        sys.stderr.write(f"{e}\n")
        return 2

    configure_logging(settings.log_level)
    if command == "serve":
        serve(settings)
        return 0

    return run_migrations(settings)


def run_migrations(settings: Settings) -> int:
    """
    Bring the database up to date and return the exit code.
    """
    try:
        migrate(settings.postgres_url)
    except psycopg.Error as e:
        sys.stderr.write(f"Postgres could not be migrated: {e}\n")
        return 1

    return 0


if __name__ == "__main__":
    sys.exit(main())
