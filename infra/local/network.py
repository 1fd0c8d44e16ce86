"""
The node's network: a namespace of its own that reaches out like an ordinary
program.

No address, route or firewall rule of the machine is changed for it.
"""

import os
import subprocess

from pathlib import Path

from .errors import LocalClusterError
from .processes import spawn


RANGE = "10.98.0.0/24"
ADDRESS = "10.98.0.100"
NAMESERVER = "10.98.0.3"
LOAD_BALANCERS = "10.98.0.200-10.98.0.250"

NAMESPACE = Path("/run/node.netns")
ENTER = ("nsenter", f"--net={NAMESPACE}")


def create(log: Path) -> int:
    """
    Make the namespace and connect it. Called within the node, once; the
    number of the process that the connection lives by.
    """
    NAMESPACE.touch()
    subprocess.run(["unshare", f"--net={NAMESPACE}", "true"], check=True)
    ready, tell_ready = os.pipe()
    os.set_inheritable(tell_ready, True)  # noqa: FBT003 - its only form
    process = spawn(
        [
            "slirp4netns",
            "--configure",
            "--mtu=65520",
            "--disable-host-loopback",
            f"--cidr={RANGE}",
            f"--ready-fd={tell_ready}",
            "--netns-type=path",
            str(NAMESPACE),
            "tap0",
        ],
        log,
    )
    os.close(tell_ready)
    if not os.read(ready, 1):
        msg = f"The node's network did not start; see {log}."
        raise LocalClusterError(msg)
    os.close(ready)

    return process
