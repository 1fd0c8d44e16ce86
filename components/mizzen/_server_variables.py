"""
Environment variables of the servers of stores and of their errands.
"""

from collections.abc import Mapping
from typing import Any

from .spec.texts import is_secret


SERVER = "server"
ACCOUNTS = "accounts"
BACKUP = "backup"


def _key(purpose: str, name: str) -> str:
    # Files of servers are not called so.
    return f"{purpose}.{name}"


def secret_variables(env: Mapping[str, str], purpose: str) -> dict[str, str]:
    """
    What of *env* a Secret has to keep, by its keys there.
    """
    return {
        _key(purpose, name): value
        for name, value in env.items()
        if is_secret(value)
    }


def variables(
    env: Mapping[str, str], purpose: str, secret: str
) -> list[dict[str, Any]]:
    """
    The environment variables *env* of a container; what is secret is in
    *secret*.
    """
    found: list[dict[str, Any]] = []
    for name, value in env.items():
        if is_secret(value):
            key = {"name": secret, "key": _key(purpose, name)}
            reference = {"secretKeyRef": key}
            found.append({"name": name, "valueFrom": reference})
        else:
            found.append({"name": name, "value": value})

    return found
