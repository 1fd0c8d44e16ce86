"""
Node ports that answer on http://localhost of this machine.
"""

from typing import Any

from . import network


class PortForwarder:
    """
    Lets the TCP node ports of services answer on this machine's loopback.
    """

    def __init__(self) -> None:
        self._wanted: dict[str, set[int]] = {}

    def __call__(self, kind: str, service: dict[str, Any]) -> None:
        """
        Take note of a change to *service*.

        Raises:
            LocalClusterError: If another program has one of the ports.
        """
        metadata = service["metadata"]
        name = f"{metadata['namespace']}/{metadata['name']}"
        before = self._wanted.pop(name, set())
        after: set[int] = set()
        if kind != "DELETED":
            after = {
                port["nodePort"]
                for port in service["spec"].get("ports", ())
                if port.get("nodePort") and port["protocol"] == "TCP"
            }
            self._wanted[name] = after

        rules = network.forwarded()
        for port in sorted(before - after):
            if port in rules:
                network.stop_forwarding(rules[port])
        for port in sorted(after):
            if port not in rules:
                network.forward(port)
