"""
The worker as a program, with a real Redis that comes and goes.
"""

import json
import os
import signal
import subprocess
import sys

import pytest

from worker.requests import FAILURES, GROUP, STREAM, VALUES


@pytest.fixture(name="start")
def _start(redis_server, tmp_path):
    """
    Start workers; those that still run are killed in the end.
    """
    processes = []

    def start(**environ):
        process = subprocess.Popen(
            [sys.executable, "-m", "worker"],
            env={
                "PYTHONPATH": os.pathsep.join(sys.path),
                "REDIS_URL": redis_server.url,
                "TMPDIR": str(tmp_path),
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


def test_answers(start, redis_client, patiently):
    """
    It computes what is asked for, up to the largest index.
    """
    start()
    for index in ("10", "1000", "100000"):
        redis_client.xadd(STREAM, {"index": index})

    patiently(lambda: redis_client.hlen(VALUES) == 3)

    assert "89" == redis_client.hget(VALUES, "10")
    assert 209 == len(redis_client.hget(VALUES, "1000"))
    assert 20_899 == len(redis_client.hget(VALUES, "100000"))


def test_poison(start, redis_client, patiently):
    """
    What it cannot compute is recorded with the reason, once, and does not
    keep it from what follows.
    """
    start()
    for index in ("abc", "10"):
        redis_client.xadd(STREAM, {"index": index})

    patiently(lambda: redis_client.hget(VALUES, "10"))

    assert {
        "abc": "Index must be a whole number from 0 to 100000 (got 'abc')."
    } == redis_client.hgetall(FAILURES)
    assert 0 == redis_client.xlen(STREAM)


def test_killed_midway(start, redis_client, patiently):
    """
    A request whose worker is killed after taking it is answered by the next.
    """
    first = start()
    patiently(lambda: redis_client.info("clients")["blocked_clients"])
    # A stopped worker is still handed the entry that it had asked for.
    first.send_signal(signal.SIGSTOP)
    redis_client.xadd(STREAM, {"index": "10"})
    patiently(lambda: redis_client.xpending(STREAM, GROUP)["pending"])
    first.kill()
    first.wait()

    assert None is redis_client.hget(VALUES, "10")

    start()

    assert "89" == patiently(lambda: redis_client.hget(VALUES, "10"))


def test_given_up(start, redis_client, patiently):
    """
    A request that killed five workers is not given to a sixth one.
    """
    redis_client.xgroup_create(STREAM, GROUP, mkstream=True)
    entry = redis_client.xadd(STREAM, {"index": "10"})
    redis_client.xreadgroup(GROUP, "dead", {STREAM: ">"})
    redis_client.xclaim(
        STREAM, GROUP, "dead", 0, [entry], retrycount=5, idle=60_000
    )
    start()

    assert "Given up: 5 workers died or were cut off." == patiently(
        lambda: redis_client.hget(FAILURES, "10")
    )


def test_redis_crash(start, redis_server, redis_client, patiently):
    """
    It outlives Redis, says so once each time, and goes on when it is back.
    """
    process = start()
    patiently(lambda: redis_client.xinfo_groups(STREAM))
    redis_server.crash()
    assert "Redis is away" in process.stdout.readline() + (
        process.stdout.readline()
    )

    redis_server.start()
    redis_client.xadd(STREAM, {"index": "10"})

    assert "89" == patiently(lambda: redis_client.hget(VALUES, "10"))
    assert "Redis is back" == json.loads(process.stdout.readline())["event"]


def test_sigterm(start, redis_client, patiently):
    """
    It ends in order when it is told to, and every line it wrote is JSON.
    """
    process = start()
    patiently(lambda: redis_client.xinfo_groups(STREAM))
    process.terminate()
    output, errors = process.communicate(timeout=20)

    assert 0 == process.returncode
    assert "" == errors
    assert ["started", "stopped"] == [
        json.loads(line)["event"] for line in output.splitlines()
    ]


def test_secret_file(start, redis_server, redis_client, patiently, tmp_path):
    """
    The address may stand in a file in place of a variable.
    """
    file = tmp_path / "url"
    file.write_text(redis_server.url)
    start(REDIS_URL="", REDIS_URL_FILE=str(file))
    redis_client.xadd(STREAM, {"index": "10"})

    patiently(lambda: redis_client.hget(VALUES, "10") == "89")


@pytest.mark.parametrize(
    "environ",
    [
        {"REDIS_URL": "nonsense"},
        {"REDIS_URL_FILE": "/nowhere"},
        {"LOG_LEVEL": "loud"},
    ],
)
def test_bad_settings(start, environ):
    """
    Settings that make no sense end it with code 2 and a hint.
    """
    process = start(**environ)
    _, errors = process.communicate(timeout=20)

    assert 2 == process.returncode
    assert errors.startswith("REDIS_URL must be like ")
