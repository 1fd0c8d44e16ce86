"""
Parts that keep data on a disk of their own.
"""

import re

from typing import Any, ClassVar, TypedDict, Unpack

import attrs

from .._validators import (
    binary_quantity,
    dns_label,
    instance_of,
    processor_quantity,
    refuse,
    whole_number,
)
from .edges import Override, override
from .images import Image
from .values import Later, Setting


_DATABASE = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)
_OPTIONAL = attrs.validators.optional
_image = _OPTIONAL(
    instance_of("be Image(…), like Image('postgres:17')", Image)
)


def _secret(inst: Any, attr: Any, value: Any) -> None:
    if not isinstance(value, Later):
        rule = "be a later value, like FromConfig('password', secret=True)"
        refuse(inst, attr.name, rule, type(value).__name__)
    if not value.secret:
        refuse(inst, attr.name, "be declared with secret=True", value)


def _database(inst: Any, attr: Any, value: Any) -> None:
    if not isinstance(value, str) or not _DATABASE.fullmatch(value):
        rule = (
            "be lower-case letters, digits and underscores that start with "
            "a letter, like 'app'"
        )
        refuse(inst, attr.name, rule, value)


class StoreChanges(TypedDict, total=False):
    """
    Fields of a store that an environment may override.
    """

    disk: str
    memory: str | None
    cpu: str | None
    image: Image | None
    password_from: Later | None
    grace_seconds: int


@attrs.frozen(kw_only=True, eq=False, repr=False)
class _Store:
    """
    Fields that all stores share.
    """

    connection_fields: ClassVar[tuple[str, ...]] = (
        "host",
        "port",
        "database",
        "user",
        "password",
        "url",
    )

    name: str = attrs.field(kw_only=False, validator=dns_label)
    version: int = attrs.field(validator=whole_number(1, 99, 17))
    disk: str = attrs.field(validator=binary_quantity)
    memory: str | None = attrs.field(
        default=None, validator=_OPTIONAL(binary_quantity)
    )
    cpu: str | None = attrs.field(
        default=None, validator=_OPTIONAL(processor_quantity)
    )
    image: Image | None = attrs.field(default=None, validator=_image)
    password_from: Later | None = attrs.field(
        default=None, validator=_OPTIONAL(_secret)
    )
    grace_seconds: int = attrs.field(
        default=60, validator=whole_number(0, 86_400, 60)
    )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    @property
    def host(self) -> Setting:
        """
        The name under which other parts reach it, for `Use.env`.
        """
        return Setting(self, "host")

    @property
    def port(self) -> Setting:
        """
        The port that it listens on, for `Use.env`.
        """
        return Setting(self, "port")

    @property
    def user(self) -> Setting:
        """
        The user that others sign in as, for `Use.env`.
        """
        return Setting(self, "user")

    @property
    def password(self) -> Setting:
        """
        The password that others sign in with, for `Use.env`.
        """
        return Setting(self, "password")

    @property
    def url(self) -> Setting:
        """
        Address with user, password and database, for `Use.env`.
        """
        return Setting(self, "url")

    def override(self, **changes: Unpack[StoreChanges]) -> Override:
        """
        The same store with other values in one environment.

        Raises:
            SpecError: If a field is unknown or belongs to the graph.
        """
        return override(self, changes)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Postgres(_Store):
    """
    A PostgreSQL server with one database and a disk.

    Args:
        name: DNS label of the store. Renaming it abandons its disk.

        version: Major version.

        disk: Size of the disk, like ``"10Gi"``. Disks never shrink.

        database: Name of the database; the default is ``"app"``.

        memory: What it is given and may use, like ``"512Mi"``.

        cpu: Processor time that is set aside for it, like ``"250m"``.

        image: Another image of the same major version.

        password_from: Secret later value; the default is derived from the
            stack's key.

        grace_seconds: Time in seconds that it has for its shutdown.

    Raises:
        SpecError: If a field could not be deployed in any environment.

    >>> Postgres("postgres", version=17, disk="2Gi")
    <Postgres postgres>
    """

    database: str = attrs.field(default="app", validator=_database)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Redis(_Store):
    """
    A Redis server that writes every change to its disk.

    Args:
        name: DNS label of the store. Renaming it abandons its disk.

        version: Major version.

        disk: Size of the disk, like ``"1Gi"``. Disks never shrink.

        memory: What it is given; three quarters of it hold data.

        cpu: Processor time that is set aside for it, like ``"100m"``.

        image: Another image of the same major version.

        password_from: Secret later value; the default is derived from the
            stack's key.

        grace_seconds: Time in seconds that it has for its shutdown.

    Raises:
        SpecError: If a field could not be deployed in any environment.

    >>> Redis("redis", version=8, disk="1Gi")
    <Redis redis>
    """
