"""
Waits for what was started, and tells what does not become ready.
"""

import datetime as dt
import time

from collections.abc import Callable

from . import node, paths, supervisor
from .errors import LocalClusterError
from .kubernetes_api import KubernetesApi


_POLL_SECONDS = 0.1
_DNS_PODS = (
    "/api/v1/namespaces/kube-system/pods?labelSelector=k8s-app=kube-dns"
)
_NODE = f"/api/v1/nodes/{node.NAME}"


def wait(what: str, seconds: float, ready: Callable[[], bool]) -> None:
    """
    Return when *ready* says so.

    Raises:
        LocalClusterError: If it does not within *seconds*.
    """
    end = time.monotonic() + seconds
    while not ready():
        if not supervisor.running():
            msg = f"The node has ended. Its logs are in {paths.logs()}."
            raise LocalClusterError(msg)
        if time.monotonic() > end:
            msg = (
                f"{what} did not become ready within {seconds:.0f} s. The "
                f"logs are in {paths.logs()}."
            )
            raise LocalClusterError(msg)
        time.sleep(_POLL_SECONDS)


def _time(text: str) -> float:
    return dt.datetime.fromisoformat(text).timestamp()


def node_is_ready(api: KubernetesApi, since: float) -> bool:
    """
    Whether the node takes pods, by what it has said after *since*.
    """
    content = api.get(_NODE) or {}

    return any(
        condition["type"] == "Ready"
        and condition["status"] == "True"
        and _time(condition["lastHeartbeatTime"]) >= since
        for condition in content.get("status", {}).get("conditions", ())
    )


def dns_is_ready(api: KubernetesApi, since: float) -> bool:
    """
    Whether a DNS server runs that was started after *since*.
    """
    pods = (api.get(_DNS_PODS) or {}).get("items", ())
    containers = [
        container
        for pod in pods
        for container in pod["status"].get("containerStatuses", ())
    ]

    return any(
        container["ready"]
        and _time(container["state"]["running"]["startedAt"]) >= since
        for container in containers
        if "running" in container["state"]
    )
