"""
Routes that lead to the app from outside.
"""

from collections.abc import Iterator
from typing import Any

from . import _names
from ._scope import Scope
from .environment import CertManager, Ingress, IngressController, TlsSecret
from .spec import OFF


_MIDDLEWARES = "traefik.ingress.kubernetes.io/router.middlewares"


def _metadata(scope: Scope, name: str, component: str) -> dict[str, Any]:
    return {
        "name": name,
        "namespace": scope.namespace,
        "labels": _names.labels(
            scope.app.name, scope.instance, scope.app.name, component
        ),
    }


def _routes(scope: Scope) -> list[dict[str, Any]]:
    return [
        {
            "path": route.path,
            "pathType": "Prefix",
            "backend": {
                "service": {
                    "name": route.to.name,
                    "port": {"name": route.to.listens[0].name},
                }
            },
        }
        for route in scope.app.routes
    ]


def _redirecting(exposure: Ingress, scope: Scope) -> IngressController | None:
    """
    The controller that redirects to HTTPS, if any does.
    """
    controller = scope.stack.ingress_controller
    if exposure.tls is OFF or exposure.redirect is False:
        return None
    return controller if controller and controller.redirects else None


def _redirect_name(scope: Scope) -> str:
    return f"{scope.name}-redirect"


def _redirect_middleware(scope: Scope) -> dict[str, Any]:
    return {
        "apiVersion": "traefik.io/v1alpha1",
        "kind": "Middleware",
        "metadata": _metadata(scope, _redirect_name(scope), "ingress"),
        "spec": {"redirectScheme": {"scheme": "https", "permanent": True}},
    }


def _annotations(exposure: Ingress, scope: Scope) -> dict[str, str]:
    found: dict[str, str] = {}
    serving = scope.stack.ingress_controller
    if serving:
        found.update(serving.annotations)
    if serving and serving.class_annotation and scope.stack.ingress_class:
        found["kubernetes.io/ingress.class"] = scope.stack.ingress_class
    controller = _redirecting(exposure, scope)
    if controller:
        found.update(controller.redirect)
    if controller and controller.middlewares:
        name = f"{scope.namespace}-{_redirect_name(scope)}@kubernetescrd"
        found[_MIDDLEWARES] = name
    if isinstance(exposure.tls, CertManager):
        issuer = scope.stack.issuer
        found["cert-manager.io/cluster-issuer"] = str(issuer)

    return {**found, **exposure.annotations}


def _ingress(exposure: Ingress, scope: Scope) -> dict[str, Any]:
    hosts = scope.stack.hosts
    spec: dict[str, Any] = {}
    controller = scope.stack.ingress_controller
    by_annotation = controller is not None and controller.class_annotation
    if scope.stack.ingress_class and not by_annotation:
        spec["ingressClassName"] = scope.stack.ingress_class
    if isinstance(exposure.tls, CertManager):
        secret = f"{scope.name}-tls"
        spec["tls"] = [{"hosts": list(hosts), "secretName": secret}]
    elif isinstance(exposure.tls, TlsSecret):
        name = exposure.tls.name
        spec["tls"] = [{"hosts": list(hosts), "secretName": name}]
    spec["rules"] = [
        {"host": host, "http": {"paths": _routes(scope)}} for host in hosts
    ]
    metadata = _metadata(scope, scope.name, "ingress")
    annotations = _annotations(exposure, scope)
    if annotations:
        metadata["annotations"] = annotations

    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": metadata,
        "spec": spec,
    }


def routed(
    exposure: Ingress, scope: Scope
) -> Iterator[tuple[str, dict[str, Any]]]:
    """
    The objects of the app's routes, each with its role; what is referred to
    comes before what refers to it.
    """
    controller = _redirecting(exposure, scope)
    if controller and controller.middlewares:
        yield "redirect", _redirect_middleware(scope)
    yield "ingress", _ingress(exposure, scope)
