"""
What the Gateway API cannot say of an app's routes.
"""

from collections.abc import Iterator

from ._routing import hosts_of
from .spec import App, Route, title
from .stack import Stack


def unservable(app: App, stack: Stack) -> Iterator[str]:
    """
    Every sentence about what a Gateway cannot serve.
    """
    for route in app.routes:
        yield from _unknown_wishes(route)
    yield from _shared_hosts(app, stack)


def _unknown_wishes(route: Route) -> Iterator[str]:
    grpc = route.port.application == "grpc"
    wishes = {
        "a size of bodies": route.body_size is not None,
        "a time-out of gRPC": grpc and route.timeout_seconds is not None,
        "more than service and method of gRPC": (
            grpc and route.path.strip("/").count("/") > 1
        ),
    }
    for wish, wanted in wishes.items():
        if wanted:
            yield (
                f"Route {route.path!r} to {title(route.service)} wants {wish}, "
                "for which the Gateway API has no word. Leave it out, say it "
                "by a Raw policy of the controller's own, or choose Ingress."
            )


def _shared_hosts(app: App, stack: Stack) -> Iterator[str]:
    """
    A host serves either HTTPRoutes or GRPCRoutes.
    """
    spoken: dict[tuple[bool, str], Route] = {}
    for route in app.routes:
        grpc = route.port.application == "grpc"
        for host in hosts_of(route, stack):
            other = spoken.setdefault((route.internal, host), route)
            if grpc is not (other.port.application == "grpc"):
                yield (
                    f"Routes {other.path!r} and {route.path!r} lead to HTTP "
                    f"and gRPC under host {host!r} of stack {stack.name!r}, "
                    "which a Gateway keeps apart. Give gRPC hosts of its own."
                )
