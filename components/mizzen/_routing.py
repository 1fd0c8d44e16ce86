"""
What is served under which hosts: routes, arranged as controllers want them.
"""

import re

from collections.abc import Iterable, Iterator

import attrs

from . import _names
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
        found.extend(stack.host_groups.get(host, [host]))

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
    """

    suffix: str
    internal: bool
    routes: tuple[Route, ...]
    hosts: tuple[str, ...]
    leads: bool

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
        return stack.internal_class if self.internal else stack.ingress_class

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
        return stack.cluster.ingress_controller(self.ingress_class(stack))


def _stands_alone(route: Route, stack: Stack) -> bool:
    """
    Whether the controller is told something of *route* that it takes for all
    of an Ingress.
    """
    name = stack.internal_class if route.internal else stack.ingress_class
    controller = stack.cluster.ingress_controller(name)
    if controller is None:
        return False
    timeout = timeout_of(route) is not None and controller.timeouts
    size = route.body_size is not None and controller.sizes
    grpc = speaks_grpc(route) and controller.grpc

    return bool(timeout or size or grpc)


def _suffix(route: Route, exposure: Exposure | None, stack: Stack) -> str:
    """
    What tells the objects of *route* from others. It is the same whatever
    the route wants and wherever it stands, because ingress-nginx takes a
    path for an Ingress only after another has given it up.
    """
    words = ["internal"] if route.internal else []
    if isinstance(exposure, Gateway):
        words += ["grpc"] if speaks_grpc(route) else []
    elif _stands_alone(route, stack):
        slug = re.sub("[^a-z0-9]+", "-", route.path.lower()).strip("-")
        identity = [route.path, route.path_type, route.hosts]
        words += [slug[:20].strip("-"), _names.digest(identity, 5)]

    return "-".join(filter(None, words))


def entrances(
    app: App, stack: Stack, exposure: Exposure | None
) -> Iterator[Entrance]:
    """
    The routes of *app*, those for the world outside first; of each kind the
    plain ones first.
    """
    groups: dict[tuple[bool, str], list[Route]] = {}
    for route in app.routes:
        suffix = _suffix(route, exposure, stack)
        groups.setdefault((route.internal, suffix), []).append(route)
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
        )
