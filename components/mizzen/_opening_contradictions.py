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
    yield from _opened_differently(environment)
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
    The ports of a part that are open by load balancers share one address.
    """
    taken: dict[tuple[object, ...], Opening] = {}
    for opening in environment.openings:
        if isinstance(opening.by, LoadBalancer) and opening.apart:
            number = opening.number or opening.port.number
            key = (opening.part.name, number, opening.port.protocol)
            first = taken.setdefault(key, opening)
            if first.port.name != opening.port.name:
                yield (
                    f"Environment {environment.name!r} gives the public port "
                    f"{number} to both {_words(first)} and {_words(opening)}."
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
    A port is open once by each kind, and the Service that other parts know
    is of one type.
    """
    whole: dict[str, Opening] = {}
    ports: dict[tuple[str, str, str], Opening] = {}
    for opening in environment.openings:
        name = opening.part.name
        key = (name, public_role(opening), opening.port.name)
        again = ports.setdefault(key, opening) is not opening
        if not opening.apart:
            again |= whole.setdefault(name, opening) is not opening
        if again:
            yield (
                f"Environment {environment.name!r} exposes {_words(opening)} "
                "twice."
            )


def _opened_differently(environment: Environment) -> Iterator[str]:
    """
    The ports of a part that are open by one kind share one address, and so
    what is said of it.
    """
    openings: dict[tuple[str, str], Opening] = {}
    ports: set[tuple[str, str, str]] = set()
    for opening in environment.openings:
        name, role = opening.part.name, public_role(opening)
        key = (name, role, opening.port.name)
        if key in ports or not opening.apart:
            continue
        ports.add(key)
        first = openings.setdefault((name, role), opening).by
        if first is opening.by:
            continue
        if isinstance(opening.by, LoadBalancer):
            yield (
                f"Environment {environment.name!r} exposes ports of "
                f"{title(opening.part)} by several LoadBalancers. List them "
                "in one."
            )
        elif (
            first.external_traffic_policy != opening.by.external_traffic_policy
        ):
            yield (
                f"Environment {environment.name!r} exposes ports of "
                f"{title(opening.part)} by NodePorts of different "
                "external_traffic_policy. Say the same of them."
            )


def _taken_names(app: App, environment: Environment) -> Iterator[str]:
    """
    The address of ports apart from others is that of a Service with a name
    of its own.
    """
    names = {part.name: part for part in app.parts}
    taken: dict[str, Opening] = {}
    for opening in environment.openings:
        if opening.apart:
            name = f"{opening.part.name}-{public_role(opening)}"
            taken.setdefault(name, opening)
    for name, opening in taken.items():
        if name in names:
            yield (
                f"{title(names[name])} has the name of the address of "
                f"{_words(opening)}. Choose another one."
            )
