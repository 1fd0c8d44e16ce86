"""
A store that is away: noticed in time and named.
"""

import asyncio

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import redis.exceptions
import structlog


PATIENCE_SECONDS = 5.0

log = structlog.get_logger(__name__)


class StoreAwayError(Exception):
    """
    A store could not do its part. The text is fit for users.
    """


@asynccontextmanager
async def reaching(store: str, consequence: str = "") -> AsyncIterator[None]:
    """
    Turn whatever goes wrong with *store* into a `StoreAwayError`.

    Args:
        store: Its name for users.

        consequence: What that means for users, as a sentence.
    """
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            yield
    except (
        OSError,  # TimeoutError included
        psycopg.Error,
        redis.exceptions.RedisError,
    ) as e:
        log.warning("store away", store=store, reason=repr(e))
        msg = f"{store} cannot be reached at the moment. {consequence}"
        raise StoreAwayError(msg.strip()) from e
