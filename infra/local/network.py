"""
The node's network: a namespace of its own that reaches out like an ordinary
program, and into which single ports of this machine lead.

No address, route or firewall rule of the machine is changed for it.
"""

import json
import os
import socket
import subprocess

from pathlib import Path
from typing import Any

from . import paths
from .errors import LocalClusterError


RANGE = "10.98.0.0/24"
ADDRESS = "10.98.0.100"
NAMESERVER = "10.98.0.3"

_NAMESPACE = Path("/run/node.netns")
_API = paths.RUN / "network.sock"
ENTER = ("nsenter", f"--net={_NAMESPACE}")


def create(log: Path) -> int:
    """
    Make the namespace and connect it. Called within the node, once; the
    number of the process that the connection lives by.
    """
    _NAMESPACE.touch()
    subprocess.run(["unshare", f"--net={_NAMESPACE}", "true"], check=True)
    _API.unlink(missing_ok=True)
    ready, tell_ready = os.pipe()
    with log.open("ab") as output:
        process = subprocess.Popen(
            [
                "slirp4netns",
                "--configure",
                "--mtu=65520",
                "--disable-host-loopback",
                f"--cidr={RANGE}",
                f"--api-socket={_API}",
                f"--ready-fd={tell_ready}",
                "--netns-type=path",
                str(_NAMESPACE),
                "tap0",
            ],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=(tell_ready,),
            start_new_session=True,
        )
    os.close(tell_ready)
    if not os.read(ready, 1):
        msg = f"The node's network did not start; see {log}."
        raise LocalClusterError(msg)
    os.close(ready)

    return process.pid


def _call(command: str, **arguments: object) -> dict[str, Any]:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(_API))
        request = {"execute": command, "arguments": arguments}
        connection.sendall(json.dumps(request).encode())
        connection.shutdown(socket.SHUT_WR)
        content = b"".join(iter(lambda: connection.recv(65536), b""))
    answer: dict[str, Any] = json.loads(content)
    if "error" in answer:
        msg = f"Network: {command} of {arguments} failed: {answer['error']}."
        raise LocalClusterError(msg)

    return answer


def forwarded() -> dict[int, int]:
    """
    The ports of this machine that lead into the node, each with the number
    of its rule.
    """
    entries = _call("list_hostfwd")["entries"]

    return {entry["host_port"]: entry["id"] for entry in entries}


def forward(port: int, to: int | None = None) -> None:
    """
    Let 127.0.0.1:*port* of this machine lead to the node's port.

    Raises:
        LocalClusterError: If another program listens there.
    """
    _call(
        "add_hostfwd",
        proto="tcp",
        host_addr="127.0.0.1",
        host_port=port,
        guest_addr=ADDRESS,
        guest_port=to or port,
    )


def stop_forwarding(rule: int) -> None:
    """
    Remove the rule with number *rule*.
    """
    _call("remove_hostfwd", id=rule)
