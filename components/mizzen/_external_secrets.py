"""
Secrets that External Secrets fetches from the store of the stack.
"""

import re

from typing import Any

from . import _names
from .environment import SecretStore
from .spec import FromExternalSecret


def file_key(path: str) -> str:
    """
    Key under which the text of a mounted file is kept; its hash tells
    paths apart that would be written alike.

    >>> file_key("/etc/app/settings.yaml")
    'settings.yaml-bf8271'
    """
    name = re.sub(r"[^-._a-zA-Z0-9]", "_", path.rpartition("/")[2])[-100:]
    return f"{name}-{_names.digest(path, 6)}"


def external_secret(
    key: str, owner: Any
) -> tuple[str, dict[str, FromExternalSecret]]:
    """
    Name of the Secret that External Secrets makes for *owner*, and what it
    holds by key; empty where nothing comes from there.
    """
    content = {
        name: value
        for name, value in owner.env.items()
        if isinstance(value, FromExternalSecret)
    }
    for path, value in owner.files.items():
        if isinstance(value, FromExternalSecret):
            content[file_key(path)] = value
    sources = {
        name: [value.key, value.property] for name, value in content.items()
    }
    return _names.hashed(f"{key}-external", sources), content


def external_secret_object(
    metadata: dict[str, Any],
    store: SecretStore,
    content: dict[str, FromExternalSecret],
) -> dict[str, Any]:
    """
    What tells External Secrets to make a Secret of the same name.
    """
    data = []
    for key, source in content.items():
        remote = {"key": source.key}
        if source.property is not None:
            remote["property"] = source.property
        data.append({"secretKey": key, "remoteRef": remote})

    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": metadata,
        "spec": {
            "refreshInterval": "1h",
            "secretStoreRef": {"kind": store.kind, "name": store.name},
            "target": {"name": metadata["name"], "creationPolicy": "Owner"},
            "data": data,
        },
    }
