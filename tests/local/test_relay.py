"""
Ports of this machine lead into another network.
"""

import concurrent.futures
import os
import socket
import socketserver
import threading

from pathlib import Path

import pytest

from infra.local import network
from infra.local.errors import LocalClusterError
from infra.local.relay import Relay


pytestmark = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0,
    reason="entering a network namespace needs root",
)


class _Shout(socketserver.StreamRequestHandler):
    """
    Answers with capitals once the other side has said all.
    """

    def handle(self):
        self.wfile.write(self.rfile.read().upper())


@pytest.fixture(name="server")
def _server(monkeypatch):
    """
    A server in the node's network, which here is this machine's own.
    """
    monkeypatch.setattr(network, "NAMESPACE", Path("/proc/self/ns/net"))
    monkeypatch.setattr(network, "ADDRESS", "127.0.0.1")
    socketserver.ThreadingTCPServer.request_queue_size = 256
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Shout) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.fixture(name="port")
def _port():
    """
    A port that is free.
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def _ask(port, content):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as asked:
        asked.sendall(content)
        asked.shutdown(socket.SHUT_WR)

        return b"".join(iter(lambda: asked.recv(65536), b""))


class TestRelay:
    def test_many(self, server, port):
        """
        A hundred clients at once each get the whole answer to their own
        question, and one side may end before the other.
        """
        relay = Relay()
        relay.open(port, ("127.0.0.1", server))
        questions = [b"%d:" % each + b"a" * 100_000 for each in range(100)]

        with concurrent.futures.ThreadPoolExecutor(100) as executor:
            answers = list(executor.map(_ask, [port] * 100, questions))

        relay.close(port)

        assert [question.upper() for question in questions] == answers

    def test_close(self, server, port):
        """
        A closed port refuses, and can be opened again.
        """
        relay = Relay()
        relay.open(port, ("127.0.0.1", server))
        relay.close(port)

        with pytest.raises(ConnectionRefusedError):
            _ask(port, b"x")

        relay.open(port, ("127.0.0.1", server))

        assert b"X" == _ask(port, b"x")

        relay.close(port)

    @pytest.mark.usefixtures("server")
    def test_nobody(self, port):
        """
        Where nobody listens inside, the connection ends without an answer.
        """
        relay = Relay()
        relay.open(port, ("127.0.0.1", 9))

        assert b"" == _ask(port, b"")

        relay.close(port)

    def test_taken(self, server):
        """
        A port that another program has is named.
        """
        with pytest.raises(LocalClusterError) as ei:
            Relay().open(server, ("127.0.0.1", 9))

        assert str(ei.value).startswith(
            f"Port {server} of this machine cannot be used: "
        )
