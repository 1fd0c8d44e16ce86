"""
Lets ports of this machine's loopback lead into the node's network.
"""

import asyncio
import contextlib
import ctypes
import os
import socket
import threading

from pathlib import Path

from . import network
from .errors import LocalClusterError


_CLONE_NEWNET = 0x40000000
_BACKLOG = 1024
_CHUNK = 1 << 18


def _enter(namespace: Path) -> None:
    """
    Move this thread, and no other, into a network namespace.
    """
    # os.setns() is there from Python 3.12 on.
    library = ctypes.CDLL(None, use_errno=True)
    handle = os.open(namespace, os.O_RDONLY)
    try:
        if library.setns(handle, _CLONE_NEWNET):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(namespace))
    finally:
        os.close(handle)


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    with contextlib.suppress(ConnectionError):
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
    if writer.can_write_eof():
        with contextlib.suppress(OSError):
            writer.write_eof()


async def _connect(
    place: tuple[str, int],
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:
    with contextlib.closing(writer):
        try:
            inner_reader, inner_writer = await asyncio.open_connection(*place)
        except OSError:
            return
        with contextlib.closing(inner_writer):
            await asyncio.gather(
                _pump(reader, inner_writer), _pump(inner_reader, writer)
            )


class Relay:
    """
    Listens in the machine's network and connects in the node's.

    A socket stays in the network that it was made in, so listening sockets
    are made by the caller's thread and all others by one that has moved.
    """

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._servers: dict[int, asyncio.Server] = {}
        # The loop alone would let the collector take them.
        self._tasks: set[asyncio.Task[None]] = set()
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        _enter(network.NAMESPACE)
        self._loop.run_forever()

    async def _serve(
        self, listener: socket.socket, to: tuple[str, int]
    ) -> asyncio.Server:
        def connected(
            reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            task = self._loop.create_task(_connect(to, reader, writer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        return await asyncio.start_server(
            connected,
            sock=listener,
            backlog=_BACKLOG,
        )

    def open(self, port: int, to: tuple[str, int]) -> None:
        """
        Let 127.0.0.1:*port* lead to the address and port *to* in the node's
        network.

        Raises:
            LocalClusterError: If another program listens there.
        """
        if port in self._servers:
            return
        try:
            listener = socket.create_server(
                ("127.0.0.1", port), backlog=_BACKLOG
            )
        except OSError as error:
            msg = f"Port {port} of this machine cannot be used: {error}."
            raise LocalClusterError(msg) from error
        self._servers[port] = asyncio.run_coroutine_threadsafe(
            self._serve(listener, to), self._loop
        ).result()

    async def _stop(self, server: asyncio.Server) -> None:
        server.close()

    def close(self, port: int) -> None:
        """
        Stop listening on *port*; connections that are open stay.
        """
        server = self._servers.pop(port, None)
        if server:
            asyncio.run_coroutine_threadsafe(
                self._stop(server), self._loop
            ).result()
