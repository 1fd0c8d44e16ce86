"""
The API and the worker together: nothing is lost, whatever is killed.
"""

import os
import subprocess
import sys

import httpx
import pytest

from api import values as asked
from worker import requests as answered


class Program:
    """
    One of our programs, which can be killed and started again.
    """

    def __init__(self, command, environ):
        self._command = command
        self._environ = environ
        self._process = None

    def start(self):
        """
        Start it.
        """
        self._process = subprocess.Popen(
            [sys.executable, *self._command],
            env=self._environ,
            stdout=subprocess.DEVNULL,
        )

    def crash(self):
        """
        Kill it.
        """
        self._process.kill()
        self._process.wait()


@pytest.fixture(name="app")
def _app(postgres_server, redis_server, free_port, tmp_path, patiently):
    """
    The parts of the app by name, all running, and a client.
    """
    port = free_port()
    environ = {
        "PYTHONPATH": os.pathsep.join(sys.path),
        "POSTGRES_URL": postgres_server.url,
        "REDIS_URL": redis_server.url,
        "TMPDIR": str(tmp_path),
    }
    subprocess.run(
        [sys.executable, "-m", "api", "migrate"],
        env=environ,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    serve = (
        "import os; from api.server import serve;"
        "from api.settings import Settings;"
        f"serve(Settings.of(os.environ), '127.0.0.1', {port})"
    )
    parts = {
        "api": Program(["-c", serve], environ),
        "worker": Program(["-m", "worker"], environ),
        "redis": redis_server,
        "postgres": postgres_server,
    }
    parts["api"].start()
    parts["worker"].start()
    with httpx.Client(
        base_url=f"http://127.0.0.1:{port}", timeout=20
    ) as client:
        patiently(lambda: client.get("/readyz").is_success)
        yield parts, client
    parts["api"].crash()
    parts["worker"].crash()


def test_same_words():
    """
    Both sides use the same names in Redis.
    """
    for name in ("STREAM", "REQUESTED", "VALUES", "FAILURES"):
        assert getattr(asked, name) == getattr(answered, name)


@pytest.mark.parametrize("victim", ["api", "worker", "redis", "postgres"])
def test_killed(app, patiently, victim):
    """
    With any part killed amidst many requests, every request that was taken
    is answered in the end, and what was computed before is still there.
    """
    parts, client = app
    client.post("/api/values", json={"index": 1_000})
    patiently(lambda: client.get("/api/values/1000").json()["value"])
    taken = [1_000]
    for index in range(200):
        if index == 100:
            parts[victim].crash()
        try:
            answer = client.post("/api/values", json={"index": index})
        except httpx.TransportError:
            break
        if answer.status_code != 202:
            break
        taken.append(index)
    parts[victim].start()

    def all_done():
        listed = client.get("/api/values", params={"limit": 500}).json()
        done = {one["index"] for one in listed if one["state"] == "done"}
        return done >= set(taken)

    patiently(all_done, seconds=30)

    assert len(taken) > 100
    assert 209 == client.get("/api/values/1000").json()["digits"]


def test_redis_lost_everything(app, redis_client, patiently):
    """
    Without anything left in Redis, all values are computed again.
    """
    _, client = app
    for index in range(50):
        client.post("/api/values", json={"index": index})
    redis_client.flushall()

    patiently(
        lambda: all(
            one["state"] == "done" for one in client.get("/api/values").json()
        )
    )

    assert 50 == len(client.get("/api/values").json())
