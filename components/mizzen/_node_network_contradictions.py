"""
What parts contradict each other in that are in the network of their nodes.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from ._metrics import metrics_ports
from ._pods import FIRST_PORT_OF_ALL
from .environment import Environment, Isolation
from .spec import (
    OFF,
    DaemonSet,
    Part,
    Port,
    Store,
    listens_of,
    title,
    uses_of,
)


def misconnected(
    parts: Iterable[Part], environment: Environment
) -> Iterator[str]:
    """
    Every sentence about connections and ports that could not be had.
    """
    listed = tuple(parts)
    on_nodes = {
        part.name: part
        for part in listed
        if isinstance(part, DaemonSet) and part.host_network
    }
    isolated = {
        part.name: part
        for part in listed
        if part.name not in on_nodes
        and not (isinstance(part, Store) and part.at is not None)
    }
    yield from _ports_twice(on_nodes.values())
    for part in on_nodes.values():
        yield from _root_ports(part)
    if environment.isolation is OFF:
        return
    for part in on_nodes.values():
        for use in part.uses:
            if use.part.name in isolated:
                yield _not_let_in(part, use.part, environment)
    if environment.isolation is Isolation.FULL:
        for user in isolated.values():
            for use in uses_of(user):
                if use.part.name in on_nodes:
                    yield _not_let_out(user, use.part, environment)


def _not_let_in(part: Part, used: Part, environment: Environment) -> str:
    return (
        f"{title(part)}: with host_network it connects from the address of "
        f"its node, which the NetworkPolicy of {title(used)} does not let in. "
        "Leave out host_network or the edge, or set isolation=OFF in "
        f"environment {environment.name!r}."
    )


def _not_let_out(part: Part, used: Part, environment: Environment) -> str:
    return (
        f"{title(part)}: it uses {title(used)}, which has the address of the "
        "node by host_network, and no NetworkPolicy can let it connect "
        "there. Leave out host_network or the edge, or set isolation="
        f"Isolation.INGRESS in environment {environment.name!r}."
    )


def _node_ports(part: Any, owner: Any) -> tuple[Port, ...]:
    """
    The ports of its node that *owner*, a container of *part*, takes.
    """
    own = metrics_ports(part) if owner is part else ()

    return (*listens_of(owner), *own)


def _root_ports(part: Any) -> Iterator[str]:
    """
    In the network of the node, only the node's administrator could let
    others than root listen there.
    """
    for owner in part.containers:
        where = "" if owner is part else f"container {owner.name!r}: "
        for port in _node_ports(part, owner):
            if port.number < FIRST_PORT_OF_ALL and owner.user not in (0, OFF):
                yield (
                    f"{title(part)}: {where}port {port.number} of the node "
                    f"is root's own. Choose {FIRST_PORT_OF_ALL} or above, "
                    "set user=0, or leave out host_network."
                )


def _ports_twice(parts: Iterable[Any]) -> Iterator[str]:
    """
    Parts that run on the same nodes share their ports.
    """
    seen: dict[tuple[int, str], list[Any]] = {}
    for part in parts:
        for owner in part.containers:
            for port in _node_ports(part, owner):
                others = seen.setdefault((port.number, port.protocol), [])
                for other in others:
                    if other is not part and other.nodes == part.nodes:
                        yield (
                            f"{title(part)}: port {port.number} of the node "
                            f"is taken by {title(other)}. Choose another "
                            "one, or leave out host_network."
                        )
                others.append(part)
