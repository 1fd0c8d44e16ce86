"""
What a cloud does for its clusters, done for this one: node ports that answer
on this machine, and disks for claims.
"""

import threading
import time

from collections.abc import Callable
from typing import Any

import httpx

from . import paths
from .errors import LocalClusterError
from .kubernetes_api import KubernetesApi
from .ports import PortForwarder
from .volumes import Provisioner


_RETRY_SECONDS = 0.5


def _follow(
    path: str,
    connect: Callable[[KubernetesApi], Callable[[str, dict[str, Any]], None]],
) -> None:
    """
    Hand every object at *path*, and every change to it, to the controller
    that *connect* makes; all over again when the server goes away.
    """
    kubeconfig = paths.data() / "certificates" / "admin.kubeconfig"
    while True:
        try:
            with KubernetesApi(kubeconfig) as api:
                handle = connect(api)
                for kind, content in api.watch(path):
                    try:
                        handle(kind, content)
                    except (LocalClusterError, httpx.HTTPStatusError) as error:
                        print(error)  # noqa: T201 - this is the log
        except (httpx.HTTPError, OSError):
            time.sleep(_RETRY_SECONDS)


def main() -> None:
    """
    Run both controllers for good.
    """
    volumes = threading.Thread(
        target=_follow,
        args=("/api/v1/persistentvolumeclaims", Provisioner),
        daemon=True,
    )
    volumes.start()
    released = threading.Thread(
        target=_follow,
        args=(
            "/api/v1/persistentvolumes",
            lambda api: Provisioner(api).reclaim,
        ),
        daemon=True,
    )
    released.start()
    _follow("/api/v1/services", lambda _: PortForwarder())


if __name__ == "__main__":
    main()
