"""
What the API answers, with a real Postgres and a real Redis.
"""

import json

import psycopg
import pytest

from api.values import FAILURES, REQUESTED, STREAM, VALUES


LIMITS = "Index must be a whole number from 0 to 100000"


def stream(redis_client):
    """
    The indexes that the stream has entries for.
    """
    return [fields["index"] for _, fields in redis_client.xrange(STREAM)]


@pytest.fixture(name="computed")
def _computed(redis_client):
    """
    Do what a worker does with the oldest request.
    """

    def compute(value, key=VALUES):
        [(entry, fields)] = redis_client.xrange(STREAM, count=1)
        redis_client.hset(key, fields["index"], value)
        redis_client.hdel(REQUESTED, fields["index"])
        redis_client.xdel(STREAM, entry)

    return compute


class TestPost:
    @pytest.mark.parametrize("raw", [10, "10", 10.0], ids=repr)
    def test_accepted(self, client, redis_client, raw):
        """
        An index is recorded and put on the stream.
        """
        answer = client.post("/api/values", json={"index": raw})

        assert 202 == answer.status_code
        assert "/api/values/10" == answer.headers["location"]
        assert {
            "index": 10,
            "state": "computing",
            "value": None,
            "shortened": False,
            "digits": None,
            "error": None,
        } == {
            name: value
            for name, value in answer.json().items()
            if name != "requested_at"
        }
        assert ["10"] == stream(redis_client)

    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            ('{"index": -1}', f"{LIMITS} (got -1)."),
            ('{"index": "-1"}', f"{LIMITS} (got -1)."),
            ('{"index": 1.5}', f"{LIMITS} (got 1.5)."),
            ('{"index": "abc"}', f"{LIMITS} (got abc)."),
            ('{"index": ""}', f"{LIMITS} (got nothing)."),
            ('{"index": null}', f"{LIMITS} (got nothing)."),
            ('{"index": 100001}', f"{LIMITS} (got 100001)."),
            ('{"index": true}', f"{LIMITS} (got True)."),
            ('{"index": NaN}', f"{LIMITS} (got nan)."),
            ("{}", "body.index: Field required."),
            ("", "body: Field required."),
            ("[]", "body: Input should be a valid dictionary or object"),
            ("{", "body.1: JSON decode error."),
        ],
    )
    def test_refused(self, client, redis_client, body, reason):
        """
        Anything else is refused with the reason and nothing is asked for.
        """
        answer = client.post(
            "/api/values",
            content=body,
            headers={"Content-Type": "application/json"},
        )

        assert 422 == answer.status_code
        assert answer.json()["detail"].startswith(reason)
        assert [] == stream(redis_client)

    def test_huge_number(self, client):
        """
        A number with more digits than Python reads is refused as well.
        """
        answer = client.post(
            "/api/values",
            content='{"index": ' + "9" * 4_050 + "}",
            headers={"Content-Type": "application/json"},
        )

        assert answer.status_code in {400, 422}
        assert answer.json()["detail"]

    def test_huge_body(self, client):
        """
        A large body is refused before it is read.
        """
        answer = client.post("/api/values", content=b" " * 5_000)

        assert 413 == answer.status_code
        assert "At most 4096 bytes can be sent." == answer.json()["detail"]

    def test_twice(self, client, redis_client):
        """
        What is asked for already is not asked for again.
        """
        for _ in range(3):
            client.post("/api/values", json={"index": 10})

        assert ["10"] == stream(redis_client)

    def test_done(self, client, redis_client, computed):
        """
        What is known already is answered at once.
        """
        client.post("/api/values", json={"index": 10})
        computed("89")
        answer = client.post("/api/values", json={"index": 10})

        assert ("done", "89", 2) == tuple(
            answer.json()[name] for name in ("state", "value", "digits")
        )
        assert [] == stream(redis_client)

    def test_failed_again(self, client, redis_client, computed):
        """
        What failed is tried again when somebody posts it again.
        """
        client.post("/api/values", json={"index": 10})
        computed("out of memory", FAILURES)
        answer = client.post("/api/values", json={"index": 10})

        assert "computing" == answer.json()["state"]
        assert ["10"] == stream(redis_client)
        assert not redis_client.exists(FAILURES)


class TestList:
    def test_empty(self, client):
        """
        At first there is nothing.
        """
        answer = client.get("/api/values")

        assert [] == answer.json()
        assert "0" == answer.headers["x-total-count"]

    def test_latest_first(self, client):
        """
        What was asked for last comes first, and the rest is counted.
        """
        for index in (1, 2, 3, 1):
            client.post("/api/values", json={"index": index})
        answer = client.get("/api/values", params={"limit": 2})

        assert [1, 3] == [value["index"] for value in answer.json()]
        assert "3" == answer.headers["x-total-count"]

    @pytest.mark.parametrize("limit", ["0", "501", "x"])
    def test_limit(self, client, limit):
        """
        The number of values in one answer is limited.
        """
        answer = client.get("/api/values", params={"limit": limit})

        assert 422 == answer.status_code
        assert answer.json()["detail"].startswith("query.limit: Input should")

    def test_failed(self, client, computed):
        """
        What failed stays failed and says why.
        """
        client.post("/api/values", json={"index": 10})
        computed("out of memory", FAILURES)
        [value] = client.get("/api/values").json()

        assert ("failed", "out of memory") == (value["state"], value["error"])

    @pytest.mark.parametrize(
        ("length", "shortened"), [(1_000, False), (1_001, True)]
    )
    def test_long(self, client, computed, length, shortened):
        """
        Long values are shortened here, and whole when asked for alone.
        """
        whole = "12345" * 300
        whole = whole[:length]
        client.post("/api/values", json={"index": 5_000})
        computed(whole)
        [listed] = client.get("/api/values").json()
        alone = client.get("/api/values/5000").json()

        assert (shortened, length) == (listed["shortened"], listed["digits"])
        assert (whole[:40] + "…" + whole[-40:] if shortened else whole) == (
            listed["value"]
        )
        assert (whole, False) == (alone["value"], alone["shortened"])

    def test_lost(self, client, redis_client):
        """
        What Redis lost is asked for again, once, when somebody looks.
        """
        client.post("/api/values", json={"index": 10})
        redis_client.flushall()
        for _ in range(3):
            [value] = client.get("/api/values").json()

        assert "computing" == value["state"]
        assert ["10"] == stream(redis_client)


class TestGet:
    def test_unknown(self, client):
        """
        An index that nobody asked for is not found.
        """
        answer = client.get("/api/values/7")

        assert 404 == answer.status_code
        assert "Nobody asked for index 7 yet." == answer.json()["detail"]

    @pytest.mark.parametrize("raw", ["-1", "1.5", "abc", "100001"])
    def test_refused(self, client, raw):
        """
        What is no index is refused with the reason.
        """
        answer = client.get(f"/api/values/{raw}")

        assert 422 == answer.status_code
        assert f"{LIMITS} (got {raw})." == answer.json()["detail"]


class TestStoresAway:
    def test_redis(self, client, redis_server, redis_client):
        """
        Without Redis requests get 503, but what was posted is not lost.
        """
        redis_server.crash()
        posted = client.post("/api/values", json={"index": 10})
        listed = client.get("/api/values")

        assert (503, 503) == (posted.status_code, listed.status_code)
        assert (
            "Redis cannot be reached at the moment. The index is recorded "
            "and computed once Redis is back."
        ) == posted.json()["detail"]

        redis_server.start()
        listed = client.get("/api/values")

        assert [10] == [value["index"] for value in listed.json()]
        assert ["10"] == stream(redis_client)

    def test_postgres(self, client, postgres_server, redis_client, patiently):
        """
        Without Postgres requests get 503, and soon after it is back they
        are fine again.
        """
        client.post("/api/values", json={"index": 10})
        postgres_server.crash()
        posted = client.post("/api/values", json={"index": 11})

        assert 503 == posted.status_code
        assert (
            "Postgres cannot be reached at the moment. "
            "The index was not recorded."
        ) == posted.json()["detail"]

        postgres_server.start()
        patiently(
            lambda: client.get("/api/values").status_code == 200, seconds=6
        )

        assert ["10"] == stream(redis_client)

    def test_not_migrated(self, client, postgres_server):
        """
        Without tables requests get 503.
        """
        with psycopg.connect(postgres_server.url) as connection:
            connection.execute("DROP TABLE indexes")

        assert 503 == client.get("/api/values").status_code

    def test_health(self, client, redis_server, postgres_server):
        """
        The process stays healthy without its stores; readiness names them.
        """
        assert {"postgres": "ok", "redis": "ok"} == client.get(
            "/readyz"
        ).json()

        redis_server.crash()
        postgres_server.crash()
        ready = client.get("/readyz")

        assert 200 == client.get("/healthz").status_code
        assert 503 == ready.status_code
        assert {
            "postgres": "Postgres cannot be reached at the moment.",
            "redis": "Redis cannot be reached at the moment.",
        } == ready.json()


def test_unknown_path(client):
    """
    Paths that do not exist are answered in the same form.
    """
    assert {"detail": "Not Found"} == client.get("/api/none").json()


def test_description(client):
    """
    The description of the API is served and lists its paths.
    """
    description = client.get("/api/openapi.json").json()

    assert {
        "/api/values",
        "/api/values/{index}",
        "/healthz",
        "/readyz",
    } == set(description["paths"])
    assert json.dumps(description)
