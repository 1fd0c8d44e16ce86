"""
The API put together.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from psycopg_pool import AsyncConnectionPool
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from .errors import HANDLERS
from .indexes import Indexes
from .middleware import LimitedBody, Logged
from .routes import Stores, router
from .settings import Settings
from .stores import PATIENCE_SECONDS
from .values import Values


def create_app(settings: Settings) -> FastAPI:
    """
    The API with the stores that *settings* name.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        pool = postgres_pool(settings.postgres_url)
        # Neither is waited for: the stores may come later than the API.
        async with pool, redis_client(settings.redis_url) as redis:
            app.state.stores = Stores(Indexes(pool), Values(redis))
            yield

    app = FastAPI(
        title="Fibonacci",
        lifespan=lifespan,
        exception_handlers=HANDLERS,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.include_router(router)
    app.add_middleware(LimitedBody)
    app.add_middleware(Logged)

    return app


def postgres_pool(url: str) -> AsyncConnectionPool:
    """
    Connections that notice within seconds when Postgres goes or comes back.
    """
    return AsyncConnectionPool(
        url,
        kwargs={
            "connect_timeout": 3,
            "keepalives_idle": 10,
            "tcp_user_timeout": 5000,
            "options": "-c statement_timeout=5000",
        },
        min_size=1,
        max_size=5,
        timeout=PATIENCE_SECONDS,
        # The pauses between attempts double until this much time is over.
        reconnect_timeout=3,
        check=AsyncConnectionPool.check_connection,
        open=False,
    )


def redis_client(url: str) -> Redis:
    """
    A client that tries a second time, on a new connection.
    """
    return Redis.from_url(
        url,
        decode_responses=True,
        protocol=2,
        socket_timeout=3,
        socket_connect_timeout=2,
        retry=Retry(NoBackoff(), 1),
    )
