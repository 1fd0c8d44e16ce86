"""
Where an app is reached from outside of its cluster.
"""

import functools

from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from .._routing import hosts_of
from ..environment import ROUTED, Gateway, Ingress, LoadBalancer, NodePort
from ..spec import OFF, Service
from ._plan import Plan


Address = pulumi.Output[str | None]
FindService = Callable[[Service], "kubernetes.core.v1.Service"]

_USUAL_PORTS = {"http": 80, "https": 443}


def _address(scheme: str, host: str, port: int) -> str:
    if ":" in host:
        host = f"[{host}]"
    usual = _USUAL_PORTS.get(scheme) == port

    return f"{scheme}://{host}" if usual else f"{scheme}://{host}:{port}"


def _by_node_port(
    exposure: NodePort, plan: Plan, find: FindService
) -> dict[str, Address]:
    """
    At a port of a node, which is only known where the stack or its kind of
    cluster tells an address; ``NODE`` stands for it elsewhere.
    """
    hosts = (*plan.stack.hosts, plan.stack.cluster.node_address, "NODE")
    host = next(filter(None, hosts))
    found: dict[str, Address] = {}
    for part, number in exposure.parts:
        scheme = part.listens[0].application
        if number is None:
            address = functools.partial(_picked, scheme, host)
            found[part.name] = find(part).spec.apply(address)
        else:
            known = _address(scheme, host, number)
            found[part.name] = pulumi.Output.from_input(known)
    return found


def _picked(scheme: str, host: str, spec: Any) -> str:
    """
    The address at the port that Kubernetes has picked.
    """
    return _address(scheme, host, spec.ports[0].node_port)


def _by_load_balancer(
    exposure: LoadBalancer, find: FindService
) -> dict[str, Address]:
    """
    At an address that the cluster's provider assigns.
    """
    found: dict[str, Address] = {}
    for part, number in exposure.parts:
        usual = part.listens[0]
        address = functools.partial(
            _balanced, usual.application, number or usual.number
        )
        found[part.name] = find(part).status.apply(address)
    return found


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
    if isinstance(exposure, NodePort):
        return _by_node_port(exposure, plan, find)
    if isinstance(exposure, LoadBalancer):
        return _by_load_balancer(exposure, find)
    if isinstance(exposure, ROUTED):
        return _by_ingress(exposure, plan)
    return {}
