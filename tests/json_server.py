"""
Servers of this machine that answer in JSON.
"""

import contextlib
import json
import threading

from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class JsonHandler(BaseHTTPRequestHandler):
    """
    Answers every request by *serve*.
    """

    protocol_version = "HTTP/1.1"

    def serve(self) -> None:
        """
        Answer a request.
        """
        raise NotImplementedError

    def do_GET(self) -> None:  # noqa: D102 - the library's name
        self.serve()

    do_PATCH = do_POST = do_PUT = do_GET  # noqa: N815 - the library's names

    def content(self) -> bytes:
        """
        The body of the request.
        """
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def say(
        self,
        status: int,
        content: Any,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """
        Answer with *content* as JSON.
        """
        body = json.dumps(content).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """
        Requests are no news.
        """


@contextlib.contextmanager
def running(handler: type[JsonHandler]) -> Iterator[str]:
    """
    A server, as long as this block lasts; its address.
    """
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
