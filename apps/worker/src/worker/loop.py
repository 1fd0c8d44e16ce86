"""
The worker's loop: take a request, compute, store the result.
"""

import threading

from collections.abc import Callable

from redis.exceptions import RedisError
from structlog.typing import FilteringBoundLogger

from .fibonacci import digits, fibonacci, parse_index
from .requests import Request, Requests


MOST_DELIVERIES = 5
PAUSE_SECONDS = 1.0


def answer(
    request: Request,
    requests: Requests,
    *,
    beat: Callable[[], None],
    log: FilteringBoundLogger,
) -> None:
    """
    Compute what *request* asks for and store it, or why that failed.

    Raises:
        RedisError: If nothing could be stored; the request stays as it was.
    """
    log = log.bind(index=request.index, deliveries=request.deliveries)
    if request.deliveries > MOST_DELIVERIES:
        reason = f"Given up: {MOST_DELIVERIES} workers died or were cut off."
        requests.failed(request, reason)
        log.error("given up")
        return

    try:
        value = digits(fibonacci(parse_index(request.index), beat))
    except Exception as e:  # noqa: BLE001 -- any request gets an answer
        requests.failed(request, str(e) or type(e).__name__)
        log.warning("failed", reason=str(e))
        return

    requests.done(request, value)
    log.info("computed", digits=len(value))


def run(
    requests: Requests,
    *,
    stopping: threading.Event,
    beat: Callable[[], None],
    log: FilteringBoundLogger,
) -> None:
    """
    Answer requests until *stopping* is set; the one in hand is finished.

    A Redis that is away is waited for.
    """
    reached = True
    while not stopping.is_set():
        beat()
        try:
            request = requests.take()
            if not reached:
                log.info("Redis is back")
                reached = True
            if request:
                answer(request, requests, beat=beat, log=log)
        except RedisError as e:
            if reached:
                log.warning("Redis is away", reason=str(e))
                reached = False
            stopping.wait(PAUSE_SECONDS)
