"""
Values that the cluster has: fields of a pod, and keys of objects that
somebody else keeps.
"""

import re

from typing import Any

import attrs

from .._fields import typed
from .._validators import instance_of, known, refuse, subdomain


_FIELDS = (
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
)
_KEYED_FIELD = re.compile(
    r"metadata\.(labels|annotations)"
    r"\['([a-z0-9.-]+/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?'\]",
    re.ASCII,
)
_RESOURCES = tuple(
    f"{kind}.{resource}"
    for kind in ("limits", "requests")
    for resource in ("cpu", "memory", "ephemeral-storage")
)
_KEY = re.compile(r"[-._a-zA-Z0-9]{1,253}", re.ASCII)

_text = instance_of("be text", str)


def _field(inst: Any, attr: Any, value: Any) -> None:
    if not isinstance(value, str) or not _KEYED_FIELD.fullmatch(value):
        known(inst, attr.name, value, _FIELDS)


def _resource(inst: Any, attr: Any, value: Any) -> None:
    known(inst, attr.name, value, _RESOURCES)


def _key(inst: Any, attr: Any, value: Any) -> None:
    if (
        not isinstance(value, str)
        or not _KEY.fullmatch(value)
        or value.startswith("..")
        or value == "."
    ):
        rule = "be letters, digits, hyphens, underscores and dots, like 'url'"
        refuse(inst, attr.name, rule, value)


_optional_key = attrs.validators.optional(_key)


@attrs.frozen(field_transformer=typed)
class FromField:
    """
    A field of the pod that the container runs in, as a variable.

    Args:
        path:
            Path of the field, like ``"metadata.name"`` or
            ``"metadata.labels['tier']"``.

    Raises:
        SpecError: If containers cannot be given that field.

    >>> FromField("status.podIP").path
    'status.podIP'
    """

    path: str = attrs.field(validator=_field)


@attrs.frozen(field_transformer=typed)
class FromResource:
    """
    What the container is given or may use, as a variable: a number of
    bytes, or of processors, rounded up.

    Args:
        resource: Which of its resources, like ``"limits.memory"``.

    Raises:
        SpecError: If containers have no such resource.

    >>> FromResource("limits.memory").resource
    'limits.memory'
    """

    resource: str = attrs.field(validator=_resource)


@attrs.frozen(field_transformer=typed)
class FromSecret:
    """
    A Secret that somebody else keeps in the app's namespace.

    As a variable or a file it needs a *key*; as a volume it is a folder with
    a file for each of its keys. A change of it restarts those that read it
    where Reloader runs in the cluster, and nothing elsewhere.

    Args:
        name: Name of the Secret.

        key: Which of its values.

    Raises:
        SpecError: If there can be no such Secret or key.

    >>> FromSecret("billing", "token").key
    'token'
    """

    name: str = attrs.field(validator=subdomain)
    key: str | None = attrs.field(default=None, validator=_optional_key)


@attrs.frozen(field_transformer=typed)
class FromConfigMap:
    """
    A ConfigMap that somebody else keeps in the app's namespace.

    As a variable or a file it needs a *key*; as a volume it is a folder with
    a file for each of its keys. A change of it restarts those that read it
    where Reloader runs in the cluster, and nothing elsewhere.

    Args:
        name: Name of the ConfigMap.

        key: Which of its values.

    Raises:
        SpecError: If there can be no such ConfigMap or key.

    >>> FromConfigMap("ca-bundle", "ca.crt").name
    'ca-bundle'
    """

    name: str = attrs.field(validator=subdomain)
    key: str | None = attrs.field(default=None, validator=_optional_key)


@attrs.frozen(field_transformer=typed)
class FromExternalSecret:
    """
    A secret that External Secrets fetches from the store that the stack's
    file names.

    A change of it restarts those that read it where Reloader runs in the
    cluster, and nothing elsewhere.

    Args:
        key: Key in that store, like ``"shop/api"``.

        property: Field of what is found there, if it has several.

    >>> FromExternalSecret("shop/api", property="token").property
    'token'
    """

    key: str = attrs.field(validator=_text)
    property: str | None = attrs.field(
        default=None,
        kw_only=True,
        validator=attrs.validators.optional(_text),
    )


FromObject = FromSecret | FromConfigMap


def needs_key(owner: Any, what: str, value: Any) -> None:
    """
    Refuse whole objects where one of their values is wanted.
    """
    if isinstance(value, (FromSecret, FromConfigMap)) and value.key is None:
        name = type(value).__name__
        rule = f"name a key, like {name}({value.name!r}, 'password')"
        refuse(owner, what, rule, value)
