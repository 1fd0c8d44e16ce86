"""
The accounts of Redis, in a real server.
"""

import pytest
import redis

from apps.conftest import Server, program

from mizzen import Redis
from mizzen.pulumi._values import derived_password

from .store_site import Site


@pytest.fixture(name="cache_site")
def _cache_site(tmp_path):
    """
    A Redis server as it starts in the cluster.
    """
    site = Site(Redis("db", version=8, disk="1Gi"), tmp_path)
    (tmp_path / "redis.conf").write_text(site.administrator()["redis.conf"])

    def ready():
        settings = {
            "user": "default",
            "password": derived_password("first", "db password"),
        }
        with client(site, settings) as administrator:
            return administrator.ping()

    server = Server(
        command=[
            program("redis-server", "redis-server"),
            str(tmp_path / "redis.conf"),
            *("--port", str(site.port), "--bind", "127.0.0.1"),
            *("--dir", str(tmp_path)),
        ],
        url="",
        ready=ready,
    )
    server.start()
    yield site
    server.stop()


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
    def test_from_the_start(self, cache_site):
        """
        A server that starts knows all accounts; they use all of the data.
        """
        with client(cache_site, cache_site.connection("api")) as api:
            api.set("a", "b")
        with client(cache_site, cache_site.connection("migrate")) as migrate:
            assert "b" == migrate.get("a")
            with pytest.raises(redis.exceptions.NoPermissionError):
                migrate.config_set("maxmemory", 1)

    def test_probe(self, cache_site):
        """
        Health is asked for without any password, by one who sees nothing.
        """
        with client(
            cache_site, {"user": "probe", "password": "probe"}
        ) as probe:
            assert probe.ping()
            with pytest.raises(redis.exceptions.NoPermissionError):
                probe.get("a")

    def test_rotated(self, cache_site):
        """
        After the key has changed, both the old and the new accounts work
        without a restart, and the administrator has the new password.
        """
        old = cache_site.connection("api")
        cache_site.change_key()
        result = cache_site.set_up()
        new = cache_site.connection("api")

        assert (0, "") == (result.returncode, result.stderr)
        for settings in (old, new):
            with client(cache_site, settings) as api:
                assert api.ping()
        cache_site.previous = "lost"
        assert 0 == cache_site.set_up().returncode

    def test_lost_password(self, cache_site):
        """
        Where neither password is right, the errand says what to do.
        """
        cache_site.key = cache_site.previous = "unknown"
        result = cache_site.set_up()

        assert 1 == result.returncode
        assert result.stderr.startswith("The administrator's password is")
