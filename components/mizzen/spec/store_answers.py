"""
What the class of a store says of one of them, by its methods.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from .._validators import describe, refuse
from ..exceptions import SpecError
from .servers import Access, Account, Errand, Server
from .stores import Store


_Answer = TypeVar("_Answer", Server, Errand)


def _said(part: Store, method: str, *known: Access | Account) -> Any:
    try:
        return getattr(part, method)(*known)
    except SpecError as error:
        msg = f"{describe(part)}: {method}: {error}"
        raise SpecError(msg).with_traceback(error.__traceback__) from None


def _answer(
    part: Store, method: str, access: Access, kind: type[_Answer]
) -> _Answer:
    """
    What *part* says by one of its methods.

    Raises:
        SpecError: If that could not be deployed.
    """
    found = _said(part, method, access)
    if not isinstance(found, kind):
        rule = f"return {kind.__name__}(…)"
        refuse(part, method, rule, type(found).__name__)
    return found


def _fields(
    part: Store, method: str, *known: Access | Account
) -> dict[str, str]:
    """
    What *part* says by one of its methods, by field.

    Raises:
        SpecError: If that could not be told anybody.
    """
    found = _said(part, method, *known)
    rule = "return text by field, like {'host': access.host}"
    if not isinstance(found, Mapping):
        refuse(part, method, rule, type(found).__name__)
    for field, text in found.items():
        if not isinstance(text, str):
            # The text itself may be a secret in the wrong type.
            refuse(part, f"{method} {field!r}", "be text", type(text).__name__)
    return dict(found)


def server_of(part: Store, access: Access) -> Server:
    """
    How the server of *part* runs.
    """
    return _answer(part, "server", access, Server)


def setup_of(part: Store, access: Access) -> Errand:
    """
    What makes the accounts of *part*.
    """
    return _answer(part, "setup", access, Errand)


def dump_of(part: Store, access: Access) -> Errand:
    """
    What writes a copy of the data of *part*.
    """
    return _answer(part, "dump", access, Errand)


def connection_of(
    part: Store, access: Access, account: Account
) -> dict[str, str]:
    """
    What a part that signs in to *part* as *account* is told.
    """
    return _fields(part, "connection", access, account)


def further_settings_of(part: Store, access: Access) -> dict[str, str]:
    """
    What parts are told of *part* by `Use.env` alone.
    """
    return _fields(part, "further_settings", access)
