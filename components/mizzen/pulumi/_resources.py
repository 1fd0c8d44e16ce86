"""
From manifests to the typed resources of pulumi_kubernetes.
"""

import importlib
import re

from typing import Any

import pulumi

from ..manifests import Manifest


_HUMP = re.compile(r"(?<=[a-z0-9])([A-Z])")

# A Service is ready when its Deployment is, which is awaited. A claim may
# wait for its first pod, which waits for the claim.
_NOT_AWAITED = frozenset({"Service", "PersistentVolumeClaim"})


def _snake_case(name: str) -> str:
    return _HUMP.sub(lambda hump: f"_{hump[1]}", name).lower()


def _typed_class(manifest: Manifest) -> type[pulumi.CustomResource] | None:
    group, _, version = str(manifest.body["apiVersion"]).rpartition("/")
    package = group.partition(".")[0] or "core"
    try:
        module = importlib.import_module(
            f"pulumi_kubernetes.{package}.{version}"
        )
    except ModuleNotFoundError:
        return None

    return getattr(module, manifest.kind, None)


def _annotated(body: dict[str, Any], name: str, value: str) -> dict[str, Any]:
    metadata = body["metadata"]
    annotations = {**metadata.get("annotations", {}), name: value}

    return {**body, "metadata": {**metadata, "annotations": annotations}}


def register(
    name: str,
    manifest: Manifest,
    body: dict[str, Any],
    *,
    awaited: bool,
    opts: pulumi.ResourceOptions,
) -> pulumi.CustomResource:
    """
    The resource of *manifest*, whose resolved content is *body*.
    """
    if manifest.kind in _NOT_AWAITED or not awaited:
        body = _annotated(body, "pulumi.com/skipAwait", "true")
    typed = _typed_class(manifest)
    if typed is None:
        from pulumi_kubernetes.apiextensions import (  # noqa: PLC0415 - rare
            CustomResource,
        )

        others = dict(body)
        return CustomResource(
            name,
            api_version=others.pop("apiVersion"),
            kind=others.pop("kind"),
            metadata=others.pop("metadata"),
            others=others,
            opts=opts,
        )
    arguments = {
        _snake_case(key): value
        for key, value in body.items()
        if key not in {"apiVersion", "kind"}
    }

    return typed(name, **arguments, opts=opts)
