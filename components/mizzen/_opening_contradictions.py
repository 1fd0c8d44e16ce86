"""
What public ports, the parts of an app and a stack can contradict each other
in.
"""

import ipaddress

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
    yield from _node_ports(app, environment)
    yield from _public_ports(app, environment)
    yield from _no_load_balancer(app, environment, stack)
    yield from _opened_twice(app, environment)
    yield from _opened_differently(app, environment)
    yield from _taken_names(app, environment)
    yield from _opened_insides(app, environment)


def _of(opening: Opening, part: str) -> str:
    port = f"port {opening.port.name!r} of " if opening.single else ""
    return port + part


def _words(opening: Opening) -> str:
    """
    What *opening* opens, in words.
    """
    return _of(opening, title(opening.service))


def _short(opening: Opening) -> str:
    """
    The same, where one knows that it is of a Service.
    """
    return _of(opening, repr(opening.service.name))


def _code(opening: Opening) -> str:
    """
    The port as one writes it.
    """
    name = opening.service.name
    return f"{name}[{opening.port.name!r}]" if opening.single else name


def _share(first: Opening, second: Opening) -> bool:
    """
    Whether ports can be at the same port of the nodes: those of one Service
    can, if their protocols differ.
    """
    ports = first.port, second.port
    apart = ports[0].protocol != ports[1].protocol

    return first.service.name == second.service.name and (
        apart or _short(first) == _short(second)
    )


def _node_ports(app: App, environment: Environment) -> Iterator[str]:
    taken: dict[int, list[Opening]] = {}
    for opening in environment.openings(app):
        if not isinstance(opening.by, NodePort) or opening.number is None:
            continue
        earlier = taken.setdefault(opening.number, [])
        for first in earlier:
            if not _share(first, opening):
                yield (
                    f"Environment {environment.name!r} gives NodePort "
                    f"{opening.number} to both {_short(first)} and "
                    f"{_short(opening)}."
                )
                break
        earlier.append(opening)


def _public_ports(app: App, environment: Environment) -> Iterator[str]:
    """
    The ports of a part that are open by load balancers share one address.
    """
    taken: dict[tuple[object, ...], Opening] = {}
    for opening in environment.openings(app):
        if isinstance(opening.by, LoadBalancer) and opening.apart:
            number = opening.number or opening.port.number
            key = (opening.service.name, number, opening.port.protocol)
            first = taken.setdefault(key, opening)
            if first.port.name != opening.port.name:
                yield (
                    f"Environment {environment.name!r} gives the public port "
                    f"{number} to both {_words(first)} and {_words(opening)}."
                )


def _no_load_balancer(
    app: App, environment: Environment, stack: Stack
) -> Iterator[str]:
    cluster = stack.cluster
    for opening in environment.openings(app):
        if cluster.load_balancers or not isinstance(opening.by, LoadBalancer):
            continue
        what, name = _words(opening), environment.name
        if opening.said:
            said = f"Environment {name!r} exposes {what} by LoadBalancer"
            remedy = "Choose NodePort or Ingress"
        else:
            said = (
                f"App {app.name!r} exposes {what}, which environment {name!r} "
                "opens by LoadBalancer"
            )
            remedy = f"List it, like exposes=[NodePort([{_code(opening)}])]"
        yield (
            f"{said}, but cluster {cluster.name!r} of stack {stack.name!r} "
            f"gives it no address. {remedy}; or, where something has been "
            "installed that does, 'cluster: generic'."
        )
        return


def _opened_twice(app: App, environment: Environment) -> Iterator[str]:
    """
    A port is open once by each kind, and the Service that other parts know
    is of one type.
    """
    whole: dict[str, Opening] = {}
    ports: dict[tuple[str, str, str], Opening] = {}
    for opening in environment.openings(app):
        name = opening.service.name
        key = (name, public_role(opening), opening.port.name)
        again = ports.setdefault(key, opening) is not opening
        if not opening.apart:
            again |= whole.setdefault(name, opening) is not opening
        if again:
            yield (
                f"Environment {environment.name!r} exposes {_words(opening)} "
                "twice."
            )


def _opened_differently(app: App, environment: Environment) -> Iterator[str]:
    """
    The ports of a part that are open by one kind share one address, and so
    what is said of it.
    """
    openings: dict[tuple[str, str], Opening] = {}
    ports: set[tuple[str, str, str]] = set()
    for opening in environment.openings(app):
        name, role = opening.service.name, public_role(opening)
        key = (name, role, opening.port.name)
        if key in ports or not opening.apart:
            continue
        ports.add(key)
        first = openings.setdefault((name, role), opening).by
        if first is opening.by:
            continue
        if isinstance(opening.by, LoadBalancer) and not opening.said:
            yield (
                f"App {app.name!r} exposes {_words(opening)}, which would "
                "share the address of those ports that environment "
                f"{environment.name!r} lists in a LoadBalancer. List it there "
                "too."
            )
        elif isinstance(opening.by, LoadBalancer):
            yield (
                f"Environment {environment.name!r} exposes ports of "
                f"{title(opening.service)} by several LoadBalancers. List them "
                "in one."
            )
        elif (
            first.external_traffic_policy != opening.by.external_traffic_policy
        ):
            yield (
                f"Environment {environment.name!r} exposes ports of "
                f"{title(opening.service)} by NodePorts of different "
                "external_traffic_policy. Say the same of them."
            )


def _taken_names(app: App, environment: Environment) -> Iterator[str]:
    """
    The address of ports apart from others is that of a Service with a name
    of its own.
    """
    names = {part.name: part for part in app.parts}
    taken: dict[str, Opening] = {}
    for opening in environment.openings(app):
        if opening.apart:
            name = f"{opening.service.name}-{public_role(opening)}"
            taken.setdefault(name, opening)
    for name, opening in taken.items():
        if name in names:
            yield (
                f"{title(names[name])} has the name of the address of "
                f"{_words(opening)}. Choose another one."
            )


# What providers call a load balancer that has no public address, by the end
# of their annotation.
_INSIDE = {
    "load-balancer-internal": "true",
    "load-balancer-scheme": "internal",
    "load-balancer-type": "internal",
}


def _keeps_out(by: NodePort | LoadBalancer) -> bool:
    """
    Whether *by* opens ports to some networks alone.
    """
    if isinstance(by, NodePort):
        return False
    inside = any(
        key.endswith(end) and value.lower() == meant
        for key, value in by.annotations.items()
        for end, meant in _INSIDE.items()
    )
    networks = [ipaddress.ip_network(each) for each in by.source_ranges]

    return inside or (
        bool(networks) and all(each.prefixlen for each in networks)
    )


def _opened_insides(app: App, environment: Environment) -> Iterator[str]:
    """
    An open port serves all of its paths.
    """
    opened = [
        each for each in environment.openings(app) if not _keeps_out(each.by)
    ]
    for route in app.routes:
        for opening in opened if route.internal else ():
            if opening.place == route.place:
                yield (
                    f"Route {route.path!r} is internal, but environment "
                    f"{environment.name!r} opens {_words(opening)}, with all "
                    "of its paths, to the world outside by "
                    f"{type(opening.by).__name__}. Lead it to another port"
                    f"{_or_narrow(opening)}."
                )


def _or_narrow(opening: Opening) -> str:
    """
    How else an open port is kept from the world, if its kind can.
    """
    if isinstance(opening.by, NodePort):
        return ""
    where = f" of exposes=[LoadBalancer([{_code(opening)}], …)]"

    return (
        f", or say by source_ranges{'' if opening.said else where} which "
        "networks may connect"
    )
