"""
Real servers for the tests of the example app, on free ports of loopback.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import psycopg
import pytest
import redis
import tenacity


T = TypeVar("T")
PASSWORD = "p@ss/word:%"
QUOTED_PASSWORD = "p%40ss%2Fword%3A%25"


def free_port() -> int:
    """
    A port that nobody listens on just now.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]

    return port


@dataclass(kw_only=True)
class Server:
    """
    A program that listens on loopback and can be killed and started again.
    """

    command: Sequence[str]
    url: str
    ready: Callable[[], object]
    crash_signal: signal.Signals = signal.SIGKILL
    user: str | None = None
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """
        Start it if it isn't running and wait until it answers.
        """
        if self._process is None:
            self._process = subprocess.Popen(
                self.command,
                user=self.user,
                group=self.user,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        try:
            patiently(self.ready, 120)
        except BaseException:
            self.crash()
            raise

    def crash(self) -> None:
        """
        End it without a chance to put anything in order.
        """
        self._end(self.crash_signal)

    def stop(self) -> None:
        """
        End it in an orderly manner.
        """
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(timeout=20)
            self._process = None


def patiently(question: Callable[[], T], seconds: float = 20) -> T:
    """
    The first answer of *question* that is true and no exception.
    """
    return tenacity.Retrying(
        stop=tenacity.stop_after_delay(seconds),
        wait=tenacity.wait_fixed(0.05),
        retry=tenacity.retry_if_exception_type()
        | tenacity.retry_if_not_result(bool),
        reraise=True,
    )(question)


def program(name: str, package: str, folders: Sequence[str] = ()) -> str:
    """
    The path of a program; the test is skipped where it isn't installed.
    """
    path = shutil.which(
        name, path=os.pathsep.join([os.environ["PATH"], *folders])
    )
    if path is None:
        pytest.skip(f"{name} is not installed (Debian's package {package})")

    return path


@pytest.fixture(name="redis_server")
def _redis_server(tmp_path: Path) -> Iterator[Server]:
    port = free_port()
    url = f"redis://:{QUOTED_PASSWORD}@127.0.0.1:{port}/0"
    client = redis.Redis.from_url(url)
    server = Server(
        command=[
            program("redis-server", "redis-server"),
            *("--port", str(port), "--bind", "127.0.0.1"),
            *("--dir", str(tmp_path), "--save", ""),
            *("--appendonly", "yes", "--appendfsync", "always"),
            *("--requirepass", PASSWORD),
        ],
        url=url,
        ready=client.ping,
    )
    server.start()
    yield server
    server.stop()
    client.close()


@pytest.fixture(name="redis_client")
def _redis_client(redis_server: Server) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(
        redis_server.url, decode_responses=True, protocol=2
    ) as client:
        yield client


@pytest.fixture(name="postgres_cluster", scope="session")
def _postgres_cluster() -> Iterator[Server]:
    folders = [
        str(folder) for folder in Path("/usr/lib/postgresql").glob("*/bin")
    ]
    initdb = program("initdb", "postgresql", folders)
    postgres = program("postgres", "postgresql", folders)
    port = free_port()
    url = f"postgresql://app:{QUOTED_PASSWORD}@127.0.0.1:{port}/postgres"
    # Postgres refuses to run as root, and pytest's folders are root's alone.
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="app-postgres-"))
    password_file = folder / "password"
    password_file.write_text(PASSWORD)
    if user:
        shutil.chown(folder, user)
        shutil.chown(password_file, user)
    subprocess.run(
        [
            *(initdb, "--pgdata", folder / "data", "--username", "app"),
            *("--auth", "scram-sha-256", "--pwfile", password_file),
            *("--encoding", "UTF8", "--no-locale", "--no-sync"),
        ],
        user=user,
        group=user,
        check=True,
        capture_output=True,
    )
    server = Server(
        command=[
            *(postgres, "-D", str(folder / "data"), "-p", str(port)),
            *("-c", "listen_addresses=127.0.0.1"),
            *("-c", "unix_socket_directories="),
        ],
        url=url,
        ready=lambda: psycopg.connect(url).close() or True,
        crash_signal=signal.SIGQUIT,
        user=user,
    )
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture(name="postgres_server")
def _postgres_server(postgres_cluster: Server) -> Server:
    """
    Postgres, running and empty.
    """
    postgres_cluster.start()
    with psycopg.connect(postgres_cluster.url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")

    return postgres_cluster


@pytest.fixture(name="patiently")
def _patiently() -> Callable[..., object]:
    """
    `patiently`, for tests: they cannot import this file.
    """
    return patiently


@pytest.fixture(name="free_port")
def _free_port() -> Callable[[], int]:
    """
    `free_port`, for tests.
    """
    return free_port
