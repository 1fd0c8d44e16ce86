"""
What later values become: text, passwords and names.
"""

import base64
import hmac
import json

from collections.abc import Iterator, Mapping
from typing import Any

import pulumi

from .._later import HashedName
from .._names import DIGEST_LENGTH
from ..spec import FromConfig, FromStack
from ..spec.texts import Generated, Placeholder, Previous, Source


PASSWORD_LENGTH = 32


def derived_password(key: str, purpose: str) -> str:
    """
    The secret that *key* gives for *purpose*; letters, digits, ``-`` and
    ``_``.
    """
    digest = hmac.digest(key.encode(), purpose.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode()[:PASSWORD_LENGTH]


def keyed_name(key: str, prefix: str, content: Mapping[str, str]) -> str:
    """
    Name that changes with *content* and gives nothing of it away.
    """
    text = json.dumps(dict(content), sort_keys=True)
    digest = hmac.digest(key.encode(), text.encode(), "sha256")

    return f"{prefix}-{digest.hex()[:DIGEST_LENGTH]}"


def shown(source: Source) -> str:
    """
    *source* as the user wrote it.
    """
    if isinstance(source, FromConfig):
        return f"FromConfig({source.key!r})"
    if isinstance(source, FromStack):
        return f"FromStack({source.stack!r}, {source.output!r})"
    if isinstance(source, (Generated, Previous)):
        return source.describe()
    return f"FromProgram({source.name!r})"


def as_text(source: Source, value: object) -> str:
    """
    *value* as it stands in an environment variable or a file. Numbers are
    all of one kind to Pulumi, so that whole ones may have a fraction here.

    Raises:
        pulumi.RunError: If it is a list, a mapping or nothing at all.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (int, float)):
        return str(value)
    msg = (
        f"{shown(source)} must be text, a number, true or false (got "
        f"{type(value).__name__})."
    )
    raise pulumi.RunError(msg)


def later_parts(node: Any) -> Iterator[Placeholder | HashedName]:
    """
    All that is known later in *node*, also what its names depend on.
    """
    if isinstance(node, dict):
        for value in node.values():
            yield from later_parts(value)
    elif isinstance(node, list):
        for value in node:
            yield from later_parts(value)
    elif isinstance(node, HashedName):
        yield node
        yield from later_parts(dict(node.content))
    elif isinstance(node, Placeholder):
        yield node
