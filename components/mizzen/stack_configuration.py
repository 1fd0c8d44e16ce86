"""
Stacks, as their configuration describes them: what each key of it becomes.
"""

import hashlib
import json

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from .environment import (
    CLUSTERS,
    Cluster,
    Monitoring,
    PullSecret,
    Registry,
    SecretStore,
)
from .exceptions import SpecError, choices
from .spec import FromConfig
from .stack import Stack, Version


# What the stack's file calls it, and the argument it becomes.
_TEXTS = {
    "environment": "environment",
    "context": "context",
    "platform": "platform",
    "gateway": "gateway",
    "gatewayClass": "gateway_class",
    "ingressClass": "ingress_class",
    "ingressNamespace": "ingress_namespace",
    "internalClass": "internal_class",
    "internalIssuer": "internal_issuer",
    "issuer": "issuer",
    "loadBalancerClass": "load_balancer_class",
    "sharedStorageClass": "shared_class",
    "storageClass": "storage_class",
}


def _structured(value: Any) -> Any:
    """
    Pulumi hands lists and mappings to programs as JSON.
    """
    try:
        return json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return value


def _parse_version(value: Any) -> Version:
    return Version(
        str(value["tag"]),
        str(value["digest"]),
        tuple(map(_parse_version, value.get("previous") or ())),
    )


def _parse_versions(stack: str, value: Any) -> dict[str, Version]:
    found = _structured(value)
    try:
        return {
            str(part): _parse_version(version)
            for part, version in (found or {}).items()
        }
    except (AttributeError, KeyError, TypeError):
        msg = (
            f"Stack {stack!r}: versions must give tag and digest of each "
            "part, like 'versions: {api: {tag: v5, digest: sha256:…}}' (got "
            f"{found!r})."
        )
        raise SpecError(msg) from None


def _parse_groups(stack: str, value: Any) -> Any:
    groups = _structured(value) or {}
    if not isinstance(groups, dict):
        msg = (
            f"Stack {stack!r}: hostGroups must give names to lists of hosts, "
            f"like 'hostGroups: {{admin: [admin.example.com]}}' (got {value!r})."
        )
        raise SpecError(msg)
    return _of_stack(stack, groups)


def _parse_pull_secrets(stack: str, value: Any) -> Any:
    """
    Names, or a mapping from them to keys of the configuration.
    """
    found = _structured(value) or ()
    if not isinstance(found, dict):
        return found
    return [
        PullSecret(
            name, FromConfig(_text(stack, "pullSecrets", key), secret=True)
        )
        for name, key in found.items()
    ]


def _text(stack: str, key: str, value: Any) -> str:
    if not isinstance(value, str):
        # It may be a secret.
        msg = f"Stack {stack!r}: {key} must be text (got {type(value).__name__})."
        raise SpecError(msg)
    return value


def _cluster(stack: str, value: Any, own: Mapping[str, Cluster]) -> Cluster:
    known = {**own, **CLUSTERS}
    if not isinstance(value, str) or value not in known:
        msg = (
            f"Stack {stack!r}: cluster {value!r} is unknown; "
            f"{choices(value, known)}."
        )
        raise SpecError(msg)
    return known[value]


def _parse_registry(stack: str, value: Any) -> Registry:
    return Registry(_text(stack, "registry", value))


def _parse_secret_store(stack: str, value: Any) -> SecretStore:
    text = _text(stack, "secretStore", value)
    kind, _, name = text.rpartition("/")

    return SecretStore(name, kind=kind or "ClusterSecretStore")


def _parse_monitoring(stack: str, value: Any) -> Monitoring:
    kind, _, namespace = str(value).rpartition("/")

    return Monitoring(namespace, kind=kind or "annotations")


def _parse_list(stack: str, value: Any) -> Any:
    return _structured(value) or ()


def _parse_hosts(stack: str, value: Any) -> Any:
    return _of_stack(stack, _parse_list(stack, value)) or ()


def _parse_mapping(stack: str, value: Any) -> Any:
    return _structured(value) or {}


def _of_stack(name: str, value: Any) -> Any:
    """
    *value* with the stack's name wherever it says ``{stack}``.
    """
    if isinstance(value, str):
        return value.replace("{stack}", name)
    if isinstance(value, list):
        return [_of_stack(name, item) for item in value]
    if isinstance(value, dict):
        return {key: _of_stack(name, item) for key, item in value.items()}
    return value


# What else the stack's file says, the argument it becomes, and how.
_PARSED: dict[str, tuple[str, Callable[[str, Any], Any]]] = {
    "registry": ("registry", _parse_registry),
    "secretStore": ("secret_store", _parse_secret_store),
    "monitoring": ("monitoring", _parse_monitoring),
    "hosts": ("hosts", _parse_hosts),
    "ingressSources": ("ingress_sources", _parse_list),
    "pullSecrets": ("pull_secrets", _parse_pull_secrets),
    "acknowledge": ("acknowledge", _parse_list),
    "accepts": ("accepts", _parse_mapping),
    "adopt": ("adopt", _parse_list),
    "hostGroups": ("host_groups", _parse_groups),
    "versions": ("versions", _parse_versions),
    "digests": ("digests", _parse_mapping),
}

KEYS = frozenset(
    (*_TEXTS, *_PARSED, "cluster", "stackKey", "stackKeyPrevious")
)
"""
What mizzen reads of the configuration of a stack.
"""


def _hash(value: object) -> str:
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def parse_stack(
    name: str,
    read: Callable[[str], object],
    *,
    root: Path,
    config_keys: Iterable[str] | None,
    clusters: Mapping[str, Cluster],
    throwaway: bool = False,
) -> Stack:
    """
    The stack whose configuration *read* looks up, key by key; *clusters* are
    the kinds that the project itself describes.

    Raises:
        SpecError: If a key is missing or names something unknown.
    """
    values: dict[str, Any] = {
        argument: _text(name, key, read(key))
        for key, argument in _TEXTS.items()
        if read(key) not in (None, "")
    }
    if "environment" not in values:
        msg = (
            f"Stack {name!r} names no environment. Set environment in its "
            "file, like 'environment: dev'."
        )
        raise SpecError(msg)
    if value := read("cluster"):
        values["cluster"] = _cluster(name, value, clusters)
    for key, (argument, parse) in _PARSED.items():
        if value := read(key):
            values[argument] = parse(name, value)

    keys = None if config_keys is None else tuple(config_keys)
    hashes = {key: _hash(read(key)) for key in keys or ()}

    return Stack(
        name,
        root=root,
        config_keys=keys,
        config_hashes=hashes,
        throwaway=throwaway,
        **values,
    )
