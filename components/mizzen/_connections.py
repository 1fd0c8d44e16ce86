"""
How parts are reached: settings, and the Secrets that hold them.
"""

from collections.abc import Iterable, Mapping

import attrs

from . import _names
from ._later import HashedName
from .spec import Part, Service, Setting, Store, Use
from .spec.stores import Access, Account, Server
from .spec.texts import Generated, value_of


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


def _access(part: Store) -> Access:
    source = part.password_from or Generated(f"{part.name} password")

    return Access(
        host=part.name,
        port=str(part.listens[0].number),
        administrator=Account(
            user=part.administrator, password=value_of(source)
        ),
    )


def server(part: Store) -> Server:
    """
    How the server of a store runs.
    """
    return part.server(_access(part))


def _store_connection(part: Store) -> Connection:
    access = _access(part)
    settings = part.settings(access, access.administrator)
    content = {**settings, **part.server(access).files}
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
        elif isinstance(part, Store):
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
