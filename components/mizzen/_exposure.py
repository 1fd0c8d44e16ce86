"""
Ingresses: the app's routes, and how their controllers are told the rest.
"""

import functools

from collections.abc import Iterator
from typing import Any

from . import _names
from ._routing import Entrance, hosts_of, timeout_of
from ._scope import Scope
from .environment import CertManager, Ingress, IngressController, TlsSecret
from .quantities import parse_bytes
from .spec import OFF, Route


_MIDDLEWARES = "traefik.ingress.kubernetes.io/router.middlewares"

Roled = tuple[str, dict[str, Any]]


def _named(name: str, suffix: str) -> str:
    return f"{name}-{suffix}" if suffix else name


def app_object(
    scope: Scope, api_version: str, kind: str, suffix: str, spec: Any
) -> dict[str, Any]:
    """
    An object of the app itself that has to do with its routes.
    """
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {
            "name": _named(scope.name, suffix),
            "namespace": scope.namespace,
            "labels": _names.labels(
                scope.app.name, scope.instance, scope.app.name, "ingress"
            ),
        },
        "spec": spec,
    }


_middleware = functools.partial(
    app_object, api_version="traefik.io/v1alpha1", kind="Middleware"
)


def redirects(exposure: Ingress, controller: IngressController | None) -> bool:
    """
    Whether *controller* redirects plain HTTP to HTTPS.
    """
    wanted = exposure.tls is not OFF and exposure.redirect is not False
    return wanted and controller is not None and controller.redirects


def _middlewares(
    exposure: Ingress, entrance: Entrance, scope: Scope
) -> Iterator[dict[str, Any]]:
    """
    What Traefik does with requests beside routing them.
    """
    if redirects(exposure, entrance.controller(scope.stack)):
        yield _middleware(
            scope,
            suffix="redirect",
            spec={"redirectScheme": {"scheme": "https", "permanent": True}},
        )
    size = entrance.routes[0].body_size
    if size is not None:
        yield _middleware(
            scope,
            suffix=f"{entrance.suffix}-body",
            spec={"buffering": {"maxRequestBodyBytes": parse_bytes(size)}},
        )


def _wishes(
    entrance: Entrance, controller: IngressController
) -> dict[str, str]:
    """
    Annotations for what routes want of *controller*.
    """
    route = entrance.routes[0]
    seconds, size = timeout_of(route), route.body_size
    found: dict[str, str] = {}
    if seconds is not None:
        found.update(dict.fromkeys(controller.timeouts, str(seconds)))
    if size is not None and controller.body_size:
        found[controller.body_size] = str(parse_bytes(size))
    if entrance.speaks_grpc:
        found.update(controller.grpc)

    return found


def _annotations(
    exposure: Ingress, entrance: Entrance, scope: Scope
) -> dict[str, str]:
    found: dict[str, str] = {}
    controller = entrance.controller(scope.stack)
    if controller is not None:
        internal = controller.internal_annotations
        found.update(controller.annotations)
        found.update(internal if entrance.internal else {})
        if redirects(exposure, controller):
            found.update(controller.redirect)
        found.update(_wishes(entrance, controller))
        name = entrance.ingress_class(scope.stack)
        if controller.class_annotation and name:
            found["kubernetes.io/ingress.class"] = name
        if controller.middlewares:
            names = [
                f"{scope.namespace}-{body['metadata']['name']}@kubernetescrd"
                for body in _middlewares(exposure, entrance, scope)
            ]
            found.update({_MIDDLEWARES: ",".join(names)} if names else {})
    if isinstance(exposure.tls, CertManager) and entrance.leads:
        issuer = scope.stack.issuer
        found["cert-manager.io/cluster-issuer"] = str(issuer)

    return {**found, **exposure.annotations}


def tls_secret(
    tls: CertManager | TlsSecret, entrance: Entrance, scope: Scope
) -> str:
    """
    Name of the Secret with the certificate.
    """
    if isinstance(tls, TlsSecret):
        return tls.name
    return _named(scope.name, "internal-tls" if entrance.internal else "tls")


def _path(route: Route) -> dict[str, Any]:
    return {
        "path": route.path,
        "pathType": route.path_type,
        "backend": {
            "service": {
                "name": route.service.name,
                "port": {"name": route.port.name},
            }
        },
    }


def _rules(entrance: Entrance, scope: Scope) -> list[dict[str, Any]]:
    """
    Every host with its paths.
    """
    paths: dict[str, list[dict[str, Any]]] = {}
    for route in entrance.routes:
        for host in hosts_of(route, scope.stack):
            paths.setdefault(host, []).append(_path(route))

    return [
        {"host": host, "http": {"paths": found}}
        for host, found in paths.items()
    ]


def _ingress(
    exposure: Ingress, entrance: Entrance, scope: Scope
) -> dict[str, Any]:
    spec: dict[str, Any] = {}
    name = entrance.ingress_class(scope.stack)
    controller = entrance.controller(scope.stack)
    if name and not (controller and controller.class_annotation):
        spec["ingressClassName"] = name
    if isinstance(exposure.tls, (CertManager, TlsSecret)):
        secret = tls_secret(exposure.tls, entrance, scope)
        hosts = list(entrance.hosts)
        spec["tls"] = [{"hosts": hosts, "secretName": secret}]
    spec["rules"] = _rules(entrance, scope)
    body = app_object(
        scope, "networking.k8s.io/v1", "Ingress", entrance.suffix, spec
    )
    annotations = _annotations(exposure, entrance, scope)
    if annotations:
        body["metadata"]["annotations"] = annotations

    return body


def routed(exposure: Ingress, scope: Scope) -> Iterator[Roled]:
    """
    The objects of the app's routes, each with its role; what is referred to
    comes before what refers to it.
    """
    found: dict[str, dict[str, Any]] = {}
    for entrance in scope.entrances:
        controller = entrance.controller(scope.stack)
        if controller is not None and controller.middlewares:
            for body in _middlewares(exposure, entrance, scope):
                role = body["metadata"]["name"].removeprefix(f"{scope.name}-")
                found[role] = body
        role = _named("ingress", entrance.suffix)
        found[role] = _ingress(exposure, entrance, scope)
    yield from found.items()
