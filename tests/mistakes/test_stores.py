"""
Mistakes in stores of one's own, in full texts.
"""

import attrs
import pytest

from mizzen import Errand, Port, Server, SpecError, Store, quoted


RIGHT = {"image": "acme/it:1", "data": "/data", "ready": ["true"]}


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Own(Store):
    """
    A store whose server runs as *says* has it.
    """

    listens = (Port("own", 7000, application="tcp"),)
    scheme = "own"

    says: object = None

    def server(self, access):
        """
        Whatever the test asks for.
        """
        return self.says(access)


class TestServer:
    @pytest.mark.parametrize(
        ("field", "value", "text"),
        [
            (
                "image",
                "redis",
                (
                    "image must be an image reference with a tag or a digest, "
                    "like 'redis:8' (got 'redis')."
                ),
            ),
            (
                "data",
                "data",
                "data must be an absolute path, like '/run/data' (got 'data').",
            ),
            (
                "secrets",
                "run",
                "secrets must be an absolute path, like '/run/data' (got 'run').",
            ),
            (
                "writable",
                ["tmp"],
                "writable must be an absolute path, like '/run/data' (got 'tmp').",
            ),
            (
                "ready",
                [],
                "ready must name a program, like ['true'] (got ()).",
            ),
            ("args", [5], "args must hold text alone (got 5)."),
            (
                "user",
                0,
                (
                    "user must be a whole number from 1 to 2147483647, like "
                    "999 (got 0)."
                ),
            ),
            (
                "env",
                {"A B": "c"},
                (
                    "env must name variables by letters, digits and "
                    "underscores, like 'LOG_LEVEL' (got 'A B')."
                ),
            ),
            (
                "files",
                {"a/b": "c"},
                (
                    "files must name files by letters, digits, hyphens, dots "
                    "and underscores, like 'server.conf' (got 'a/b')."
                ),
            ),
            (
                "files",
                {"..": "c"},
                (
                    "files must name files by letters, digits, hyphens, dots "
                    "and underscores, like 'server.conf' (got '..')."
                ),
            ),
            ("files", {"a": 5}, "files 'a' must be text (got 'int')."),
            (
                "without_restart",
                ["a"],
                "without_restart must name some of its files (got 'a').",
            ),
            (
                "writable",
                ["/tmp", "/data"],
                (
                    "data, secrets and writable must be different folders "
                    "(got '/data')."
                ),
            ),
        ],
    )
    def test_refused(self, desired, field, value, text):
        """
        What no cluster could run is refused where it is said, under the name
        of the store and of its method.
        """
        store = Own(
            "it",
            version=1,
            disk="1Gi",
            says=lambda _: Server(**{**RIGHT, field: value}),
        )
        with pytest.raises(SpecError) as ei:
            desired(store)

        assert f"Own 'it': server: Server: {text}" == str(ei.value)

    def test_unused_secrets(self):
        """
        Without files, the folder of secrets is none.
        """
        assert Server(**RIGHT, writable=["/a"], secrets="/a").files == {}

    @pytest.mark.parametrize("field", ["secrets", "data"])
    def test_secrets(self, field):
        """
        With files, it is mounted at a place of its own.
        """
        with pytest.raises(SpecError, match=r"must be different folders"):
            Server(**{**RIGHT, field: "/tmp", "files": {"a": "b"}})

    @pytest.mark.parametrize(
        ("says", "text"),
        [
            (
                lambda access: f"{access.administrator.password}",
                (
                    "A value that is known only at deployment cannot be "
                    "formatted. Write '…' + value + '…' in place of "
                    "f'…{value}…'."
                ),
            ),
            (
                lambda access: quoted("a" + access.administrator.password),
                "Only a whole value can be encoded, not text around it.",
            ),
        ],
    )
    def test_password(self, desired, says, text):
        """
        So is what loses a password on its way.
        """
        store = Own("it", version=1, disk="1Gi", says=says)
        with pytest.raises(SpecError) as ei:
            desired(store)

        assert f"Own 'it': server: {text}" == str(ei.value)

    def test_something_else(self, desired):
        """
        So is what is no server.
        """
        store = Own("it", version=1, disk="1Gi", says=lambda _: None)
        with pytest.raises(SpecError) as ei:
            desired(store)

        assert (
            "Own 'it': server must return Server(…) (got 'NoneType')."
        ) == str(ei.value)


class TestErrand:
    def test_refused(self):
        """
        Programs are named.
        """
        with pytest.raises(SpecError) as ei:
            Errand(command=[])

        assert (
            "Errand: command must name a program, like ['true'] (got ())."
        ) == str(ei.value)


class TestUnfinished:
    @pytest.mark.parametrize(
        ("fields", "text"),
        [
            (
                {"listens": ()},
                "listens, like (Port('redis', 6379),).",
            ),
            (
                {"has_accounts": True},
                "setup(access), which says how has_accounts=True is kept.",
            ),
            (
                {"restore": ("put-back",)},
                (
                    "dump(access), which says how the copies for restore are "
                    "made."
                ),
            ),
            (
                {"server": Store.server},
                "server(access), which says how its server runs.",
            ),
        ],
    )
    def test_refused(self, fields, text):
        """
        A class that leaves something open says what.
        """
        kind = attrs.frozen(kw_only=True, eq=False, repr=False)(
            type("Half", (Own,), dict(fields))
        )
        with pytest.raises(SpecError) as ei:
            kind("it", version=1, disk="1Gi")

        assert f"Half 'it': its class must define {text}" == str(ei.value)

    def test_no_scheme(self):
        """
        So does one whose URLs begin with nothing.
        """

        @attrs.frozen(kw_only=True, eq=False, repr=False)
        class Half(Store):
            listens = Own.listens

        with pytest.raises(SpecError) as ei:
            Half("it", version=1, disk="1Gi")

        assert (
            "Half 'it': its class must define scheme, like 'redis'."
        ) == str(ei.value)

    def test_no_class(self):
        """
        A store is of some kind.
        """
        with pytest.raises(SpecError) as ei:
            Store("it", version=1, disk="1Gi")

        assert (
            "Store 'it': its class must define listens, like "
            "(Port('redis', 6379),)."
        ) == str(ei.value)
