"""
Routes that lead to the app from outside.
"""

from typing import Any

from . import _names
from ._scope import Scope
from .environment import CertManager, Ingress, TlsSecret


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


def ingress(exposure: Ingress, scope: Scope) -> dict[str, Any]:
    """
    The app's routes under the host names of the stack.
    """
    annotations = dict(exposure.annotations)
    hosts = scope.stack.hosts
    spec: dict[str, Any] = {}
    if scope.stack.ingress_class:
        spec["ingressClassName"] = scope.stack.ingress_class
    if isinstance(exposure.tls, CertManager):
        issuer = scope.stack.issuer
        annotations["cert-manager.io/cluster-issuer"] = str(issuer)
        secret = f"{scope.app.name}-tls"
        spec["tls"] = [{"hosts": list(hosts), "secretName": secret}]
    elif isinstance(exposure.tls, TlsSecret):
        name = exposure.tls.name
        spec["tls"] = [{"hosts": list(hosts), "secretName": name}]
    spec["rules"] = [
        {"host": host, "http": {"paths": _routes(scope)}} for host in hosts
    ]
    metadata: dict[str, Any] = {
        "name": scope.app.name,
        "namespace": scope.namespace,
        "labels": _names.labels(
            scope.app.name, scope.instance, scope.app.name, "ingress"
        ),
    }
    if annotations:
        metadata["annotations"] = annotations

    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": metadata,
        "spec": spec,
    }
