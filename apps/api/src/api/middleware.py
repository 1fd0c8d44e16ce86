"""
What every request goes through: a limit to its size, and a line in the log.
"""

import time
import uuid

from http import HTTPStatus

import structlog

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send


LARGEST_BODY = 4096
QUIET_PATHS = frozenset({"/healthz", "/readyz"})

log = structlog.get_logger(__name__)


class LimitedBody:
    """
    Refuse bodies of more than `LARGEST_BODY` bytes, announced or not.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(
        self, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """
        Handle one request.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > LARGEST_BODY:
                refusal = JSONResponse(
                    {"detail": f"At most {LARGEST_BODY} bytes can be sent."},
                    status_code=413,
                    headers={"Connection": "close"},
                )
                await refusal(scope, receive, send)
                return
            if not message.get("more_body"):
                break

        whole = {**message, "body": body}

        async def replay() -> Message:
            nonlocal whole
            if whole:
                message, whole = whole, {}
                return message
            return await receive()

        await self._app(scope, replay, send)


class Logged:
    """
    Write a line about every request, but those of probes that went well.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(
        self, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """
        Handle one request.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        status = int(HTTPStatus.INTERNAL_SERVER_ERROR)
        started = time.monotonic()

        async def watched(message: Message) -> None:
            nonlocal status
            status = int(message.get("status", status))
            await send(message)

        with structlog.contextvars.bound_contextvars(
            request=request_id(scope)
        ):
            try:
                await self._app(scope, receive, watched)
            finally:
                if (
                    scope["path"] not in QUIET_PATHS
                    or status >= HTTPStatus.BAD_REQUEST
                ):
                    log.info(
                        "request",
                        method=scope["method"],
                        path=scope["path"],
                        status=status,
                        seconds=round(time.monotonic() - started, 4),
                    )


def request_id(scope: Scope) -> str:
    """
    The id that a proxy gave the request, or a new one.
    """
    given = dict(scope["headers"]).get(b"x-request-id", b"")

    return given.decode("latin-1")[:64] or uuid.uuid4().hex
