"""
From manifests to the typed resources of pulumi_kubernetes.
"""

import functools
import importlib
import importlib.metadata
import re

from collections.abc import Iterator, Mapping
from typing import Any

import pulumi

from ..environment import Cluster
from ..manifests import Manifest


# Those of which components hand out resources: to import a module of
# pulumi_kubernetes takes more time than all else that a program does.
_MODULES = {"v1": "core.v1", "apps/v1": "apps.v1", "batch/v1": "batch.v1"}
_HUMP = re.compile(r"(?<=[a-z0-9])([A-Z])")


def _snake_case(name: str) -> str:
    return _HUMP.sub(lambda hump: f"_{hump[1]}", name).lower()


def _is_awaited(manifest: Manifest, cluster: Cluster) -> bool:
    """
    Whether Pulumi waits until the object reports to be ready.
    """
    if manifest.kind == "PersistentVolumeClaim":
        # It may wait for its first pod, which waits for the claim.
        return False
    if manifest.kind == "ServiceAccount":
        # Plugin 2.0.0 waits for a token that Kubernetes no longer makes.
        return False
    if manifest.kind == "Service":
        # All others are ready when their pods are, which are awaited.
        spec = manifest.body.get("spec") or {}
        return bool(spec.get("type") == "LoadBalancer")
    if manifest.kind == "Ingress":
        return cluster.ingress_status and _is_served(manifest, cluster)
    return True


def _is_served(manifest: Manifest, cluster: Cluster) -> bool:
    """
    Whether it is known that some controller serves an Ingress. Where none
    is named, it is the cluster's own, if that brings any.
    """
    annotations = manifest.body["metadata"].get("annotations") or {}
    named = (manifest.body.get("spec") or {}).get("ingressClassName")

    return bool(
        named
        or "kubernetes.io/ingress.class" in annotations
        or cluster.ingress_controllers
    )


def annotated(
    body: Mapping[str, Any], key: str, value: str = "true"
) -> dict[str, Any]:
    """
    *body* with one more annotation.
    """
    metadata = body["metadata"]
    annotations = {**(metadata.get("annotations") or {}), key: value}

    return {**body, "metadata": {**metadata, "annotations": annotations}}


def _is_strange(manifest: Manifest) -> bool:
    """
    Whether nobody knows that the class of *manifest* takes its fields. That
    of Secrets, which encrypts what they hold, has to.
    """
    return manifest.extra is not None and manifest.kind != "Secret"


def _may_be_scaled(manifest: Manifest) -> bool:
    return manifest.extra is None and manifest.kind == "Deployment"


def _words(
    manifest: Manifest, cluster: Cluster, *, imported: bool
) -> Iterator[str]:
    """
    What the plugin is told about *manifest*.
    """
    if not _is_awaited(manifest, cluster):
        yield "skipAwait"
    if manifest.kind == "Job":
        # Or it would only wait again for one that has failed.
        yield "replaceUnready"
    if imported or _may_be_scaled(manifest):
        # What others have made is theirs, and the number of replicas is
        # that of the autoscaler which may have been there.
        yield "patchForce"


def import_id(body: Mapping[str, Any]) -> str:
    """
    What the plugin calls an object that is there.
    """
    metadata = body["metadata"]
    parts = (metadata.get("namespace"), metadata["name"])

    return "/".join(filter(None, parts))


def register(
    name: str,
    manifest: Manifest,
    body: dict[str, Any],
    cluster: Cluster,
    opts: pulumi.ResourceOptions,
) -> pulumi.CustomResource:
    """
    The resource of *manifest*, whose resolved content is *body*.
    """
    for word in _words(manifest, cluster, imported=opts.import_ is not None):
        body = annotated(body, f"pulumi.com/{word}")
    api_version = body["apiVersion"]
    if api_version not in _MODULES or _is_strange(manifest):
        return _register_untyped(name, body, opts)
    module = importlib.import_module(
        f"pulumi_kubernetes.{_MODULES[api_version]}"
    )
    typed: type[pulumi.CustomResource] = getattr(module, manifest.kind)
    arguments = {
        _snake_case(key): value
        for key, value in body.items()
        if key not in {"apiVersion", "kind"}
    }
    return typed(name, **arguments, opts=opts)


@functools.cache
def _plugin_version() -> str:
    return importlib.metadata.version("pulumi_kubernetes")


def _register_untyped(
    name: str, body: dict[str, Any], opts: pulumi.ResourceOptions
) -> pulumi.CustomResource:
    """
    An object of any other kind, also of custom resource definitions. The
    class that pulumi_kubernetes has for those takes no field but ``spec``.
    """
    opts.version = _plugin_version()
    group = "core/" if "/" not in body["apiVersion"] else ""
    token = f"kubernetes:{group}{body['apiVersion']}:{body['kind']}"

    return pulumi.CustomResource(token, name, body, opts)
