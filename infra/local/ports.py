"""
Node ports that answer on http://localhost of this machine.
"""

from typing import Any

from .relay import Relay


class NodePorts:
    """
    Lets the TCP node ports of services answer on this machine's loopback.
    """

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._open: dict[str, set[int]] = {}

    def forget(self) -> None:
        """
        Close all ports, for all services will be told of anew.
        """
        for port in set().union(*self._open.values()):
            self._relay.close(port)
        self._open.clear()

    def __call__(self, kind: str, service: dict[str, Any]) -> None:
        """
        Take note of a change to *service*.

        Raises:
            LocalClusterError: If another program has one of the ports.
        """
        metadata = service["metadata"]
        name = f"{metadata['namespace']}/{metadata['name']}"
        before = self._open.pop(name, set())
        after: set[int] = set()
        if kind != "DELETED":
            after = {
                port["nodePort"]
                for port in service["spec"].get("ports", ())
                if port.get("nodePort") and port["protocol"] == "TCP"
            }
            self._open[name] = after

        for port in before - after:
            self._relay.close(port)
        for port in after:
            self._relay.open(port)
