"""
The server: it keeps serving for a moment after it is told to stop.
"""

import threading

from types import FrameType

import uvicorn

from .app import create_app
from .settings import Settings


# Kubernetes tells a pod to stop while others still send requests to it.
DRAIN_SECONDS = 5.0
FINISH_SECONDS = 15
# Who closes a connection while a proxy sends a request by it loses that
# request. Traefik keeps idle ones for 90 seconds, nginx and Amazon's load
# balancers for 60.
IDLE_SECONDS = 100
# Idle connections count; one Traefik keeps up to 200 of them.
MOST_CONNECTIONS = 1000


class DrainingServer(uvicorn.Server):
    """
    A server that goes on accepting requests for `DRAIN_SECONDS` after the
    first signal and stops at once at the second one.
    """

    _draining = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 -- as it is called
        """
        Take a signal.
        """
        if self._draining:
            self.should_exit = True
            return

        self._draining = True
        timer = threading.Timer(
            DRAIN_SECONDS, setattr, (self, "should_exit", True)
        )
        timer.daemon = True
        timer.start()


def serve(settings: Settings, host: str = "0.0.0.0", port: int = 8000) -> None:  # noqa: S104 -- a container listens on all of its addresses
    """
    Serve until SIGTERM or SIGINT; requests in flight are finished.
    """
    config = uvicorn.Config(
        create_app(settings),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=FINISH_SECONDS,
    )
    DrainingServer(config).run()
