"""
Where an app is reached from outside of its cluster.
"""

import functools

from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from .._routing import hosts_of
from .._services import public_role
from ..environment import ROUTED, Gateway, Ingress, NodePort, Opening
from ..spec import OFF, Service
from ._plan import Plan


Address = pulumi.Output[str | None]
FindService = Callable[[Service, str], "kubernetes.core.v1.Service"]

_USUAL_PORTS = {"http": 80, "https": 443}


def _address(scheme: str, host: str, port: int) -> str:
    if ":" in host:
        host = f"[{host}]"
    usual = _USUAL_PORTS.get(scheme) == port

    return f"{scheme}://{host}" if usual else f"{scheme}://{host}:{port}"


def _opened(
    opening: Opening, plan: Plan, find: FindService
) -> tuple[str, Address]:
    """
    Under which name which address is reported.
    """
    name = opening.place if opening.single else opening.service.name
    role = "service"
    if opening.apart:
        role = f"{public_role(opening)}-service"
    find_it = functools.partial(find, opening.service, role)
    if isinstance(opening.by, NodePort):
        return name, _by_node_port(opening, plan, find_it)
    number = opening.number or opening.port.number
    address = functools.partial(_balanced, opening.port.scheme, number)

    return name, find_it().status.apply(address)


def _by_node_port(
    opening: Opening,
    plan: Plan,
    find: Callable[[], "kubernetes.core.v1.Service"],
) -> Address:
    """
    At a port of a node, which is only known where the stack or its kind of
    cluster tells an address; ``NODE`` stands for it elsewhere.
    """
    hosts = (*plan.stack.hosts, plan.stack.cluster.node_address, "NODE")
    host = next(filter(None, hosts))
    if opening.number is None:
        address = functools.partial(_picked, opening, host)
        picked: Address = find().spec.apply(address)
        return picked
    known = _address(opening.port.scheme, host, opening.number)

    return pulumi.Output.from_input(known)


def _picked(opening: Opening, host: str, spec: Any) -> str:
    """
    The address at the port that Kubernetes has picked.
    """
    numbers = {port.name: port.node_port for port in spec.ports}
    return _address(opening.port.scheme, host, numbers[opening.port.name])


def _balanced(scheme: str, port: int, status: Any) -> str | None:
    """
    The address that *status* of a Kubernetes Service reports, if any.
    """
    balancer = status and status.load_balancer
    for ingress in (balancer and balancer.ingress) or ():
        return _address(scheme, ingress.hostname or ingress.ip, port)
    return None


def _by_ingress(exposure: Ingress | Gateway, plan: Plan) -> dict[str, Address]:
    """
    Under the leading host name; public routes and shorter paths first.
    """
    scheme = "http" if exposure.tls is OFF else "https"
    found: dict[str, Address] = {}
    for route in sorted(
        plan.app.routes, key=lambda route: (route.internal, len(route.path))
    ):
        path = route.path.rstrip("/")
        address = f"{scheme}://{hosts_of(route, plan.stack)[0]}{path}"
        found.setdefault(route.service.name, pulumi.Output.from_input(address))
    return found


def public_addresses(plan: Plan, find: FindService) -> dict[str, Address]:
    """
    Public addresses by part, the leading one first.
    """
    exposure = plan.environment.exposure
    routed: dict[str, Address] = {}
    if isinstance(exposure, ROUTED):
        routed = _by_ingress(exposure, plan)
    found = {**routed}
    for opening in plan.environment.openings(plan.app):
        name, address = _opened(opening, plan, find)
        if name in routed:
            name = opening.place
        found.setdefault(name, address)

    return found
