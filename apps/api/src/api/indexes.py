"""
The indexes that were asked for: recorded in Postgres, for good.
"""

from dataclasses import dataclass
from datetime import datetime

from psycopg_pool import AsyncConnectionPool


@dataclass(frozen=True, slots=True)
class Seen:
    """
    An index and when it was last asked for.
    """

    index: int
    requested_at: datetime


class Indexes:
    """
    The record of indexes behind *pool*.
    """

    def __init__(self, pool: AsyncConnectionPool) -> None:
        self._pool = pool

    async def record(self, index: int) -> Seen:
        """
        Write down that *index* was asked for now.
        """
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "INSERT INTO indexes (index) VALUES (%s) "
                "ON CONFLICT (index) DO UPDATE SET requested_at = now() "
                "RETURNING index, requested_at",
                [index],
            )
            [row] = await cursor.fetchall()

        return Seen(*row)

    async def find(self, index: int) -> Seen | None:
        """
        The entry of *index*, or `None` if nobody ever asked for it.
        """
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT index, requested_at FROM indexes WHERE index = %s",
                [index],
            )
            row = await cursor.fetchone()

        return Seen(*row) if row else None

    async def latest(self, limit: int) -> tuple[list[Seen], int]:
        """
        The last *limit* indexes asked for, the latest first, and how many
        there are in all.
        """
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT index, requested_at, (SELECT count(*) FROM indexes) "
                "FROM indexes ORDER BY requested_at DESC, index LIMIT %s",
                [limit],
            )
            rows = await cursor.fetchall()

        return [Seen(*row[:2]) for row in rows], rows[0][2] if rows else 0
