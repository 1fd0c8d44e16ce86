"""
PostgreSQL as a store.
"""

import re

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import attrs

from .._fields import typed
from .._validators import refuse, texts, words
from ..quantities import parse_bytes
from .ports import Port
from .postgres_scripts import ACCOUNTS, DUMP, RESTORE, SETUP
from .servers import (
    BACKUPS,
    ERRAND_FILES,
    Access,
    Account,
    Errand,
    Server,
)
from .stores import Store
from .texts import written
from .values import Setting


_DATABASE = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)
_EXTENSION = re.compile(r"[a-z][a-z0-9_-]{0,62}", re.ASCII)
# Its owner has the same name, which must give nobody more.
_TAKEN = ("none", "postgres", "public", "template0", "template1")
# What is here is run when the disk is new, and what is no SQL is left alone.
_SECRETS = "/docker-entrypoint-initdb.d"

# Its log of changes takes a gigabyte unless it is told otherwise.
_SMALL_DISK = "10Gi"


def _literal(text: str) -> str:
    escaped = text.replace("'", "''")
    return f"'{escaped}'"


def _row(account: Account, *, administrator: bool) -> str:
    name = "'" + account.user + "'"
    password = written(account.password, _literal)

    return (
        "INSERT INTO account VALUES ("  # noqa: S608 - of our own names
        + name
        + ", "
        + password
        + f", {administrator});\n"
    )


def _authority(access: Access) -> str:
    """
    What libpq calls ``sslrootcert``. Where nobody says it, it looks for a
    file that no image has.
    """
    if access.ca:
        return access.ca
    verified = access.tls is not None and access.tls.mode == "verify-full"

    return "system" if verified else ""


def _database(inst: Any, attr: Any, value: Any) -> None:
    if not isinstance(value, str) or not _DATABASE.fullmatch(value):
        rule = (
            "be lower-case letters, digits and underscores that start with "
            "a letter, like 'app'"
        )
        refuse(inst, attr.name, rule, value)
    if value in _TAKEN or value.startswith("pg_"):
        rule = "be none of PostgreSQL's own names, like 'app'"
        refuse(inst, attr.name, rule, value)


def _extensions(inst: Any, attr: Any, value: Any) -> None:
    texts(inst, attr, value)
    for name in value:
        if not _EXTENSION.fullmatch(name):
            rule = "hold names of extensions, like 'postgis'"
            refuse(inst, attr.name, rule, name)


@attrs.frozen(kw_only=True, eq=False, repr=False, field_transformer=typed)
class Postgres(Store):
    """
    A PostgreSQL server with one database and a disk.

    Args:
        name:
            DNS label of the store. Renaming it abandons its disk,
            unless *formerly* names the old one.

        version: Major version, 13 or later.

        disk: Size of the disk, like ``"10Gi"``. Disks never shrink.

        database: Name of the database; the default is ``"app"``.

        memory: What it is given and may use, like ``"512Mi"``.

        cpu: Processor time that is set aside for it, like ``"250m"``.

        image: Another image of the same major version.

        password_from: Secret later value; the default is derived from the
            stack's key.

        grace_seconds: Time in seconds that it has for its shutdown.

        formerly:
            Name that it had before, or several, the first one first. Its
            disk and its passwords keep the first; to leave it out later
            abandons them.

        at: `External`, where it is managed elsewhere.

        clients: Parts of other apps in the cluster that may use it.

        settings:
            Settings of ``postgresql.conf``, beside those that follow from its memory and its disk.
            Overrides merge theirs by key, and `OFF` removes one.

        backup: `Backup` at the times of a schedule.

        extensions:
            Extensions that its database has, like ``["postgis"]``, of those
            in its image. The administrator makes them, and brings them to
            the version of the image.

        nodes:
            Labels that its nodes have, and their values: text, a list of
            texts, `NotIn`, or `True` and `False` for any value and none.

        tolerations: Taints of nodes that do not keep it away; see
            `Toleration`.

        architectures: Processors that it runs on, like ``["arm64"]``; the
            default is any.

        priority_class: Name of the PriorityClass of its pods.

        pod_labels: Labels of its pods, beside those that all of them have.

        pod_annotations: Annotations of its pods.

    Raises:
        SpecError: If a field could not be deployed in any environment.

    >>> Postgres("postgres", version=17, disk="2Gi")
    <Postgres postgres>
    """

    listens: ClassVar[tuple[Port, ...]] = (
        Port("postgres", 5432, application="tcp"),
    )
    scheme: ClassVar[str] = "postgresql"
    product: ClassVar[str] = "PostgreSQL"
    administrator: ClassVar[str] = "postgres"
    lowest_version: ClassVar[int | None] = 13
    unfit_images: ClassVar[Mapping[str, str]] = {
        "alpine": "its user is not the one to whom the files on the disk "
        "belong"
    }
    has_accounts: ClassVar[bool] = True

    restore: ClassVar[tuple[str, ...]] = (
        *("sh", "-c", RESTORE),
        *(ERRAND_FILES, BACKUPS),
    )
    own_settings: ClassVar[frozenset[str]] = frozenset(
        {"data_directory", "listen_addresses", "port"}
    )

    # What others are told is the setting, which environments may change.
    database_name: str = attrs.field(  # pyright: ignore[reportIncompatibleMethodOverride]
        default="app", validator=_database, alias="database"
    )
    extensions: tuple[str, ...] = attrs.field(
        default=(), converter=words, validator=_extensions
    )

    def _log(self) -> Mapping[str, str]:
        """
        Settings that keep the log of changes from filling a small disk. They
        follow its size in one step, because each restarts the server.
        """
        small = parse_bytes(self.disk) < parse_bytes(_SMALL_DISK)

        return {"max_wal_size": "128MB"} if small else {}

    def _tuning(self) -> Iterator[str]:
        """
        Settings that follow from memory and disk, under those of the user.
        """
        kilobytes = parse_bytes(self.given_memory) // 1024
        usual = {
            "shared_buffers": f"{max(128, kilobytes // 4)}kB",
            "effective_cache_size": f"{max(8, kilobytes // 2)}kB",
            "maintenance_work_mem": (
                f"{min(1024**2, max(1024, kilobytes // 16))}kB"
            ),
            # Pods have 64 MiB of the usual kind, whatever their memory is.
            "dynamic_shared_memory_type": "sysv",
            **self._log(),
        }
        for name, value in {**usual, **self.settings}.items():
            yield "-c"
            yield f"{name}={value}"

    def dump(self, access: Access) -> Errand:
        """
        Write a copy of the database, and remove those that are too many.
        """
        keep = self.backup.keep if self.backup else 1

        return Errand(
            command=("sh", "-c", DUMP, ERRAND_FILES, BACKUPS),
            env={**self._environment(access), "KEEP": str(keep)},
            files=self.server(access).files,
        )

    def _environment(self, access: Access) -> dict[str, str]:
        wanted = " ".join(self.extensions)

        return {
            **({"EXTENSIONS": wanted} if wanted else {}),
            "PGHOST": access.host,
            "PGPORT": access.port,
            "PGUSER": access.administrator.user,
            "PGDATABASE": access.database,
            "PGCONNECT_TIMEOUT": "5",
        }

    def _accounts(self, access: Access) -> str:
        """
        SQL that gives the database an owner, and each part an account.
        """
        text = (
            f"\\set owner {self.database_name}\n"
            "CREATE TEMPORARY TABLE account (name text, password text, "
            "administrator boolean);\n"
        ) + _row(access.administrator, administrator=True)
        for account in access.accounts:
            text += _row(account, administrator=False)

        return text + ACCOUNTS

    def setup(self, access: Access) -> Errand:
        """
        Run the SQL of the accounts as the administrator.
        """
        administrator = access.administrator

        return Errand(
            command=("sh", "-c", SETUP, ERRAND_FILES),
            env=self._environment(access),
            files={
                "password": administrator.password,
                "previous": administrator.previous,
                "accounts.sql": self._accounts(access),
            },
        )

    def address(self, access: Access, account: Account) -> str:
        """
        The URL, with what libpq has to know of certificates.
        """
        url = super().address(access, account)
        if access.tls is None:
            return url
        authority = _authority(access)
        more = f"&sslrootcert={authority}" if authority else ""

        return url + f"?sslmode={access.tls.mode}{more}"

    def further_settings(self, access: Access) -> Mapping[str, str]:
        """
        What libpq's variables say of certificates.
        """
        return {
            "tls_mode": access.tls.mode if access.tls else "disable",
            "tls_ca": _authority(access),
        }

    @property
    def tls_mode(self) -> Setting:
        """
        How it proves who it is, for ``PGSSLMODE`` in `Use.env`; ``disable``
        where the way is not encrypted.
        """
        return Setting(self, "tls_mode")

    @property
    def tls_ca(self) -> Setting:
        """
        Path of the certificate of its authority, for ``PGSSLROOTCERT`` in
        `Use.env`; empty where there is none.
        """
        return Setting(self, "tls_ca")

    def server(self, access: Access) -> Server:
        """
        The official image with its data in a folder for the version.
        """
        user = access.administrator.user
        probe = ("-h", "127.0.0.1", "-U", user, "-d", self.database_name)

        return Server(
            image=f"postgres:{self.version}",
            data="/var/lib/postgresql",
            ready=("pg_isready", *probe),
            args=("postgres", *self._tuning()),
            env={
                "POSTGRES_USER": user,
                "POSTGRES_DB": self.database_name,
                "POSTGRES_PASSWORD_FILE": f"{_SECRETS}/password",
                "PGDATA": f"/var/lib/postgresql/{self.version}/docker",
            },
            secrets=_SECRETS,
            files={
                "password": access.administrator.password,
                "accounts.sql": self._accounts(access),
            },
            without_restart=("password", "accounts.sql"),
            writable=(
                "/var/run/postgresql",
                "/tmp",  # noqa: S108 - in the container
            ),
        )
