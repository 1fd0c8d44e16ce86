"""
What public ports, the parts of an app and a stack can contradict each other
in.
"""

from collections.abc import Iterator

from ._services import public_role
from .environment import Environment, LoadBalancer, NodePort, Opening
from .spec import App, title
from .stack import Stack


def unopenable(
    app: App, environment: Environment, stack: Stack
) -> Iterator[str]:
    """
    Every sentence about a public port that cannot be there.
    """
    yield from _node_ports(environment)
    yield from _public_ports(environment)
    yield from _no_load_balancer(environment, stack)
    yield from _opened_twice(environment)
    yield from _taken_names(app, environment)


def _words(opening: Opening) -> str:
    """
    What *opening* opens, in words.
    """
    port = f"port {opening.port.name!r} of " if opening.single else ""
    return port + title(opening.part)


def _node_ports(environment: Environment) -> Iterator[str]:
    taken: dict[int, str] = {}
    for opening in environment.openings:
        if not isinstance(opening.by, NodePort) or opening.number is None:
            continue
        name = repr(opening.part.name)
        if opening.single:
            name = f"port {opening.port.name!r} of {name}"
        first = taken.setdefault(opening.number, name)
        if first != name:
            yield (
                f"Environment {environment.name!r} gives NodePort "
                f"{opening.number} to both {first} and {name}."
            )


def _public_ports(environment: Environment) -> Iterator[str]:
    """
    A load balancer's port comes beside the Service's own ones, and that of
    a single port beside those that are open with it.
    """
    taken: dict[tuple[object, ...], Opening] = {}
    for opening in environment.openings:
        if not isinstance(opening.by, LoadBalancer):
            continue
        part, number = opening.part, opening.number or opening.port.number
        if opening.single:
            key = (part.name, number, opening.port.protocol)
            first = taken.setdefault(key, opening)
            if first.port.name != opening.port.name:
                yield (
                    f"Environment {environment.name!r} gives the public port "
                    f"{number} to both {_words(first)} and {_words(opening)}."
                )
        elif number in [port.number for port in part.listens[1:]]:
            yield (
                f"Environment {environment.name!r} gives {title(part)} the "
                f"public port {number}, on which it listens for something "
                "else."
            )


def _no_load_balancer(environment: Environment, stack: Stack) -> Iterator[str]:
    cluster = stack.cluster
    wanted = any(
        isinstance(opening.by, LoadBalancer)
        for opening in environment.openings
    )
    if wanted and not cluster.load_balancers:
        yield (
            f"Environment {environment.name!r} exposes parts by LoadBalancer, "
            f"but cluster {cluster.name!r} of stack {stack.name!r} gives them "
            "no address. Choose NodePort or Ingress; or, where something has "
            "been installed that does, 'cluster: generic'."
        )


def _opened_twice(environment: Environment) -> Iterator[str]:
    """
    A Service is of one type, and has one address of each kind for single
    ports.
    """
    whole: dict[str, Opening] = {}
    # The networks that one of them lets in may be others.
    open_with_all = {
        (opening.part.name, public_role(opening))
        for opening in environment.openings
        if not opening.single
    }
    ports: dict[tuple[str, str, str], Opening] = {}
    balancers: dict[str, Opening] = {}
    for opening in environment.openings:
        name = opening.part.name
        if not opening.single:
            again = whole.setdefault(name, opening) is not opening
        else:
            role = public_role(opening)
            key = (name, role, opening.port.name)
            again = ports.setdefault(key, opening) is not opening
            again = again or (name, role) in open_with_all
        if again:
            yield (
                f"Environment {environment.name!r} exposes {_words(opening)} "
                "twice."
            )
        elif opening.single and isinstance(opening.by, LoadBalancer):
            first = balancers.setdefault(name, opening)
            if first.by is not opening.by:
                yield (
                    f"Environment {environment.name!r} exposes ports of "
                    f"{title(opening.part)} by several LoadBalancers. List "
                    "them in one."
                )


def _taken_names(app: App, environment: Environment) -> Iterator[str]:
    """
    The address of a single port is that of a Service with a name of its own.
    """
    names = {part.name: part for part in app.parts}
    taken: dict[str, Opening] = {}
    for opening in environment.openings:
        if opening.single:
            name = f"{opening.part.name}-{public_role(opening)}"
            taken.setdefault(name, opening)
    for name, opening in taken.items():
        if name in names:
            yield (
                f"{title(names[name])} has the name of the address of "
                f"{_words(opening)}. Choose another one."
            )
