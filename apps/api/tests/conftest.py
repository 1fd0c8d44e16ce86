"""
The API with its real stores, served on loopback.
"""

import threading

import httpx
import pytest
import uvicorn

from api.app import create_app
from api.migrations import migrate
from api.settings import Settings


@pytest.fixture(name="settings")
def _settings(postgres_server, redis_server):
    """
    Settings for an empty Redis and a migrated, empty Postgres.
    """
    migrate(postgres_server.url)

    return Settings(
        postgres_url=postgres_server.url,
        redis_url=redis_server.url,
        log_level="info",
    )


@pytest.fixture(name="client")
def _client(settings, free_port, patiently):
    """
    A client of the API.
    """
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(create_app(settings), port=port, log_config=None)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    patiently(lambda: server.started)
    with httpx.Client(
        base_url=f"http://127.0.0.1:{port}", timeout=20
    ) as client:
        yield client
    server.should_exit = True
    thread.join()
