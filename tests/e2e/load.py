"""
Requests that arrive at a constant rate, whether or not answers come: the way
in which people load a service.
"""

import asyncio
import collections
import ssl
import threading
import time

from collections.abc import Callable
from typing import Any, Self

import attrs
import httpx


_PATIENCE_SECONDS = 60
_MOST_CONNECTIONS = 500


@attrs.frozen(kw_only=True)
class Target:
    """
    Where requests go.

    Args:
        url: Scheme, address and port.

        host: Host name that they ask for, if it is not the address.

        trusted: Authorities that the server's certificate is verified by.

        kept:
            Whether connections are kept for further requests, as an ingress
            controller allows; a connection that a pod itself answers may be
            closed by it at any time.
    """

    url: str
    host: str | None = None
    trusted: ssl.SSLContext | None = None
    kept: bool = True

    def options(self) -> dict[str, Any]:
        """
        Arguments for a client.
        """
        keep = _MOST_CONNECTIONS if self.kept else 0

        return {
            "base_url": self.url,
            "verify": self.trusted or True,
            "headers": {"Host": self.host} if self.host else {},
            "timeout": _PATIENCE_SECONDS,
            "limits": httpx.Limits(
                max_connections=_MOST_CONNECTIONS,
                max_keepalive_connections=keep,
            ),
            "trust_env": False,
        }

    def extensions(self) -> dict[str, Any]:
        """
        What a request has to say so that the certificate of the host is
        shown and verified.
        """
        return {"sni_hostname": self.host} if self.host else {}

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """
        Send one request.
        """
        with httpx.Client(**self.options()) as client:
            return client.request(
                method, path, extensions=self.extensions(), **options
            )


def mixed(number: int) -> dict[str, Any]:
    """
    Half of the requests for the page, four of ten for values, and one of ten
    that asks for a value.
    """
    if number % 10 == 0:
        return posted(number // 10 % 50)
    path = "/" if number % 2 else "/api/values?limit=5"

    return {"method": "GET", "url": path}


def posted(index: int) -> dict[str, Any]:
    """
    A request for the value of *index*.
    """
    return {"method": "POST", "url": "/api/values", "json": {"index": index}}


class Load:
    """
    A constant load, as long as the block lasts.

    Args:
        target: Where it goes.

        rate: Requests a second.

        seconds: How long it lasts at least.

        request: From the number of a request to what it asks for.

    Attributes:
        outcomes: How many requests ended how: by status, or by the name of
            the error.
    """

    def __init__(
        self,
        target: Target,
        *,
        rate: int,
        seconds: float = 0,
        request: Callable[[int], dict[str, Any]] = mixed,
    ) -> None:
        self._target = target
        self._request = request
        self._rate = rate
        self._seconds = seconds
        self._leave = threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._run())
        )
        self.outcomes: collections.Counter[str] = collections.Counter()

    def __enter__(self) -> Self:
        self._thread.start()

        return self

    def __exit__(self, *_: object) -> None:
        self._leave.set()
        self._thread.join()

    @property
    def sent(self) -> int:
        """
        How many requests were sent.
        """
        return self.outcomes.total()

    @property
    def lost(self) -> dict[str, int]:
        """
        Those that were not answered as they should have been.
        """
        return {
            outcome: count
            for outcome, count in self.outcomes.items()
            if outcome not in {"200", "202"}
        }

    async def _send(self, client: httpx.AsyncClient, number: int) -> None:
        request = self._request(number)
        try:
            answer = await client.request(
                extensions=self._target.extensions(), **request
            )
            outcome = str(answer.status_code)
        except httpx.HTTPError as error:
            outcome = f"{type(error).__name__} at {request['url']}"
        self.outcomes[outcome] += 1

    async def _run(self) -> None:
        began = time.monotonic()
        number = 0
        async with (
            httpx.AsyncClient(**self._target.options()) as client,
            asyncio.TaskGroup() as group,
        ):
            while (
                not self._leave.is_set()
                or time.monotonic() < began + self._seconds
            ):
                group.create_task(self._send(client, number))
                number += 1
                delay = began + number / self._rate - time.monotonic()
                await asyncio.sleep(max(0, delay))
