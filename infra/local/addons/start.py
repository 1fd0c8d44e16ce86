"""
Starts add-ons and waits for them.
"""

import functools

from collections.abc import Iterable
from typing import Any

from .. import (
    cache,
    cluster,
    custom_resources,
    images,
    node,
    paths,
    progress,
    readiness,
)
from ..kubernetes_api import KubernetesApi
from ..tools import BUILDKIT
from .addon import ADDONS, Addon


_SECONDS = 120


def with_needs(names: Iterable[str]) -> list[Addon]:
    """
    The add-ons called *names*, after those that they need.
    """
    found: dict[str, Addon] = {}
    for name in names:
        addon = ADDONS[name]
        found |= {each.name: each for each in with_needs(addon.needs)}
        found[name] = addon

    return list(found.values())


def _issuer(name: str) -> dict[str, Any]:
    return {
        "apiVersion": "cert-manager.io/v1",
        "kind": "ClusterIssuer",
        "metadata": {"name": name},
        "spec": {"ca": {"secretName": "authority"}},
    }


def _is_available(api: KubernetesApi, addon: Addon) -> bool:
    path = f"/apis/apps/v1/namespaces/{addon.name}/deployments/{addon.name}"
    status = (api.get(path) or {}).get("status", {})

    return any(
        each["type"] == "Available" and each["status"] == "True"
        for each in status.get("conditions", ())
    )


def _apply(api: KubernetesApi, addon: Addon, image: str) -> None:
    api.define(custom_resources.manifests(addon.custom_resources))
    for manifest in addon.manifests(image):
        api.apply(manifest)


def _start(
    api: KubernetesApi, addons: list[Addon], issuers: Iterable[str]
) -> None:
    buildctl = BUILDKIT.build() / "buildctl"
    for addon in addons:
        image = images.build_addon(addon.tool, buildctl, node.BUILDKIT_SOCKET)
        _apply(api, addon, image)
    for issuer in issuers:
        api.apply(_issuer(issuer))
    title = ", ".join(addon.name for addon in addons)
    with progress.step(f"Starting {title}"):
        for addon in addons:
            readiness.wait(
                addon.name,
                _SECONDS,
                functools.partial(_is_available, api, addon),
            )


def start(names: Iterable[str], *, issuers: Iterable[str] = ()) -> None:
    """
    Start the add-ons called *names* and those that they need, unless they
    run, and return when they are ready. The cluster has to run.

    Args:
        names: Keys of `ADDONS`.

        issuers: Names of cluster issuers, all of the same authority.

    Raises:
        LocalClusterError: If one cannot be built or does not start.
    """
    with (
        cache.locked(paths.cache() / "cluster.lock"),
        KubernetesApi(cluster.kubeconfig()) as api,
    ):
        _start(api, with_needs(names), issuers)
