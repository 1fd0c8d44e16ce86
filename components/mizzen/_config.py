"""
Configuration of containers: environment variables and files.
"""

import re

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from . import _names
from ._connections import Connection, use_settings
from ._later import HashedName
from .spec import Later, Setting
from .spec.texts import Placeholder, value_of


def _secret_reference(secret: str, key: str) -> dict[str, Any]:
    return {"secretKeyRef": {"name": secret, "key": key}}


def _setting_variable(
    name: str, setting: Setting | str, found: Mapping[str, Connection]
) -> dict[str, Any]:
    if isinstance(setting, str):
        return {"name": name, "value": setting}
    connection = found[setting.part.name]
    value = connection.settings[setting.field]
    if isinstance(value, Placeholder):
        reference = _secret_reference(connection.secret, setting.field)
        return {"name": name, "valueFrom": reference}
    return {"name": name, "value": value}


def env_secret(part: Any) -> tuple[str, dict[str, str]]:
    """
    Name and content of the Secret of the environment variables of *part*;
    the content is empty where there is nothing secret.
    """
    content = {
        name: Placeholder.of(value)
        for name, value in part.env.items()
        if isinstance(value, Later) and value.secret
    }
    return HashedName.of(f"{part.name}-env", content), dict(content)


def variables(
    part: Any, found: Mapping[str, Connection]
) -> list[dict[str, Any]]:
    """
    The ``env`` of the container of *part*: what its edges give, then what
    it says itself.
    """
    variables = [
        _setting_variable(name, setting, found)
        for use in part.uses
        for name, setting in use_settings(use).items()
    ]
    secret, content = env_secret(part) if part.env else ("", {})
    for name, value in part.env.items():
        if name in content:
            reference = _secret_reference(secret, name)
            variables.append({"name": name, "valueFrom": reference})
        elif isinstance(value, Setting):
            variables.append(_setting_variable(name, value, found))
        else:
            variables.append({"name": name, "value": value_of(value)})

    return variables


def file_key(path: str) -> str:
    """
    Key under which the text of a mounted file is kept; its hash tells
    paths apart that would be written alike.

    >>> file_key("/etc/app/settings.yaml")
    'settings.yaml-bf8271'
    """
    name = re.sub(r"[^-._a-zA-Z0-9]", "_", path.rpartition("/")[2])[-100:]
    return f"{name}-{_names.digest(path, 6)}"


def _files(part: Any, *, secret: bool) -> dict[str, str]:
    return {
        path: value_of(value)
        for path, value in part.files.items()
        if (isinstance(value, Later) and value.secret) is secret
    }


@attrs.frozen
class FileSet:
    """
    Files of one part that are kept in one object.

    Attributes:
        kind: ``"ConfigMap"`` or ``"Secret"``.

        name: Name of the object.

        content: Texts by key.

        paths: Keys by path in the container.
    """

    kind: str
    name: str
    content: Mapping[str, str]
    paths: Mapping[str, str]


def file_sets(part: Any) -> Iterator[FileSet]:
    """
    The files of *part*: plain ones in a ConfigMap, secret ones in a Secret.
    """
    for kind, suffix, secret in (
        ("ConfigMap", "files", False),
        ("Secret", "secret-files", True),
    ):
        files = _files(part, secret=secret)
        if files:
            paths = {path: file_key(path) for path in files}
            content = {paths[path]: text for path, text in files.items()}
            name = HashedName.of(f"{part.name}-{suffix}", content)
            yield FileSet(kind, name, content, paths)
