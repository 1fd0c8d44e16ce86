"""
What a cloud does for its clusters, done for this one: ports that answer on
this machine, and disks for claims.
"""

import itertools
import threading
import time

from collections.abc import Callable
from typing import Any

import httpx

from . import network, node, paths
from .errors import LocalClusterError
from .kubernetes_api import KubernetesApi
from .ports import ServicePorts
from .relay import Relay
from .volumes import Claims, Volumes


_RETRY_SECONDS = 0.5

_Objects = list[dict[str, Any]]
_Handler = Callable[[str, dict[str, Any]], None]


def _hand_over(
    api: KubernetesApi,
    path: str,
    connect: Callable[[KubernetesApi, _Objects], _Handler],
) -> None:
    listed = api.listed(path)
    handle = connect(api, listed["items"])
    for kind, content in itertools.chain(
        (("ADDED", each) for each in listed["items"]),
        api.watch(path, listed["metadata"]["resourceVersion"]),
    ):
        try:
            handle(kind, content)
        except (LocalClusterError, httpx.HTTPStatusError) as error:
            print(error)  # noqa: T201 - this is the log


def _follow(
    path: str, connect: Callable[[KubernetesApi, _Objects], _Handler]
) -> None:
    """
    Hand every object at *path*, and every change to it, to the controller
    that *connect* makes of those that are there; all over again when the
    server goes away, which it does every hour.
    """
    kubeconfig = paths.data() / "certificates" / "admin.kubeconfig"
    while True:
        try:
            with KubernetesApi(kubeconfig) as api:
                _hand_over(api, path, connect)
        except (httpx.HTTPError, OSError):
            time.sleep(_RETRY_SECONDS)


def main() -> None:
    """
    Run all controllers for good.
    """
    relay = Relay()
    for port, to in node.FORWARDED.items():
        relay.open(port, (network.ADDRESS, to))
    ports = ServicePorts(relay)

    def services(_: KubernetesApi, there: _Objects) -> _Handler:
        ports.keep(there)

        return ports

    followed: dict[str, Callable[[KubernetesApi, _Objects], _Handler]] = {
        "/api/v1/services": services,
        "/api/v1/persistentvolumeclaims": lambda api, _: Claims(api),
        "/api/v1/persistentvolumes": lambda api, _: Volumes(api),
    }
    threads = [
        threading.Thread(target=_follow, args=each)
        for each in followed.items()
    ]
    for thread in threads:
        thread.start()


if __name__ == "__main__":
    main()
