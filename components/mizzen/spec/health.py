"""
How a part is asked whether it works.
"""

from typing import Any

import attrs

from .._validators import refuse, texts, whole_number, words
from .values import Off


def health_command(inst: Any, attr: Any, value: Any) -> None:
    """
    A command of at least one word.
    """
    texts(inst, attr, value)
    if not value:
        refuse(inst, attr.name, "be a command, like ['healthy']", value)


def health_path_or_command(inst: Any, attr: Any, value: Any) -> None:
    """
    A path that answers, or a command that succeeds.
    """
    if not isinstance(value, str):
        health_command(inst, attr, value)
    elif not value.startswith("/"):
        refuse(inst, attr.name, "be a path, like '/healthz'", value)


STARTUP_SECONDS = 120
startup_seconds = attrs.validators.optional(
    whole_number(1, 3600, STARTUP_SECONDS)
)


def as_health(value: Any) -> Any:
    """
    *value* with commands as tuples.
    """
    return value if isinstance(value, Off) else words(value)
