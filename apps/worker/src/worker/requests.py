"""
What the worker and the API share in Redis: requests in, results out.

Requests are the entries of one stream, read by one consumer group. An entry
is taken off the stream in the same transaction that stores its result, so
what is on the stream is what is still to be done.
"""

import time

from dataclasses import dataclass
from typing import Any

from redis import Redis
from redis.exceptions import ResponseError


STREAM = "fibonacci:requests"
REQUESTED = "fibonacci:requested"
VALUES = "fibonacci:values"
FAILURES = "fibonacci:failures"
GROUP = "workers"


@dataclass(frozen=True, slots=True)
class Request:
    """
    One entry of the stream.

    Attributes:
        entry: Its id on the stream.

        index: What was asked for, as it was written by whoever asked.

        deliveries: How often a worker has been given it, this time included.
    """

    entry: str
    index: str
    deliveries: int = 1


def index_of(fields: dict[str, str]) -> str:
    """
    What an entry asks for; cut, because anything may be on the stream.
    """
    return fields.get("index", "")[:64]


@dataclass(kw_only=True, slots=True)
class Requests:
    """
    The requests as one worker sees them.

    Args:
        redis: A client that decodes responses.

        consumer: The worker's name, its own among all workers.

        wait_seconds: How long `take` waits for a request.

        orphaned_seconds:
            How long a request may be with a worker before another one takes
            it over.
    """

    redis: Redis
    consumer: str
    wait_seconds: float = 2.0
    orphaned_seconds: float = 10.0
    _search_due: float = 0.0

    def take(self) -> Request | None:
        """
        The next request, or `None` if there is none for a while.
        """
        try:
            return self._orphan() or self._fresh()
        except ResponseError as e:
            if not str(e).startswith("NOGROUP"):
                raise
            self._create_group()
            return None

    def done(self, request: Request, value: str) -> None:
        """
        Store the value of *request* and take it off the stream.
        """
        self._finish(request, value=value)

    def failed(self, request: Request, reason: str) -> None:
        """
        Store why *request* has no value and take it off the stream.
        """
        self._finish(request, reason=reason)

    def _finish(
        self,
        request: Request,
        *,
        value: str | None = None,
        reason: str | None = None,
    ) -> None:
        with self.redis.pipeline(transaction=True) as transaction:
            if value is not None:
                transaction.hset(VALUES, request.index, value)
                transaction.hdel(FAILURES, request.index)
            else:
                transaction.hset(FAILURES, request.index, reason)
            transaction.hdel(REQUESTED, request.index)
            transaction.xack(STREAM, GROUP, request.entry)
            transaction.xdel(STREAM, request.entry)
            transaction.execute()

    def _create_group(self) -> None:
        try:
            # From "0": what was asked for before any worker came counts too.
            self.redis.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
        except ResponseError as e:
            if not str(e).startswith("BUSYGROUP"):
                raise

    def _fresh(self) -> Request | None:
        answer: Any = self.redis.xreadgroup(
            GROUP,
            self.consumer,
            {STREAM: ">"},
            count=1,
            block=int(self.wait_seconds * 1000),
        )
        if not answer:
            return None

        [[_, [(entry, fields)]]] = answer
        return Request(entry, index_of(fields))

    def _orphan(self) -> Request | None:
        """
        A request whose worker died or was cut off.
        """
        if time.monotonic() < self._search_due:
            return None

        claimed: Any = self.redis.xautoclaim(
            STREAM,
            GROUP,
            self.consumer,
            min_idle_time=int(self.orphaned_seconds * 1000),
            count=1,
        )
        if not claimed[1]:
            self._search_due = time.monotonic() + self.orphaned_seconds / 2
            return None

        [(entry, fields)] = claimed[1]
        held: Any = self.redis.xpending_range(STREAM, GROUP, entry, entry, 1)
        return Request(entry, index_of(fields), held[0]["times_delivered"])
