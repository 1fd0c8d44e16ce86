"""
What an exposure, the routes of an app and a stack can contradict each other
in.
"""

import re

from collections.abc import Iterable, Iterator

from ._exposure import redirects
from ._gateway_contradictions import joins_gateway, unservable
from ._opening_contradictions import unopenable
from ._routing import (
    Entrance,
    entrances,
    hosts_of,
    speaks_grpc,
    timeout_of,
)
from .environment import (
    ROUTED,
    AcmCertificate,
    CertManager,
    Environment,
    Gateway,
    Ingress,
    IngressController,
    TlsSecret,
)
from .exceptions import choices
from .graph import Graph
from .spec import OFF, App, Route, title
from .spec.routes import plain_path
from .stack import Stack


_Served = tuple[IngressController, Route]
_ADDRESS = re.compile(r"\d+(\.\d+){3}")


def unexposable(
    app: App, environment: Environment, stack: Stack, graph: Graph
) -> Iterator[str]:
    """
    Every sentence about what cannot be reached as it is meant to be.
    """
    yield from unopenable(app, environment, stack)
    yield from _unreached_routes(app, environment, graph)
    if app.routes and isinstance(environment.exposure, ROUTED):
        yield from _missing_addresses(app, environment, stack)
        yield from _unknown_hosts(app, environment, stack)
        yield from _same_paths(app, stack)
        yield from _open_insides(app, environment, stack)
    if isinstance(environment.exposure, Gateway):
        yield from unservable(app, environment.exposure, stack)
    if isinstance(environment.exposure, Ingress):
        for entrance in entrances(app, stack, environment.exposure):
            yield from _unknown_controller(entrance, environment, stack)
            if entrance.leads:
                yield from _unserved_certificate(entrance, environment, stack)
            for route in entrance.routes:
                yield from _unfulfilled(route, entrance, stack)
        served = [*_controlled(app, environment, stack)]
        for controller, route in served:
            yield from _unspoken(route, controller, environment, stack)
        yield from _mixed_protocols(served, stack)
        yield from _mixed_timeouts(served, stack)


def _unreached_routes(
    app: App, environment: Environment, graph: Graph
) -> Iterator[str]:
    if environment.exposure is None or isinstance(
        environment.exposure, ROUTED
    ):
        return
    opened: dict[str, list[str]] = {}
    openings = environment.openings(app)
    for opening in openings:
        opened.setdefault(opening.service.name, []).append(opening.port.name)
    # What speaks something else passes no requests on.
    leading = {each.service.name for each in openings if each.port.routable}
    leaders = (part for part in graph.exposed if part.name in leading)
    reached = {part.name for part in graph.reached(*leaders)}
    for route in app.routes:
        name, port = route.service.name, route.port.name
        ports = opened.get(name, [])
        if route.internal or name in reached or port in ports:
            continue
        if ports:
            found = ", ".join(map(repr, ports))
            yield (
                f"Route {route.path!r} leads to port {port!r} of "
                f"{title(route.service)}, which environment "
                f"{environment.name!r} does not open (open: {found})."
            )
        else:
            exposed = ", ".join(repr(part.name) for part in graph.exposed)
            yield (
                f"Route {route.path!r} leads to {title(route.service)}, which "
                f"no exposed part reaches (exposed: {exposed or 'none'})."
            )


def _inside_class(exposure: object, stack: Stack) -> str:
    """
    What a class of internal routes may be called in the cluster of *stack*.
    """
    if not isinstance(exposure, Gateway):
        controller = stack.cluster.ingress_controller(stack.ingress_class)
        return f"{controller.name if controller else 'nginx'}-internal"
    public = stack.gateway_class or stack.cluster.gateway_class or "istio"

    return "gke-l7-rilb" if public.startswith("gke-") else f"{public}-internal"


def _missing_addresses(
    app: App, environment: Environment, stack: Stack
) -> Iterator[str]:
    wanted: dict[str, tuple[object, str]] = {}
    if any(not route.hosts for route in app.routes):
        wanted["hosts"] = (stack.hosts, "[app.example.com]")
    if any(route.internal for route in app.routes):
        inside = _inside_class(environment.exposure, stack)
        wanted["internalClass"] = (stack.internal_class, inside)
    own = not joins_gateway(app, environment.exposure, stack)
    tls = getattr(environment.exposure, "tls", None)
    if own and isinstance(tls, CertManager):
        kinds = {route.internal for route in app.routes}
        given = stack.issuer or (kinds == {True} and stack.internal_issuer)
        wanted["issuer"] = (given, "letsencrypt")
    if isinstance(environment.exposure, Gateway):
        known = stack.gateway or stack.gateway_class
        usual = stack.cluster.gateway_class or "istio"
        wanted["gatewayClass"] = (known, usual)
    kind = type(environment.exposure).__name__
    for key, (value, example) in wanted.items():
        if not value:
            yield (
                f"Environment {environment.name!r} exposes routes by "
                f"{kind}, but stack {stack.name!r} has no {key}. Set it in "
                f"the stack's file, like '{key}: {example}'."
            )


def _open_insides(
    app: App, environment: Environment, stack: Stack
) -> Iterator[str]:
    """
    The class that serves the world outside serves it internal routes too,
    unless it is told otherwise.
    """
    exposure, own = environment.exposure, stack.internal_class
    inside = any(route.internal for route in app.routes)
    if getattr(exposure, "internal_annotations", None) or not inside:
        return
    if isinstance(exposure, Gateway):
        kind, key = "Gateway", "gatewayClass"
        public = stack.gateway_class or stack.cluster.gateway_class
        keeps_out = False
    else:
        kind, key = "Ingress", "ingressClass"
        controller = stack.cluster.ingress_controller(stack.ingress_class)
        usual = controller.name if controller else None
        public = stack.ingress_class or stack.cluster.ingress_class or usual
        keeps_out = bool(controller and controller.internal_annotations)
    if own and own == public and not keeps_out:
        yield (
            f"Environment {environment.name!r} exposes internal routes by "
            f"{kind}, but the internalClass of stack {stack.name!r} is its "
            f"{key} {public!r}, which serves them to the world outside. Name "
            "a class of their own, like 'internalClass: "
            f"{_inside_class(exposure, stack)}', or say by "
            f"{kind}(internal_annotations=…) what keeps the world out."
        )


def _unknown_groups(
    said: str, hosts: Iterable[str], stack: Stack
) -> Iterator[str]:
    """
    Words without a dot are names of groups.
    """
    for host in hosts:
        if "." not in host and host not in stack.host_groups:
            example = f"hostGroups: {{{host}: [{host}.example.com]}}"
            yield (
                f"{said}: hosts {host!r} is none of the hostGroups of stack "
                f"{stack.name!r}; {choices(host, stack.host_groups)}. Set it "
                f"in the stack's file, like {example!r}, or name a whole "
                "host."
            )


def _unknown_hosts(
    app: App, environment: Environment, stack: Stack
) -> Iterator[str]:
    """
    Groups have to be there, and addresses are no names.
    """
    tls = getattr(environment.exposure, "tls", OFF)
    if isinstance(tls, TlsSecret):
        said = f"Environment {environment.name!r}: TlsSecret {tls.name!r}"
        yield from _unknown_groups(said, tls.hosts, stack)
    for route in app.routes:
        yield from _unknown_groups(f"Route {route.path!r}", route.hosts, stack)
        for host in hosts_of(route, stack):
            if _ADDRESS.fullmatch(host):
                yield (
                    f"Route {route.path!r} is under {host!r} in stack "
                    f"{stack.name!r}, but hosts of routes are names, like "
                    "'app.example.com'. Choose a name that leads to it, like "
                    f"'{host}.nip.io'."
                )


def _same_paths(app: App, stack: Stack) -> Iterator[str]:
    """
    Hosts can be said in two ways, by themselves and by groups.
    """
    seen: dict[tuple[object, ...], Route] = {}
    for route in app.routes:
        for host in hosts_of(route, stack):
            path = plain_path(route)
            key = (host, path, route.path_type, route.internal)
            if seen.setdefault(key, route) is not route:
                yield (
                    f"Route {route.path!r} is given twice under host "
                    f"{host!r} of stack {stack.name!r}."
                )


def _unknown_controller(
    entrance: Entrance, environment: Environment, stack: Stack
) -> Iterator[str]:
    exposure = environment.exposure
    if (
        isinstance(exposure, Ingress)
        and exposure.redirect
        and entrance.leads
        and not redirects(exposure, entrance.controller(stack))
    ):
        yield (
            f"Environment {environment.name!r} redirects to HTTPS, but how "
            "the ingress controller of class "
            f"{entrance.ingress_class(stack)!r} is told to is not known. "
            "Leave redirect out and tell it by annotations, or set "
            f"ingressClass in the file of stack {stack.name!r}, like "
            "'ingressClass: nginx'."
        )


def _unserved_certificate(
    entrance: Entrance, environment: Environment, stack: Stack
) -> Iterator[str]:
    """
    Amazon's load balancers serve certificates of Amazon's, and nobody else
    does.
    """
    tls = getattr(environment.exposure, "tls", OFF)
    controller = entrance.controller(stack)
    amazons = controller is not None and controller.certificates is not None
    if tls is OFF or isinstance(tls, AcmCertificate) is amazons:
        return
    remedy = (
        "Choose AcmCertificate()."
        if amazons
        else "Choose CertManager() or TlsSecret(…), or set ingressClass in "
        "the stack's file, like 'ingressClass: alb'."
    )
    yield (
        f"Environment {environment.name!r} has certificates by "
        f"{type(tls).__name__}, which the ingress controller of class "
        f"{entrance.ingress_class(stack)!r} in stack {stack.name!r} does not "
        f"serve. {remedy}"
    )


# What ingress-nginx takes where it validates paths strictly.
_STRICT_PATH = re.compile("[/A-Za-z0-9._-]+")


def _unspoken(
    route: Route,
    controller: IngressController,
    environment: Environment,
    stack: Stack,
) -> Iterator[str]:
    """
    What a controller refuses or does not understand of a route.
    """
    bare = getattr(environment.exposure, "tls", OFF) is OFF
    if speaks_grpc(route) and bare and not controller.plain_grpc:
        kind = "AcmCertificate" if controller.certificates else "CertManager"
        yield (
            f"Route {route.path!r} leads to gRPC, which the ingress "
            f"controller {controller.name!r} of stack {stack.name!r} speaks "
            f"by HTTPS alone. Set tls in environment {environment.name!r}, "
            f"like Ingress(tls={kind}())."
        )
    if controller.strict_paths and not _STRICT_PATH.fullmatch(route.path):
        yield (
            f"Route {route.path!r} has other signs than letters, digits and "
            f"'/_-.', which the ingress controller {controller.name!r} of "
            f"stack {stack.name!r} refuses. Choose another path."
        )
    if speaks_grpc(route) and route.body_size and controller.middlewares:
        yield (
            f"Route {route.path!r} wants a size of bodies, for which the "
            f"ingress controller {controller.name!r} of stack "
            f"{stack.name!r} waits until the call has ended, so that streams "
            "of gRPC stand still. Leave it out, and let the service look."
        )


def _has_transports(
    route: Route, controller: IngressController | None
) -> bool:
    """
    Whether *controller* can be told how long to wait for an answer over the
    protocol of *route*, though not by annotations.
    """
    odd = route.port.application in ("grpc", "ws")
    return controller is not None and controller.middlewares and not odd


# What a controller has to be told to speak to pods.
_SPOKEN = {"grpc": "gRPC", "https": "HTTPS"}


def _unfulfilled(
    route: Route, entrance: Entrance, stack: Stack
) -> Iterator[str]:
    controller = entrance.controller(stack)
    wishes = {
        "a time-out": (
            timeout_of(route) is None
            or (
                controller is not None
                and (
                    controller.timeouts
                    or controller.idle_timeout
                    or controller.backends
                )
            )
            or _has_transports(route, controller)
            # Traefik gives answers all the time that they need.
            or route.timeout_seconds is None
        ),
        "a size of bodies": (
            route.body_size is None
            or (controller is not None and controller.sizes)
        ),
        **{
            words: route.port.application != spoken
            or (controller is not None and controller.speaks(spoken))
            for spoken, words in _SPOKEN.items()
        },
    }
    longest = controller and controller.longest_timeout
    if longest and (timeout_of(route) or 0) > longest:
        yield (
            f"Route {route.path!r} wants a time-out of "
            f"{route.timeout_seconds} seconds, but the ingress controller of "
            f"class {entrance.ingress_class(stack)!r} in stack "
            f"{stack.name!r} takes at most {longest}. Lower timeout_seconds."
        )
    for wish, fulfilled in wishes.items():
        if not fulfilled:
            yield (
                f"Route {route.path!r} wants {wish}, but the ingress "
                f"controller of class {entrance.ingress_class(stack)!r} in "
                f"stack {stack.name!r} has none, or mizzen does not know how "
                "it is told. Leave it out, and tell the controller by "
                "annotations."
            )


def _controlled(
    app: App, environment: Environment, stack: Stack
) -> Iterator[_Served]:
    """
    The routes that a known controller serves.
    """
    for entrance in entrances(app, stack, environment.exposure):
        controller = entrance.controller(stack)
        if controller is not None:
            for route in entrance.routes:
                yield controller, route


def _mixed_protocols(served: list[_Served], stack: Stack) -> Iterator[str]:
    """
    Where gRPC or HTTPS is said of a Service, it is said of all its ports.
    """
    spoken: dict[str, set[str]] = {}
    for controller, route in served:
        if controller.service_grpc or controller.service_https:
            protocols = spoken.setdefault(route.service.name, set())
            protocols.add(_SPOKEN.get(route.port.application, "HTTP"))
    for name, protocols in spoken.items():
        if len(protocols) > 1:
            *others, last = sorted(protocols, reverse=True)
            yield (
                f"Service {name!r} is routed to by {', '.join(others)} and "
                f"by {last}, but the ingress controller of stack "
                f"{stack.name!r} speaks one of them to a service. Give each "
                "a service of its own."
            )


def _mixed_timeouts(served: list[_Served], stack: Stack) -> Iterator[str]:
    """
    Traefik is told time-outs of services.
    """
    limits: dict[str, set[int | None]] = {}
    for controller, route in served:
        # A WebSocket is there before any of them ends.
        if controller.middlewares and route.port.application != "ws":
            found = limits.setdefault(route.service.name, set())
            found.add(route.timeout_seconds)
    for name, seconds in limits.items():
        if len(seconds) > 1:
            yield (
                f"Service {name!r} is routed to with several time-outs, but "
                f"the ingress controller of stack {stack.name!r} has one for "
                "a service. Give its routes the same timeout_seconds, or "
                "what is slow a service of its own."
            )
