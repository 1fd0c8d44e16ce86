"""
The stream, its consumer group and the results, in a real Redis.
"""

import pytest

from worker.requests import (
    FAILURES,
    GROUP,
    REQUESTED,
    STREAM,
    VALUES,
    Request,
    Requests,
)


@pytest.fixture(name="make")
def _make(redis_client):
    """
    Make a worker's view that hardly waits for requests.
    """

    def make(consumer="one", **changes):
        return Requests(
            redis=redis_client,
            consumer=consumer,
            **{"wait_seconds": 0.01, "orphaned_seconds": 60.0, **changes},
        )

    return make


@pytest.fixture(name="requests")
def _requests(make):
    """
    The view of a worker whose group exists.
    """
    requests = make()
    requests.take()

    return requests


class TestTake:
    def test_before_any_worker(self, make, redis_client):
        """
        What was asked for before the first worker came is not lost.
        """
        redis_client.xadd(STREAM, {"index": "10"})
        requests = make()

        assert None is requests.take()
        assert "10" == requests.take().index

    def test_nothing(self, requests):
        """
        Without requests there is nothing to take.
        """
        assert None is requests.take()

    def test_order(self, requests, redis_client):
        """
        Requests are taken in the order in which they came.
        """
        for index in ("5", "3", "4"):
            redis_client.xadd(STREAM, {"index": index})

        assert ["5", "3", "4"] == [requests.take().index for _ in range(3)]

    def test_orphan(self, make, requests, redis_client):
        """
        A request whose worker died goes to another one, which learns how
        often it was delivered.
        """
        redis_client.xadd(STREAM, {"index": "10"})
        requests.take()

        orphan = make("two", orphaned_seconds=0).take()

        assert ("10", 2) == (orphan.index, orphan.deliveries)

    def test_held(self, make, requests, redis_client):
        """
        A request that a worker took just now is left to that worker.
        """
        redis_client.xadd(STREAM, {"index": "10"})
        requests.take()

        assert None is make("two").take()

    def test_lost_data(self, requests, redis_client):
        """
        After Redis lost everything, new requests are taken.
        """
        redis_client.flushall()
        redis_client.xadd(STREAM, {"index": "10"})
        requests.take()

        assert "10" == requests.take().index

    @pytest.mark.parametrize(
        ("fields", "index"),
        [({"other": "1"}, ""), ({"index": "9" * 100}, "9" * 64)],
    )
    def test_odd(self, requests, redis_client, fields, index):
        """
        What an entry asks for is cut, and nothing if it asks for nothing.
        """
        redis_client.xadd(STREAM, fields)

        assert index == requests.take().index


class TestFinish:
    @pytest.fixture(name="request_")
    def _request(self, requests, redis_client) -> Request:
        redis_client.hset(
            REQUESTED, "10", redis_client.xadd(STREAM, {"index": "10"})
        )

        return requests.take()

    def test_done(self, requests, redis_client, request_):
        """
        A value is stored, an earlier failure forgotten, and nothing is left
        of the request.
        """
        redis_client.hset(FAILURES, "10", "out of memory")
        requests.done(request_, "89")

        assert {"10": "89"} == redis_client.hgetall(VALUES)
        assert {} == redis_client.hgetall(FAILURES)
        assert {} == redis_client.hgetall(REQUESTED)
        assert 0 == redis_client.xlen(STREAM)
        assert 0 == redis_client.xpending(STREAM, GROUP)["pending"]

    def test_failed(self, requests, redis_client, request_):
        """
        A reason is stored and nothing is left of the request.
        """
        requests.failed(request_, "out of memory")

        assert {"10": "out of memory"} == redis_client.hgetall(FAILURES)
        assert {} == redis_client.hgetall(VALUES)
        assert {} == redis_client.hgetall(REQUESTED)
        assert 0 == redis_client.xlen(STREAM)
