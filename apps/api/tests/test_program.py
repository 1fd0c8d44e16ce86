"""
The API as a program: it serves, it drains, it migrates.
"""

import concurrent.futures
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time

from pathlib import Path

import httpx
import psycopg
import pytest

from api.migrations import LOCK, STEPS, migrate


@pytest.fixture(name="start")
def _start(postgres_server, redis_server):
    """
    Start the program; what still runs is killed in the end.
    """
    processes = []

    def start(*arguments, **environ):
        process = subprocess.Popen(
            [sys.executable, *arguments],
            env={
                "PYTHONPATH": os.pathsep.join(sys.path),
                "POSTGRES_URL": postgres_server.url,
                "REDIS_URL": redis_server.url,
                **environ,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)

        return process

    yield start

    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture(name="serve")
def _serve(start, free_port, patiently):
    """
    Start the server on a free port; gives the process and the address.
    """

    def serve():
        port = free_port()
        program = (
            "import os; from api import server, settings, logs;"
            "logs.configure_logging('info');"
            "server.serve(settings.Settings.of(os.environ),"
            f" '127.0.0.1', {port})"
        )
        process = start("-c", program)
        address = f"http://127.0.0.1:{port}"
        patiently(lambda: httpx.get(f"{address}/healthz").is_success)

        return process, address

    return serve


class TestServe:
    def test_drains(self, serve, postgres_server):
        """
        After SIGTERM new requests are served for a while, what is in flight
        ends well, and so does the process.
        """
        process, address = serve()
        migrate(postgres_server.url)
        with (
            psycopg.connect(postgres_server.url) as connection,
            concurrent.futures.ThreadPoolExecutor() as pool,
        ):
            connection.execute("LOCK TABLE indexes")
            process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            assert httpx.get(f"{address}/healthz").is_success

            in_flight = pool.submit(
                httpx.post,
                f"{address}/api/values",
                json={"index": 10},
                timeout=20,
            )
            time.sleep(1)
            connection.rollback()

            assert 202 == in_flight.result().status_code

        output, _ = process.communicate(timeout=20)

        assert 0 == process.returncode
        assert "request" in {
            json.loads(line)["event"] for line in output.splitlines()
        }

    def test_idle_connection(self, serve):
        """
        A connection that was idle for longer than most servers wait is still
        served: a proxy may send the next request by it, and sends none twice
        that changes something.
        """
        _, address = serve()
        connection = http.client.HTTPConnection(
            address.removeprefix("http://"), timeout=10
        )
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        # A new one is not what is asked about.
        connection.auto_open = 0
        time.sleep(7)
        connection.request("GET", "/healthz")

        assert 200 == connection.getresponse().status
        connection.close()

    def test_second_signal(self, serve):
        """
        A second signal ends it at once.
        """
        process, _ = serve()
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)

        assert 0 == process.wait(timeout=3)

    def test_without_stores(self, serve, postgres_server, redis_server):
        """
        It starts and is healthy before its stores are there.
        """
        postgres_server.crash()
        redis_server.crash()
        _, address = serve()

        assert 503 == httpx.get(f"{address}/readyz", timeout=20).status_code

    def test_memory(self, serve, postgres_server):
        """
        It stays far below the memory that it is given.
        """
        process, address = serve()
        migrate(postgres_server.url)
        for index in range(100):
            httpx.post(f"{address}/api/values", json={"index": index})
        status = Path(f"/proc/{process.pid}/status").read_text()
        [kibibytes] = re.findall(r"VmHWM:\s+(\d+) kB", status)

        assert int(kibibytes) < 100 * 1024

    def test_missing_settings(self, start):
        """
        Settings that are missing or unknown are all named.
        """
        process = start(
            *("-m", "api", "serve"),
            POSTGRES_URL="",
            REDIS_URL="",
            LOG_LEVEL="loud",
        )
        _, errors = process.communicate(timeout=20)

        assert 2 == process.returncode
        assert errors.startswith(
            "POSTGRES_URL must be set.\nREDIS_URL must be set.\n"
            "LOG_LEVEL must be one of "
        )
        assert errors.endswith("(got 'loud').\n")


class TestMigrate:
    def test_once(self, postgres_server):
        """
        Steps are applied once, however often it runs.
        """
        assert len(STEPS) == migrate(postgres_server.url)
        assert 0 == migrate(postgres_server.url)

    def test_program(self, start, postgres_server):
        """
        The program migrates and ends well, without knowing of any Redis.
        """
        process = start("-m", "api", "migrate", REDIS_URL="")
        process.communicate(timeout=20)

        assert 0 == process.returncode
        assert 0 == migrate(postgres_server.url)

    def test_secret_file(self, start, postgres_server, tmp_path):
        """
        The address may stand in a file in place of a variable.
        """
        file = tmp_path / "url"
        file.write_text(postgres_server.url)
        process = start(
            *("-m", "api", "migrate"),
            POSTGRES_URL="",
            POSTGRES_URL_FILE=str(file),
        )
        process.communicate(timeout=20)

        assert 0 == process.returncode

    def test_missing_file(self, start):
        """
        A file that is not there is named.
        """
        process = start(
            *("-m", "api", "migrate"), POSTGRES_URL_FILE="/nowhere"
        )
        _, errors = process.communicate(timeout=20)

        assert 2 == process.returncode
        assert "'/nowhere'" in errors

    def test_side_by_side(self, postgres_server):
        """
        Of several at the same time one does the work.
        """
        with concurrent.futures.ThreadPoolExecutor() as pool:
            applied = list(pool.map(migrate, [postgres_server.url] * 4))

        assert len(STEPS) == sum(applied)

    def test_waits(self, start, postgres_server, patiently):
        """
        It waits for a Postgres that comes up later.
        """
        postgres_server.crash()
        process = start("-m", "api", "migrate")
        assert "waiting for Postgres" in process.stdout.readline()
        postgres_server.start()
        process.communicate(timeout=20)

        assert 0 == process.returncode

    def test_lock(self, start, postgres_server):
        """
        It waits while another one holds the lock.
        """
        with psycopg.connect(postgres_server.url) as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            process = start("-m", "api", "migrate")
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(timeout=3)

        process.communicate(timeout=20)

        assert 0 == process.returncode
