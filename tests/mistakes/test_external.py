"""
Mistakes in stores that somebody else runs, in full texts.
"""

import attrs
import pytest

from tests.elsewhere import CREDENTIALS, HOST

from mizzen import (
    Backup,
    Client,
    Credentials,
    External,
    FromSecret,
    Postgres,
    Redis,
    SpecError,
    Tls,
)


class TestMistakes:
    @pytest.mark.parametrize(
        "host",
        [
            *(
                "",
                "a b",
                "10.0.0.0/8",
                "2001:db8::/32",
                "10.0.0.300",
                "fe80::%1",
            ),
            *("db.example.com:5432", "postgres://db", "-db", "a" * 254),
        ],
    )
    def test_host(self, host):
        """
        What is neither the name nor the address of one host is refused.
        """
        with pytest.raises(SpecError) as ei:
            External(host=host, credentials=CREDENTIALS)

        assert (
            "External: host must be a host name, an address or a later value, "
            f"like 'db.example.com' or FromConfig('key') (got {host!r})."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        ("make", "text"),
        [
            (
                lambda: External(host=5, credentials=CREDENTIALS),
                (
                    "External: host must be a host name, an address or a "
                    "later value, like 'db.example.com' or FromConfig('key') "
                    "(got 5)."
                ),
            ),
            (
                lambda: External(host=HOST, credentials="app"),
                (
                    "External: credentials must be Credentials(…), like "
                    "Credentials('app', FromConfig('password', secret=True)), "
                    "or OFF (got 'app')."
                ),
            ),
            (
                lambda: External(
                    host=HOST, credentials=CREDENTIALS, labels={"a": "b"}
                ),
                (
                    "External: labels must come with namespace, in which the "
                    "pods are (got {'a': 'b'})."
                ),
            ),
            (
                lambda: Client(
                    "reports", namespace="r", part="api", labels={"a": "b"}
                ),
                (
                    "Client 'reports': labels must be left out with part, "
                    "which has labels of its own (got {'a': 'b'})."
                ),
            ),
            (
                lambda: Client("reports", namespace="r", labels={"a b": "c"}),
                (
                    "Client 'reports': labels must be named by the key of a "
                    "label, like 'example.com/disk' (got 'a b')."
                ),
            ),
            (
                lambda: Credentials("app", "hunter2"),
                (
                    "Credentials 'app': password must be a later value, like "
                    "FromConfig('password', secret=True) (got 'str')."
                ),
            ),
            (
                lambda: Credentials("app", FromSecret("orders-db")),
                (
                    "Credentials 'app': password must name a key, like "
                    "FromSecret('orders-db', 'password') (got "
                    "FromSecret(name='orders-db', key=None))."
                ),
            ),
            (
                lambda: Tls(mode="verify-ca"),
                (
                    "Tls: ca must come with mode='verify-ca', like "
                    "FromConfig('dbAuthority'), or mode be 'verify-full' (got "
                    "None)."
                ),
            ),
            (
                lambda: Tls(mode="prefer"),
                (
                    "Tls: mode must be one of 'require', 'verify-ca', "
                    "'verify-full' (got 'prefer')."
                ),
            ),
            (
                lambda: Postgres(
                    "db", version=17, disk="1Gi", clients=["reports"]
                ),
                (
                    "Postgres 'db': clients must hold clients, like "
                    "Client('reports', namespace='reports') (got 'reports')."
                ),
            ),
            (
                lambda: Redis(
                    "db",
                    version=8,
                    disk="1Gi",
                    clients=2 * [Client("reports", namespace="reports")],
                ),
                (
                    "Redis 'db': clients must have different names (got "
                    "'reports')."
                ),
            ),
            (
                lambda: Postgres(
                    "db", version=17, disk="1Gi", at="db.example.com"
                ),
                (
                    "Postgres 'db': at must be External(…) (got "
                    "'db.example.com')."
                ),
            ),
        ],
    )
    def test_refused(self, make, text):
        """
        Each mistake says what would be right, and tells no secret.
        """
        with pytest.raises(SpecError) as ei:
            make()

        assert text == str(ei.value)

    def test_taken_name(self, desired, db, web):
        """
        The pods that administrate a store need their name for themselves.
        """
        with pytest.raises(SpecError) as ei:
            desired(db, attrs.evolve(web, name="db-administrator"))

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Service 'db-administrator' has the name of what administrates "
            "Postgres 'db'. Choose another one."
        ) == str(ei.value)

    def test_taken_disk(self, desired, db, cache):
        """
        Nor has a store the disk that they keep.
        """
        db = attrs.evolve(db, backup=Backup("@daily", disk="1Gi"))
        with pytest.raises(SpecError) as ei:
            desired(db, attrs.evolve(cache, formerly="db-backup"))

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Redis 'cache' keeps the disk of the name 'db-backup', which "
            "is that of what administrates Postgres 'db'. Choose another name "
            "for 'db'."
        ) == str(ei.value)
