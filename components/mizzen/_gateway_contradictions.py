"""
What the Gateway API cannot say of an app's routes.
"""

import re

from collections.abc import Iterator

from ._routing import entrances, hosts_of, speaks_grpc, timeout_of
from .environment import Gateway, IngressController
from .spec import OFF, App, Route, title
from .stack import Stack


_MOST_LISTENERS = 64
_LONGEST_PATH = 1024
_PATH = re.compile("([^%]|%[0-9A-Fa-f]{2})*")
_WORD = "[A-Za-z_][A-Za-z_0-9]*"
_CALL = re.compile(rf"/|/\.?{_WORD}(\.{_WORD})*(/({_WORD})?)?")


def joins_gateway(app: App, exposure: object, stack: Stack) -> bool:
    """
    Whether all routes are served by a Gateway that is somebody else's.
    """
    internal = any(route.internal for route in app.routes)
    joined = stack.joined_gateway is not None

    return isinstance(exposure, Gateway) and joined and not internal


def unservable(app: App, exposure: Gateway, stack: Stack) -> Iterator[str]:
    """
    Every sentence about what a Gateway cannot serve.
    """
    for entrance in entrances(app, stack, exposure):
        controller = entrance.gateway_controller(stack)
        for route in entrance.routes:
            yield from _unknown_wishes(route, controller)
            yield from _odd_path(route)
            yield from _encrypted_pods(route)
    yield from _mixed_timeouts(app, exposure, stack)
    yield from _shared_hosts(app, stack)
    yield from _many_hosts(app, exposure, stack)


def _unknown_wishes(
    route: Route, controller: IngressController | None
) -> Iterator[str]:
    grpc = speaks_grpc(route)
    heeded = controller is None or controller.route_timeouts
    told = controller is not None and controller.policies
    limited = route.timeout_seconds is not None and not told
    wishes = {
        "a size of bodies": route.body_size is not None,
        "a time-out of gRPC": limited and grpc,
    }
    for wish, wanted in wishes.items():
        if wanted:
            yield (
                f"Route {route.path!r} to {title(route.service)} wants {wish}, "
                "for which the Gateway API has no word. Leave it out, say it "
                "by a Raw policy of the controller's own, or choose Ingress."
            )
    if limited and not grpc and not heeded:
        yield (
            f"Route {route.path!r} to {title(route.service)} wants a "
            "time-out, which the Gateways of its class do not heed. Leave it "
            "out, or choose Ingress."
        )


def _encrypted_pods(route: Route) -> Iterator[str]:
    """
    A Gateway wants to verify pods, and has to be told by whose certificate.
    """
    if route.port.application == "https":
        yield (
            f"Route {route.path!r} to {title(route.service)} leads to HTTPS, "
            "but a Gateway speaks HTTP to pods. Lead it to a port of plain "
            "HTTP, or choose Ingress."
        )


def _odd_path(route: Route) -> Iterator[str]:
    """
    A Gateway is stricter about paths than an Ingress.
    """
    grpc = speaks_grpc(route)
    rules = {
        f"have at most {_LONGEST_PATH} characters": (
            len(route.path) <= _LONGEST_PATH
        ),
        "name a service and maybe a method of gRPC, like '/acme.Shop/Buy'": (
            not grpc or _CALL.fullmatch(route.path)
        ),
        "have two hexadecimal digits after each '%', like '/100%25'": (
            _PATH.fullmatch(route.path)
        ),
    }
    for rule, kept in rules.items():
        if not kept:
            yield (
                f"Route to {title(route.service)}: path must {rule}, by the "
                f"Gateway API (got {route.path!r})."
            )


def _mixed_timeouts(
    app: App, exposure: Gateway, stack: Stack
) -> Iterator[str]:
    """
    Google's Gateways are told time-outs of services.
    """
    limits: dict[str, set[int]] = {}
    for entrance in entrances(app, stack, exposure):
        controller = entrance.gateway_controller(stack)
        for route in entrance.routes:
            seconds = timeout_of(route)
            if controller and controller.policies and seconds is not None:
                limits.setdefault(route.service.name, set()).add(seconds)
    for name, found in limits.items():
        if len(found) > 1:
            yield (
                f"Service {name!r} is routed to with several time-outs, but "
                f"the Gateway of stack {stack.name!r} has one for a service. "
                "Give its routes the same timeout_seconds, or what is slow a "
                "service of its own."
            )


def _many_hosts(app: App, exposure: Gateway, stack: Stack) -> Iterator[str]:
    """
    With certificates, each host takes a listener beside that of plain HTTP.
    """
    for entrance in entrances(app, stack, exposure):
        joined = entrance.joined_gateway(stack)
        count = len(entrance.hosts) + 1
        if (
            entrance.leads
            and joined is None
            and exposure.tls is not OFF
            and count > _MOST_LISTENERS
        ):
            kind = "internal routes" if entrance.internal else "routes"
            yield (
                f"Hosts of the {kind} of stack {stack.name!r} take {count} "
                "listeners of a Gateway with tls, one for each and one for "
                f"plain HTTP, but it has at most {_MOST_LISTENERS}. Use a "
                "wildcard, like '*.example.com', or fewer hosts, or join a "
                "Gateway, like 'gateway: infra/shared/https'."
            )


def _shared_hosts(app: App, stack: Stack) -> Iterator[str]:
    """
    A host serves either HTTPRoutes or GRPCRoutes.
    """
    spoken: dict[tuple[bool, str], Route] = {}
    for route in app.routes:
        grpc = speaks_grpc(route)
        for host in hosts_of(route, stack):
            other = spoken.setdefault((route.internal, host), route)
            if grpc is not speaks_grpc(other):
                yield (
                    f"Routes {other.path!r} and {route.path!r} lead to HTTP "
                    f"and gRPC under host {host!r} of stack {stack.name!r}, "
                    "which a Gateway keeps apart. Give gRPC hosts of its own."
                )
