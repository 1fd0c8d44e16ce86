"""
Ports of services that answer on http://localhost of this machine.
"""

import json

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from . import cache, network, paths
from .errors import LocalClusterError
from .relay import Relay


# Ports that programs of this machine may have, and how far from them a
# balanced service answers then.
_WELL_KNOWN = 1024
_ASIDE = 8000

# Where a service is in the node's network: address and port.
_Place = tuple[str, int]


def places() -> dict[str, dict[str, int]]:
    """
    The ports of this machine at which load balancers answer, by service and
    by the port that it asked for.
    """
    path = _places_file()

    return json.loads(path.read_text()) if path.exists() else {}


def _places_file() -> Path:
    return paths.data() / "load-balancers.json"


def _name(service: dict[str, Any]) -> str:
    metadata = service["metadata"]

    return f"{metadata['namespace']}/{metadata['name']}"


def _node_ports(service: dict[str, Any]) -> dict[int, _Place]:
    return {
        port["nodePort"]: (network.ADDRESS, port["nodePort"])
        for port in service["spec"].get("ports", ())
        if port.get("nodePort") and port["protocol"] == "TCP"
    }


def _balanced(service: dict[str, Any]) -> dict[int, _Place]:
    status = service.get("status", {}).get("loadBalancer", {})
    addresses = [each["ip"] for each in status.get("ingress", ())]

    return {
        port["port"]: (address, port["port"])
        for address in addresses[:1]
        for port in service["spec"].get("ports", ())
        if port["protocol"] == "TCP"
    }


class ServicePorts:
    """
    Lets the TCP ports of services answer on this machine's loopback: node
    ports under their own number, and ports of load balancers too unless
    another program has them.
    """

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._open: dict[str, dict[int, _Place]] = {}
        self._answers: dict[str, dict[int, int]] = {}

    def keep(self, services: Iterable[dict[str, Any]]) -> None:
        """
        Close the ports of all but *services*; theirs stay open without a
        moment between.
        """
        gone = self._open.keys() - map(_name, services)
        for name in gone:
            self._close(name, self._open.pop(name))

    def __call__(self, kind: str, service: dict[str, Any]) -> None:
        """
        Take note of a change to *service*.

        Raises:
            LocalClusterError: If another program has one of the ports.
        """
        name = _name(service)
        before = self._open.pop(name, {})
        after: dict[int, _Place] = {}
        balanced: dict[int, _Place] = {}
        if kind != "DELETED":
            balanced = _balanced(service)
            after = self._open[name] = _node_ports(service) | balanced

        self._close(name, dict(before.items() - after.items()))
        for port, place in after.items() - before.items():
            if port in balanced:
                self._open_balanced(name, port, place)
            else:
                self._relay.open(port, place)

    def _close(self, name: str, ports: dict[int, _Place]) -> None:
        answers = self._answers.get(name, {})
        for port in ports:
            self._relay.close(answers.pop(port, port))
        self._tell()

    def _open_balanced(self, name: str, port: int, place: _Place) -> None:
        at = port
        try:
            self._relay.open(at, place)
        except LocalClusterError:
            if port >= _WELL_KNOWN:
                raise
            at = port + _ASIDE
            self._relay.open(at, place)
        self._answers.setdefault(name, {})[port] = at
        self._tell()

    def _tell(self) -> None:
        content = {
            name: ports for name, ports in self._answers.items() if ports
        }
        cache.write_whole(_places_file(), json.dumps(content))
