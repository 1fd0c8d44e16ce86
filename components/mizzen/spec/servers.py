"""
How stores run, and how they are reached.
"""

from collections.abc import Mapping

import attrs

from .._fields import typed
from .._validators import words
from .external import Tls


@attrs.frozen(kw_only=True, field_transformer=typed)
class Account:
    """
    Whom a store lets in.

    Attributes:
        user: Name to sign in with.

        password: Password; known only at deployment.

        previous: The password before it, which may still be the valid one.
    """

    user: str
    password: str
    previous: str = ""


@attrs.frozen(kw_only=True, field_transformer=typed)
class Access:
    """
    How a store is reached.

    Attributes:
        host: Name or address.

        port: Port, as text.

        database: Name of the database.

        administrator: Who may do everything.

        accounts: Who else it lets in, with `Store.has_accounts`.

        tls: How it proves who it is, if it is managed elsewhere.

        ca: Path of the certificate of its authority, if it has one.
    """

    host: str
    port: str
    database: str
    administrator: Account
    accounts: tuple[Account, ...] = ()
    tls: Tls | None = None
    ca: str | None = None


@attrs.frozen(kw_only=True, field_transformer=typed)
class Server:
    """
    The container of a store.

    Args:
        image: The official image of its version.

        data: Folder in which the disk appears.

        ready: Command that succeeds when the store takes connections.

        args: Arguments of the image's entry point.

        env: Environment variables; what holds a password is kept in a
            Secret.

        secrets: Folder in which *files* appear.

        files:
            Names and texts of files; use ``+`` to put text around
            passwords.

        writable: Other folders that it may write to.

        user: Numeric user and group.
    """

    image: str
    data: str
    ready: tuple[str, ...] = attrs.field(converter=words)
    args: tuple[str, ...] = attrs.field(default=(), converter=words)
    env: Mapping[str, str] = attrs.field(factory=dict)
    secrets: str = "/run/secrets/store"
    files: Mapping[str, str] = attrs.field(factory=dict)
    writable: tuple[str, ...] = attrs.field(
        default=("/tmp",),  # noqa: S108 - in the container
        converter=words,
    )
    user: int = 999


@attrs.frozen(kw_only=True, field_transformer=typed)
class Errand:
    """
    A program that does something to a store, in a pod of its own that runs
    the store's image.

    Args:
        command: The program.

        env: Environment variables; what holds a password is kept in a
            Secret.

        files: Names and texts of files, which may hold passwords; they
            appear below `ERRAND_FILES`.
    """

    command: tuple[str, ...] = attrs.field(converter=words)
    env: Mapping[str, str] = attrs.field(factory=dict)
    files: Mapping[str, str] = attrs.field(factory=dict)


ERRAND_FILES = "/run/secrets/errand"
"""
Folder in which the files of an `Errand` appear.
"""

BACKUPS = "/backup"
"""
Folder in which copies are kept.
"""
