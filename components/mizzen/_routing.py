"""
What is served under which hosts: routes, arranged as controllers want them.
"""

import re

from collections.abc import Collection, Iterable, Iterator

import attrs

from . import _names
from ._priorities import prioritized
from .environment import Exposure, Gateway, IngressController
from .spec import App, Route
from .stack import Stack


# How long a WebSocket may be silent, where nobody says more.
_WEB_SOCKET_SECONDS = 3600


def hosts_of(route: Route, stack: Stack) -> tuple[str, ...]:
    """
    The host names of *route*; words without a dot that the stack knows are
    names of groups.
    """
    if not route.hosts:
        return stack.hosts
    found: list[str] = []
    for host in route.hosts:
        found.extend(stack.hosts_of_word(host))

    return tuple(dict.fromkeys(found))


def timeout_of(route: Route) -> int | None:
    """
    Time in seconds that an answer may take; `None` if nobody says it.
    """
    if route.timeout_seconds is None and route.port.application == "ws":
        return _WEB_SOCKET_SECONDS
    return route.timeout_seconds


def longest_timeout(routes: Iterable[Route], usual: int) -> int | None:
    """
    The longest time-out of *routes*, in seconds; `None` if nobody says one.

    Args:
        routes: The routes.

        usual: The time-out of those of which nobody says it.
    """
    said = [timeout_of(route) for route in routes]
    if not any(said):
        return None

    return max(seconds or usual for seconds in said)


def speaks_grpc(route: Route) -> bool:
    """
    Whether *route* leads to gRPC.
    """
    return route.port.application == "grpc"


def _ingress_class(stack: Stack, *, internal: bool) -> str | None:
    if internal:
        return stack.internal_class
    return stack.ingress_class or stack.cluster.ingress_class


def _controller(stack: Stack, *, internal: bool) -> IngressController | None:
    name = _ingress_class(stack, internal=internal)

    return stack.cluster.ingress_controller(name)


@attrs.frozen(eq=False)
class Entrance:
    """
    Routes that one controller serves in the same way.

    Attributes:
        suffix: Ending of the objects' names; nothing for the plain ones.

        internal: Whether the world outside is kept out.

        routes: The routes.

        hosts: Host names of all of them.

        leads: Whether it holds the certificate for the others too.

        priority: Which of several rules for a request the controller takes;
            `None` if it knows.
    """

    suffix: str
    internal: bool
    routes: tuple[Route, ...]
    hosts: tuple[str, ...]
    leads: bool
    priority: int | None

    @property
    def speaks_grpc(self) -> bool:
        """
        Whether its routes lead to gRPC.
        """
        return speaks_grpc(self.routes[0])

    def ingress_class(self, stack: Stack) -> str | None:
        """
        Class of the controller.
        """
        return _ingress_class(stack, internal=self.internal)

    def gateway_class(self, stack: Stack) -> str | None:
        """
        Class of the Gateway.
        """
        return stack.internal_class if self.internal else stack.gateway_class

    def joined_gateway(self, stack: Stack) -> dict[str, str] | None:
        """
        What a route says of the Gateway that it joins; `None` if the app
        has one of its own.
        """
        return None if self.internal else stack.joined_gateway

    def gateway_controller(self, stack: Stack) -> IngressController | None:
        """
        What serves its Gateway; `None` if it is not known.
        """
        return stack.cluster.gateway_controller(self.gateway_class(stack))

    def issuer(self, stack: Stack) -> str | None:
        """
        Issuer of its certificates.
        """
        own = stack.internal_issuer if self.internal else None
        return own or stack.issuer

    def controller(self, stack: Stack) -> IngressController | None:
        """
        The controller; `None` if it is not known.
        """
        return _controller(stack, internal=self.internal)


def _stands_alone(route: Route, stack: Stack) -> bool:
    """
    Whether the controller is told something of *route* that it takes for all
    of an Ingress.
    """
    controller = _controller(stack, internal=route.internal)
    if controller is None:
        return False
    timeout = timeout_of(route) is not None and controller.timeouts
    size = route.body_size is not None and controller.sizes
    spoken = controller.speaking(route.port.application)

    return bool(timeout or size or spoken)


def _suffix(
    route: Route,
    priority: int | None,
    exposure: Exposure | None,
    stack: Stack,
) -> str:
    """
    What tells the objects of *route* from others. It is the same whatever
    the route wants and wherever it stands, because ingress-nginx takes a
    path for an Ingress only after another has given it up.
    """
    words = ["internal"] if route.internal else []
    if isinstance(exposure, Gateway):
        words += ["grpc"] if speaks_grpc(route) else []
    elif priority is not None or _stands_alone(route, stack):
        slug = re.sub("[^a-z0-9]+", "-", route.path.lower()).strip("-")
        identity = [route.path, route.path_type, route.hosts]
        words += [slug[:20].strip("-"), _names.digest(identity, 5)]

    return "-".join(filter(None, words))


def _in_order(
    routes: Collection[Route], exposure: Exposure | None, stack: Stack
) -> Iterator[tuple[Route, int | None]]:
    """
    *routes*, each with the priority that its controller has to be told.
    """
    for internal in (False, True):
        found = [route for route in routes if route.internal is internal]
        controller = _controller(stack, internal=internal)
        told = controller is not None and controller.priority is not None
        if told and not isinstance(exposure, Gateway):
            hosts = (hosts_of(route, stack) for route in found)
            yield from prioritized(zip(found, hosts, strict=True))
        else:
            yield from ((route, None) for route in found)


def entrances(
    app: App, stack: Stack, exposure: Exposure | None
) -> Iterator[Entrance]:
    """
    The routes of *app*, those for the world outside first; of each kind the
    plain ones first.
    """
    groups: dict[tuple[bool, str], list[Route]] = {}
    priorities: dict[tuple[bool, str], int | None] = {}
    for route, priority in _in_order(app.routes, exposure, stack):
        key = route.internal, _suffix(route, priority, exposure, stack)
        groups.setdefault(key, []).append(route)
        priorities[key] = priority
    led: set[bool] = set()
    for internal, suffix in sorted(groups):
        routes = groups[internal, suffix]
        leads = internal not in led
        led.add(internal)
        # The certificate is for all hosts of a kind.
        covered = app.routes if leads else routes
        hosts = [
            host
            for route in covered
            if route.internal is internal
            for host in hosts_of(route, stack)
        ]
        yield Entrance(
            suffix,
            internal,
            tuple(routes),
            tuple(dict.fromkeys(hosts)),
            leads=leads,
            priority=priorities[internal, suffix],
        )
