"""
What the class of a store says of one of them, by its methods.
"""

from typing import TypeVar

from .._validators import describe, refuse
from ..exceptions import SpecError
from .servers import Access, Errand, Server
from .stores import Store


_Answer = TypeVar("_Answer", Server, Errand)


def _answer(
    part: Store, method: str, access: Access, kind: type[_Answer]
) -> _Answer:
    """
    What *part* says by one of its methods.

    Raises:
        SpecError: If that could not be deployed.
    """
    try:
        found = getattr(part, method)(access)
    except SpecError as error:
        msg = f"{describe(part)}: {method}: {error}"
        raise SpecError(msg).with_traceback(error.__traceback__) from None
    if not isinstance(found, kind):
        rule = f"return {kind.__name__}(…)"
        refuse(part, method, rule, type(found).__name__)
    return found


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
