"""
What is mounted into containers: files, settings, writable folders.
"""

from typing import Any

from . import _files
from ._connections import CERTIFICATE, certificate_folder
from ._scope import Scope
from ._texts import Connections
from .spec import Use


def _file_volumes(
    key: str, owner: Any, found: Connections
) -> tuple[list[Any], list[Any]]:
    volumes: list[Any] = []
    mounts: list[Any] = []
    for number, files in enumerate(_files.file_sets(key, owner, found)):
        volume = files.kind.lower()
        if not files.own:
            volume += f"-{number}"
        source = (
            {"configMap": {"name": files.name}}
            if files.kind == "ConfigMap"
            else {"secret": {"secretName": files.name, "defaultMode": 0o440}}
        )
        volumes.append({"name": volume, **source})
        for path, key_of_path in files.paths.items():
            mounts.append(
                {
                    "name": volume,
                    "mountPath": path,
                    "subPath": key_of_path,
                    "readOnly": True,
                }
            )
    return volumes, mounts


def _use_volume(
    part: Any, use: Use, scope: Scope
) -> tuple[dict[str, Any], dict[str, Any]]:
    name = f"use-{use.part.name}"
    fields = use.part.connection_fields
    secret = {
        "secretName": scope.connections.of(use.part.name, part.name).secret,
        "defaultMode": 0o440,
        "items": [{"key": field, "path": field} for field in fields],
    }
    mount = {"name": name, "mountPath": use.files, "readOnly": True}

    return {"name": name, "secret": secret}, mount


def _certificate_volume(
    store: str, folder: str, scope: Scope
) -> tuple[dict[str, Any], dict[str, Any]]:
    name = f"authority-{store}"
    secret = {
        "secretName": scope.connections.parts[store].secret,
        "defaultMode": 0o440,
        "items": [{"key": CERTIFICATE, "path": CERTIFICATE}],
    }
    mount = {"name": name, "mountPath": folder, "readOnly": True}

    return {"name": name, "secret": secret}, mount


def volumes(part: Any, scope: Scope) -> tuple[list[Any], list[Any]]:
    found = scope.connections.seen_by(part.name)
    volumes, mounts = _file_volumes(part.name, part, found)
    for use in part.uses:
        if use.files is not None:
            volume, mount = _use_volume(part, use, scope)
            volumes.append(volume)
            mounts.append(mount)
        at = scope.external.get(use.part.name)
        if at is not None and at.certificate is not None:
            folder = certificate_folder(use.part)
            volume, mount = _certificate_volume(use.part.name, folder, scope)
            volumes.append(volume)
            mounts.append(mount)
    for number, path in enumerate(part.writable):
        name = f"writable-{number}" if number else "writable"
        volumes.append({"name": name, "emptyDir": {}})
        mounts.append({"name": name, "mountPath": path})

    return volumes, mounts
