"""
The worker's program: ``python -m worker``.
"""

import logging
import os
import signal
import socket
import sys
import threading

from collections.abc import Mapping
from pathlib import Path

import structlog

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from .heartbeat import beat
from .loop import run
from .requests import Requests


def configure_logging(level: str) -> None:
    """
    Write one JSON object per line to standard output.

    Raises:
        KeyError: If there is no such level.
    """
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.dict_tracebacks,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
    )


def redis_url(environ: Mapping[str, str]) -> str:
    """
    Address of Redis with its password: ``REDIS_URL``, or what the file that
    ``REDIS_URL_FILE`` names holds.

    Raises:
        KeyError: If neither is there.
        OSError: If the file cannot be read.
    """
    file = environ.get("REDIS_URL_FILE")

    return Path(file).read_text("utf-8") if file else environ["REDIS_URL"]


def connect(url: str) -> Redis:
    """
    A client that fails at once; the loop itself tries again.
    """
    return Redis.from_url(
        url,
        decode_responses=True,
        protocol=2,
        socket_timeout=5,
        socket_connect_timeout=3,
        retry=Retry(NoBackoff(), 0),
    )


def main(environ: Mapping[str, str] = os.environ) -> int:
    """
    Work until SIGTERM or SIGINT, and return the exit code.
    """
    try:
        configure_logging(environ.get("LOG_LEVEL", "info"))
        redis = connect(redis_url(environ))
    except (KeyError, OSError, ValueError) as e:
        sys.stderr.write(
            "REDIS_URL must be like 'redis://:password@redis:6379/0' and "
            f"LOG_LEVEL like 'info' ({type(e).__name__}).\n"
        )
        return 2

    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())

    consumer = socket.gethostname()
    log = structlog.get_logger(consumer=consumer)
    log.info("started")
    with redis:
        run(
            Requests(redis=redis, consumer=consumer),
            stopping=stopping,
            beat=beat,
            log=log,
        )
    log.info("stopped")

    return 0


if __name__ == "__main__":
    sys.exit(main())
