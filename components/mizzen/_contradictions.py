"""
What an app, an environment and a stack can contradict each other in.
"""

from collections.abc import Iterator
from typing import Any

from . import _names
from ._config_contradictions import config_contradictions
from ._conventions import too_long
from .environment import (
    CertManager,
    Environment,
    Ingress,
    LoadBalancer,
    NodePort,
)
from .exceptions import choices
from .graph import Graph
from .spec import App, Dockerfile, Part, Store, title
from .stack import Stack


def contradictions(
    app: App,
    parts: tuple[Part, ...],
    environment: Environment,
    stack: Stack,
    graph: Graph,
) -> Iterator[str]:
    """
    Every sentence about what cannot be deployed; *parts* are the effective
    ones.
    """
    names = frozenset(part.name for part in app.parts)
    yield from _instance(app, stack)
    yield from _foreign_parts(environment, names)
    yield from _node_ports(environment)
    yield from _public_ports(environment)
    yield from _unreached_routes(app, environment, graph)
    yield from _missing_addresses(environment, stack)
    yield from _unable_cluster(environment, stack)
    for part in parts:
        yield from config_contradictions(part, stack)
    yield from _versions_of_nothing(parts, stack)
    yield from too_long(app, environment.conventions, stack)


def _instance(app: App, stack: Stack) -> Iterator[str]:
    name = _names.instance(app.name, stack.name)
    if len(name) > _names.LONGEST_LABEL:
        yield (
            f"App and stack together, {name!r}, have {len(name)} characters, "
            f"but Kubernetes allows {_names.LONGEST_LABEL} in labels and "
            "namespaces. Choose a shorter name for one of them."
        )


def _foreign_parts(
    environment: Environment, names: frozenset[str]
) -> Iterator[str]:
    exposed = getattr(environment.exposure, "parts", ())
    overridden = [override.part for override in environment.overrides]
    for verb, parts in (
        ("exposes", [part for part, _ in exposed]),
        ("overrides", overridden),
    ):
        for part in parts:
            if part.name not in names:
                yield (
                    f"Environment {environment.name!r} {verb} "
                    f"{title(part)}, which is not a part of the app; "
                    f"{choices(part.name, names)}."
                )


def _node_ports(environment: Environment) -> Iterator[str]:
    if not isinstance(environment.exposure, NodePort):
        return
    taken: dict[int, str] = {}
    for part, number in environment.exposure.parts:
        if number is None:
            continue
        first = taken.setdefault(number, part.name)
        if first != part.name:
            yield (
                f"Environment {environment.name!r} gives NodePort {number} "
                f"to both {first!r} and {part.name!r}."
            )


def _public_ports(environment: Environment) -> Iterator[str]:
    """
    A load balancer's port comes beside the Service's own ones.
    """
    if not isinstance(environment.exposure, LoadBalancer):
        return
    for part, number in environment.exposure.parts:
        if number in [port.number for port in part.listens[1:]]:
            yield (
                f"Environment {environment.name!r} gives {title(part)} the "
                f"public port {number}, on which it listens for something "
                "else."
            )


def _unreached_routes(
    app: App, environment: Environment, graph: Graph
) -> Iterator[str]:
    if environment.exposure is None:
        return
    reached = {part.name for part in graph.exposed}
    reached.update(part.name for part in graph.reached(*graph.exposed))
    for route in app.routes:
        if route.to.name not in reached:
            exposed = ", ".join(repr(part.name) for part in graph.exposed)
            yield (
                f"Route {route.path!r} leads to {title(route.to)}, which no "
                f"exposed part reaches (exposed: {exposed or 'none'})."
            )


def _missing_addresses(
    environment: Environment, stack: Stack
) -> Iterator[str]:
    exposure = environment.exposure
    if not isinstance(exposure, Ingress):
        return
    wanted: list[tuple[str, Any, str]] = [
        ("hosts", stack.hosts, "hosts: [app.example.com]")
    ]
    if isinstance(exposure.tls, CertManager):
        wanted.append(("issuer", stack.issuer, "issuer: letsencrypt"))
    for key, value, example in wanted:
        if not value:
            yield (
                f"Environment {environment.name!r} exposes routes by "
                f"Ingress, but stack {stack.name!r} has no {key}. Set it in "
                f"the stack's file, like '{example}'."
            )


def _unable_cluster(environment: Environment, stack: Stack) -> Iterator[str]:
    """
    What the kind of cluster, or its ingress controller, cannot do.
    """
    exposure = environment.exposure
    cluster = stack.cluster
    if isinstance(exposure, LoadBalancer) and not cluster.load_balancers:
        yield (
            f"Environment {environment.name!r} exposes parts by LoadBalancer, "
            f"but cluster {cluster.name!r} of stack {stack.name!r} gives them "
            "no address. Choose NodePort or Ingress; or, where something has "
            "been installed that does, 'cluster: generic'."
        )
    if isinstance(exposure, Ingress) and exposure.redirect:
        controller = stack.ingress_controller
        if controller is None or not controller.redirects:
            yield (
                f"Environment {environment.name!r} redirects to HTTPS, but "
                "how the ingress controller of class "
                f"{stack.ingress_class!r} is told to is not known. Leave "
                "redirect out and tell it by annotations, or set "
                "ingressClass in the file of stack "
                f"{stack.name!r}, like 'ingressClass: nginx'."
            )


def _versions_of_nothing(
    parts: tuple[Part, ...], stack: Stack
) -> Iterator[str]:
    """
    Recorded versions that would change nothing: an image is built under the
    name of the first part that runs it.
    """
    built: dict[int, str] = {}
    for part in parts:
        image = None if isinstance(part, Store) else part.image
        if isinstance(image, Dockerfile):
            built.setdefault(id(image), part.name)
    for name in stack.versions:
        if name not in built.values():
            yield (
                f"Stack {stack.name!r} records a version of {name!r}, but no "
                f"image is built under its name; "
                f"{choices(name, built.values())}."
            )
