"""
What the embedded cluster tells about itself.
"""

import datetime as dt

from collections.abc import Iterator
from typing import Any

from . import paths, ports, supervisor
from .cluster import LocalCluster
from .kubernetes_api import KubernetesApi


def _items(api: KubernetesApi, path: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (api.get(path) or {}).get("items", [])

    return items


def _name(content: dict[str, Any]) -> str:
    metadata = content["metadata"]

    return f"{metadata['namespace']}/{metadata['name']}"


def _is_fine(pod: dict[str, Any]) -> bool:
    if pod["status"]["phase"] == "Succeeded":
        return True

    return any(
        condition["type"] == "Ready" and condition["status"] == "True"
        for condition in pod["status"].get("conditions", ())
    )


def _details(api: KubernetesApi) -> Iterator[tuple[str, str]]:
    pods = _items(api, "/api/v1/pods")
    waiting = [_name(pod) for pod in pods if not _is_fine(pod)]
    yield "pods", f"{len(pods) - len(waiting)} of {len(pods)} ready"
    for name in waiting:
        yield "not ready", name
    for service in _items(api, "/api/v1/services"):
        for port in service["spec"].get("ports", ()):
            if number := port.get("nodePort"):
                yield (
                    "address",
                    f"http://localhost:{number} ({_name(service)})",
                )
    for name, found in ports.places().items():
        for asked, number in found.items():
            yield "address", f"localhost:{number} ({name}, port {asked})"


def lines(started: LocalCluster | None) -> Iterator[tuple[str, str]]:
    """
    Labels and facts about the cluster that runs, if one does.
    """
    if started is None:
        process = supervisor.running()
        yield "state", "not ready yet" if process else "not running"
        yield "cache", str(paths.cache())
        return

    since = dt.datetime.fromtimestamp(supervisor.started_at(), tz=dt.UTC)
    yield "state", f"running since {since.astimezone():%Y-%m-%d %H:%M}"
    yield "kubeconfig", str(started.kubeconfig)
    yield "registry", started.registry
    yield "builder", started.builder
    with KubernetesApi(started.kubeconfig) as api:
        yield from _details(api)
    volumes = paths.data() / "volumes"
    yield "disks", f"{volumes}: claims can grow, no size is enforced"
    yield "logs", str(paths.logs())
    yield "cache", str(paths.cache())
