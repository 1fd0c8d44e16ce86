"""
How parts are reached: settings, and the Secrets that hold them.
"""

from collections.abc import Iterable, Mapping

import attrs

from . import _names
from ._later import (
    Generated,
    HashedName,
    Placeholder,
    Slot,
    percent_encoded,
    quoted,
)
from .spec import Part, Postgres, Redis, Service, Setting, Use


@attrs.frozen(eq=False)
class Connection:
    """
    How a part is reached.

    Attributes:
        settings: Values by field, in the order of ``connection_fields``.

        content: Content of the Secret that holds them, for stores.

        secret: Name of that Secret.
    """

    settings: Mapping[str, str]
    content: Mapping[str, str]
    secret: str


def _service_connection(part: Service) -> Connection:
    port = part.listens[0]
    settings = {
        "host": part.name,
        "port": str(port.number),
        "url": f"{port.application}://{part.name}:{port.number}",
    }
    return Connection(settings, {}, "")


def _store_connection(part: Postgres | Redis) -> Connection:
    source = part.password_from or Generated(f"{part.name} password")
    scheme, port, database, user = (
        ("postgresql", "5432", part.database, "app")
        if isinstance(part, Postgres)
        else ("redis", "6379", "0", "default")
    )
    settings = {
        "host": part.name,
        "port": port,
        "database": database,
        "user": user,
        "password": Placeholder.of(source),
        "url": Placeholder.of(
            f"{scheme}://{user}:",
            Slot(source, percent_encoded),
            f"@{part.name}:{port}/{database}",
        ),
    }
    content = dict(settings)
    if isinstance(part, Redis):
        content["redis.conf"] = Placeholder.of(
            "requirepass ", Slot(source, quoted), "\n"
        )
    secret = HashedName.of(f"{part.name}-credentials", content)

    return Connection(settings, content, secret)


def connections(parts: Iterable[Part]) -> dict[str, Connection]:
    """
    How each part that others can use is reached, by its name.
    """
    found: dict[str, Connection] = {}
    for part in parts:
        if isinstance(part, Service):
            found[part.name] = _service_connection(part)
        elif isinstance(part, (Postgres, Redis)):
            found[part.name] = _store_connection(part)
    return found


def use_settings(use: Use) -> dict[str, Setting | str]:
    """
    Environment variables that an edge gives to the part that uses.
    """
    if use.env is not None:
        return dict(use.env)
    prefix = use.prefix or _names.variable_prefix(use.part.name)
    if use.files is not None:
        return {
            f"{prefix}_{field.upper()}_FILE": f"{use.files}/{field}"
            for field in use.part.connection_fields
        }

    return {
        f"{prefix}_{field.upper()}": Setting(use.part, field)
        for field in use.part.connection_fields
    }
