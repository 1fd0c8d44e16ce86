"""
The tables in Postgres, made step by step: ``python -m api migrate``.
"""

import psycopg
import structlog
import tenacity


# Only ever added to: what is applied somewhere is never applied again.
STEPS = (
    """
    CREATE TABLE indexes (
        index integer PRIMARY KEY CHECK (index BETWEEN 0 AND 100000),
        requested_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX indexes_by_time ON indexes (requested_at DESC, index);
    """,
)
# Any number will do, as long as nobody else uses it in this database.
LOCK = 5_702_887
LOCK_TIMEOUT = "60s"
PATIENCE_SECONDS = 20

log = structlog.get_logger(__name__)


@tenacity.retry(
    retry=tenacity.retry_if_exception_type(psycopg.OperationalError),
    stop=tenacity.stop_after_delay(PATIENCE_SECONDS),
    wait=tenacity.wait_fixed(1),
    before_sleep=lambda _: log.info("waiting for Postgres"),
    reraise=True,
)
def migrate(url: str) -> int:
    """
    Apply the steps that the database at *url* lacks, all or none, and return
    how many these were.

    Several may run at the same time: one works and the others wait for it. A
    Postgres that isn't there yet is waited for, but not for ever.

    Raises:
        psycopg.Error: If Postgres stays away or refuses.
    """
    with psycopg.connect(url, connect_timeout=3) as connection:
        connection.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        connection.execute(
            "CREATE TABLE IF NOT EXISTS migrations ("
            "step integer PRIMARY KEY, "
            "applied_at timestamptz NOT NULL DEFAULT now())"
        )
        row = connection.execute("SELECT count(*) FROM migrations").fetchone()
        applied = row[0] if row else 0
        for step, statements in enumerate(STEPS[applied:], start=applied):
            connection.execute(statements)
            connection.execute(
                "INSERT INTO migrations (step) VALUES (%s)", [step]
            )
            log.info("applied", step=step)

    return len(STEPS) - applied
