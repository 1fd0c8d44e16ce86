"""
How stores run, and how they are reached.
"""

import re

from collections.abc import Mapping
from typing import Any

import attrs

from .._fields import typed
from .._validators import (
    absolute_path,
    environment_texts,
    refuse,
    texts,
    whole_number,
    words,
)
from .external import Tls
from .images import pinned


_FILE = re.compile(r"(?!\.\.?$)[-._a-zA-Z0-9]{1,253}", re.ASCII)


def _folder(inst: Any, attr: Any, value: Any) -> None:
    absolute_path(inst, attr.name, value)


def _folders(inst: Any, attr: Any, value: Any) -> None:
    texts(inst, attr, value)
    for path in value:
        absolute_path(inst, attr.name, path)


def _command(inst: Any, attr: Any, value: Any) -> None:
    texts(inst, attr, value)
    if not value:
        refuse(inst, attr.name, "name a program, like ['true']", value)


def _files(inst: Any, attr: Any, value: Mapping[Any, Any]) -> None:
    """
    Files are kept in a Secret, under their names.
    """
    for name, text in value.items():
        if not isinstance(name, str) or not _FILE.fullmatch(name):
            rule = (
                "name files by letters, digits, hyphens, dots and "
                "underscores, like 'server.conf'"
            )
            refuse(inst, attr.name, rule, name)
        if not isinstance(text, str):
            # The text itself may be a secret in the wrong type.
            kind = type(text).__name__
            refuse(inst, f"{attr.name} {name!r}", "be text", kind)


def _of_files(inst: Any, attr: Any, value: Any) -> None:
    texts(inst, attr, value)
    for name in value:
        if name not in inst.files:
            refuse(inst, attr.name, "name some of its files", name)


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

        without_restart:
            Names of those *files* for which it is never restarted, because
            it reads them when its disk is new, or `Store.setup` tells it
            what they say.

        writable: Other folders that it may write to.

        user: Numeric user and group.

    Raises:
        SpecError: If it could not run in any cluster.
    """

    image: str = attrs.field(validator=pinned)
    data: str = attrs.field(validator=_folder)
    ready: tuple[str, ...] = attrs.field(converter=words, validator=_command)
    args: tuple[str, ...] = attrs.field(
        default=(), converter=words, validator=texts
    )
    env: Mapping[str, str] = attrs.field(
        factory=dict, validator=environment_texts
    )
    secrets: str = attrs.field(default="/run/secrets/store", validator=_folder)
    files: Mapping[str, str] = attrs.field(factory=dict, validator=_files)
    without_restart: tuple[str, ...] = attrs.field(
        default=(), converter=words, validator=_of_files
    )
    writable: tuple[str, ...] = attrs.field(
        default=("/tmp",),  # noqa: S108 - in the container
        converter=words,
        validator=_folders,
    )
    user: int = attrs.field(
        default=999, validator=whole_number(1, 2**31 - 1, 999)
    )

    def __attrs_post_init__(self) -> None:
        secrets = (self.secrets,) if self.files else ()
        folders = (self.data, *secrets, *self.writable)
        twice = [path for path in folders if folders.count(path) > 1]
        if twice:
            rule = "be different folders"
            refuse(self, "data, secrets and writable", rule, twice[0])


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

    Raises:
        SpecError: If it could not run in any cluster.
    """

    command: tuple[str, ...] = attrs.field(converter=words, validator=_command)
    env: Mapping[str, str] = attrs.field(
        factory=dict, validator=environment_texts
    )
    files: Mapping[str, str] = attrs.field(factory=dict, validator=_files)


ERRAND_FILES = "/run/secrets/errand"
"""
Folder in which the files of an `Errand` appear.
"""

BACKUPS = "/backup"
"""
Folder in which copies are kept.
"""
