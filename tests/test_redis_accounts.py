"""
The accounts of Redis, in a real server.
"""

from functools import partial

import pytest
import redis

from apps.conftest import Server, program

from mizzen import Redis
from mizzen.pulumi._values import derived_password

from .store_site import Site


@pytest.fixture(name="cache_site")
def _cache_site(tmp_path):
    """
    Where a Redis server is.
    """
    site = Site(Redis("db", version=8, disk="1Gi"), tmp_path)
    (tmp_path / "redis.conf").write_text(site.administrator()["redis.conf"])
    return site


@pytest.fixture(name="cache_server")
def _cache_server(cache_site):
    """
    A Redis server as it starts in the cluster.
    """
    folder = cache_site.folder

    def ready():
        with administering(cache_site) as administrator:
            return administrator.ping()

    server = Server(
        command=[
            program("redis-server", "redis-server"),
            str(folder / "redis.conf"),
            *("--port", str(cache_site.port), "--bind", "127.0.0.1"),
            *("--dir", str(folder), "--appendonly", "yes"),
        ],
        url="",
        ready=ready,
    )
    server.start()
    yield server
    server.stop()


@pytest.fixture(name="cache")
def _cache(cache_site, cache_server):
    """
    A Redis server that answers.
    """
    return cache_site


def administering(site):
    """
    A client of Redis that may do everything.
    """
    password = derived_password("first", "db password")
    return client(site, {"user": "default", "password": password})


def client(site, settings):
    """
    A client of Redis with *settings*.
    """
    return redis.Redis(
        port=site.port,
        username=settings["user"],
        password=settings["password"],
        protocol=2,
        decode_responses=True,
    )


class TestRedis:
    def test_from_the_start(self, cache):
        """
        A server that starts knows all accounts; they use all of the data.
        """
        with client(cache, cache.connection("api")) as api:
            api.set("a", "b")
        with client(cache, cache.connection("migrate")) as migrate:
            assert "b" == migrate.get("a")
            with pytest.raises(redis.exceptions.NoPermissionError):
                migrate.config_set("maxmemory", 1)

    def test_probe(self, cache):
        """
        Health is asked for without any password, by one who sees nothing.
        """
        with client(cache, {"user": "probe", "password": "probe"}) as probe:
            assert probe.ping()
            with pytest.raises(redis.exceptions.NoPermissionError):
                probe.get("a")

    def test_rotated(self, cache):
        """
        After the key has changed, both the old and the new accounts work
        without a restart, and the administrator has the new password.
        """
        old = cache.connection("api")
        cache.change_key()
        result = cache.set_up()
        new = cache.connection("api")

        assert (0, "") == (result.returncode, result.stderr)
        for settings in (old, new):
            with client(cache, settings) as api:
                assert api.ping()
        cache.previous = "lost"
        assert 0 == cache.set_up().returncode

    def test_lost_password(self, cache):
        """
        Where neither password is right, the errand says what to do.
        """
        cache.key = cache.previous = "unknown"
        result = cache.set_up()

        assert 1 == result.returncode
        assert result.stderr.startswith("The administrator's password is")

    def test_loading(self, cache, cache_server):
        """
        A server that reads its disk has refused no password; the errand
        waits for it.
        """
        with administering(cache) as administrator:
            for number in range(5):
                with administrator.pipeline(transaction=False) as pipeline:
                    for each in range(4096):
                        pipeline.set(f"{number}-{each}", "")
                    pipeline.execute()
        cache_server.stop()
        cache_server.command += ["--key-load-delay", "200"]
        cache_server.ready = partial(self.is_loading, cache)
        cache_server.start()

        result = cache.set_up()

        assert (0, "") == (result.returncode, result.stderr)

    @staticmethod
    def is_loading(site):
        """
        Whether the server reads its disk.
        """
        with administering(site) as administrator:
            return administrator.info("persistence")["loading"]

    def test_refused(self, cache):
        """
        Where the server refuses something else than a password, the errand
        says what, and blames no password.
        """
        with administering(cache) as administrator:
            administrator.config_set("maxclients", 1)
            result = cache.set_up()

        assert 1 == result.returncode
        assert "ERR max number of clients reached" in result.stderr
        assert "password" not in result.stderr
