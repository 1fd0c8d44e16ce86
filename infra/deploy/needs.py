"""
What a stack's objects need of the embedded cluster besides Kubernetes itself.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from infra import local

from mizzen import Project, Registry, Stack, compile_app
from mizzen.environment import CLUSTERS

from .target import Target


_ISSUER = "cert-manager.io/cluster-issuer"
_SERVED_CLASSES = frozenset({None, "traefik"})


def _issuers(bodies: Iterable[dict[str, Any]]) -> Iterator[str]:
    """
    Names of the cluster issuers that sign certificates for *bodies*.
    """
    for body in bodies:
        annotations = body["metadata"].get("annotations", {})
        if _ISSUER in annotations:
            yield annotations[_ISSUER]
        reference = body.get("spec", {}).get("issuerRef", {})
        if reference.get("kind") == "ClusterIssuer":
            yield reference["name"]


def _addons(body: dict[str, Any]) -> Iterator[str]:
    spec = body.get("spec", {})
    match body["kind"]:
        case "Ingress" if spec.get("ingressClassName") in _SERVED_CLASSES:
            yield "traefik"
        case "Gateway" | "HTTPRoute" | "Middleware":
            yield "traefik"
        case "Service" if spec.get("type") == "LoadBalancer":
            yield "metallb"
        case "HorizontalPodAutoscaler":
            yield "metrics-server"
        case _:
            pass


@attrs.frozen(kw_only=True)
class Needs:
    """
    What the embedded cluster has to have.

    Attributes:
        addons: Names of add-ons.

        issuers: Names of cluster issuers.
    """

    addons: tuple[str, ...]
    issuers: tuple[str, ...]

    @classmethod
    def of(cls, bodies: Iterable[dict[str, Any]]) -> "Needs":
        """
        What the objects with these *bodies* need.
        """
        bodies = tuple(bodies)
        issuers = tuple(sorted(set(_issuers(bodies))))
        addons = {name for body in bodies for name in _addons(body)}
        if issuers:
            addons.add("cert-manager")

        return cls(addons=tuple(sorted(addons)), issuers=issuers)


def _deployed(stack: Stack, cluster: local.LocalCluster) -> Stack:
    """
    *stack* with the addresses of the embedded cluster.
    """
    return attrs.evolve(
        stack,
        cluster=CLUSTERS["embedded"],
        context=cluster.context,
        registry=Registry(cluster.registry),
    )


def provide(project: Project, stack: Stack, target: Target) -> None:
    """
    Start what *stack* needs and what the embedded cluster does not run yet;
    other clusters are their owners' affair.

    Raises:
        LocalClusterError: If it does not start.
        SpecError: If the stack cannot be compiled.
    """
    if target.cluster is None:
        return
    manifests = compile_app(
        project.app(),
        project.environment(stack),
        _deployed(stack, target.cluster),
    )
    needs = Needs.of(each.body for each in manifests.objects)
    if needs.addons:
        local.start_addons(needs.addons, issuers=needs.issuers)
