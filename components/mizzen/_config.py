"""
Environment variables of containers, and the objects that keep all that a
container reads.
"""

from collections.abc import Iterator
from typing import Any

from ._connections import SeenConnections, use_settings
from ._external_secrets import external_secret, external_secret_object
from ._files import file_sets
from ._later import HashedName
from ._scope import Scope
from ._texts import text_of
from ._volumes import container_key
from .spec import (
    FromConfigMap,
    FromExternalSecret,
    FromField,
    FromResource,
    FromSecret,
    Later,
    Part,
    Runnable,
    Setting,
    Template,
)
from .spec.texts import Placeholder, is_secret


# Values that somebody else keeps, and fields of the pod.
_ELSEWHERE = (
    FromField,
    FromResource,
    FromSecret,
    FromConfigMap,
    FromExternalSecret,
)


def _secret_reference(secret: str, key: str) -> dict[str, Any]:
    return {"secretKeyRef": {"name": secret, "key": key}}


def _setting_variable(
    name: str, setting: Setting | str, found: SeenConnections
) -> dict[str, Any]:
    if isinstance(setting, str):
        return {"name": name, "value": setting}
    connection = found[setting.part.name]
    value = connection.settings[setting.field]
    if connection.secret and isinstance(value, Placeholder):
        reference = _secret_reference(*connection.reference(setting.field))
        return {"name": name, "valueFrom": reference}
    return {"name": name, "value": value}


def env_secret(
    key: str, owner: Any, found: SeenConnections
) -> tuple[str, dict[str, str]]:
    """
    Name and content of the Secret of the environment variables of *owner*,
    a container whose objects begin with *key*; the content is empty where
    there is nothing secret.
    """
    content: dict[str, str] = {}
    for name, value in owner.env.items():
        if isinstance(value, (Later, Template)):
            text = text_of(value, found)
            if is_secret(text):
                content[name] = text
    return HashedName.of(f"{key}-env", content), content


def _reference(value: Any, external: str, key: str) -> dict[str, Any]:
    if isinstance(value, FromField):
        return {"fieldRef": {"fieldPath": value.path}}
    if isinstance(value, FromResource):
        return {"resourceFieldRef": {"resource": value.resource}}
    if isinstance(value, FromConfigMap):
        return {"configMapKeyRef": {"name": value.name, "key": value.key}}
    if isinstance(value, FromSecret):
        return _secret_reference(value.name, str(value.key))
    return _secret_reference(external, key)


def use_variables(part: Any, found: SeenConnections) -> list[dict[str, Any]]:
    """
    What the edges of *part* tell its container.
    """
    return [
        _setting_variable(name, setting, found)
        for use in part.uses
        for name, setting in use_settings(use).items()
    ]


def variables(
    key: str, owner: Any, found: SeenConnections
) -> list[dict[str, Any]]:
    """
    The environment variables that *owner* names itself.
    """
    variables: list[dict[str, Any]] = []
    if not owner.env:
        return variables
    secret, content = env_secret(key, owner, found)
    external, _ = external_secret(key, owner)
    for name, value in owner.env.items():
        if name in content:
            reference = _secret_reference(secret, name)
            variables.append({"name": name, "valueFrom": reference})
        elif isinstance(value, _ELSEWHERE):
            reference = _reference(value, external, name)
            variables.append({"name": name, "valueFrom": reference})
        elif isinstance(value, Setting):
            variables.append(_setting_variable(name, value, found))
        else:
            text = text_of(value, found)
            variables.append({"name": name, "value": text})

    return variables


def config_object(
    kind: str,
    metadata: dict[str, Any],
    content: Any,
    binary: Any = None,
) -> dict[str, Any]:
    """
    An object that never changes: other content is another object.
    """
    body = {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": metadata,
        "immutable": True,
        ("data" if kind == "ConfigMap" else "stringData"): dict(content),
    }
    if binary:
        body["binaryData"] = dict(binary)
    return body


def config_objects(
    part: Part, owner: Runnable, scope: Scope
) -> Iterator[tuple[str, dict[str, Any]]]:
    """
    Role and body of each object that *owner*, a container of *part*, reads.
    """
    found = scope.connections.seen_by(part.name)
    key = container_key(part, owner)
    if owner.env:
        name, content = env_secret(key, owner, found)
        if content:
            metadata = scope.metadata(part, name)
            yield "env", config_object("Secret", metadata, content)
    for files in file_sets(key, owner, found):
        if files.own:
            metadata = scope.metadata(part, files.name)
            body = config_object(
                files.kind, metadata, files.content, files.binary
            )
            role = "files" if files.kind == "ConfigMap" else "secret-files"
            yield role, body
    name, sources = external_secret(key, owner)
    store = scope.stack.secret_store
    if sources and store:
        metadata = scope.metadata(part, name)
        body = external_secret_object(metadata, store, sources)
        yield "external-secret", body
