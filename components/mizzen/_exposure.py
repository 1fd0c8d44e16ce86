"""
Ingresses: the app's routes, and how their controllers are told the rest.
"""

import functools

from collections.abc import Iterator, Mapping
from typing import Any

from . import _names
from ._priorities import is_wildcard
from ._routing import Entrance, hosts_of, longest_timeout, timeout_of
from ._scope import Scope
from .environment import (
    CertManager,
    Gateway,
    Ingress,
    IngressController,
    TlsSecret,
)
from .quantities import parse_bytes
from .spec import OFF, Route
from .stack import Stack


_MIDDLEWARES = "traefik.ingress.kubernetes.io/router.middlewares"
_FRONTEND = "networking.gke.io/v1beta1.FrontendConfig"
# How long Amazon's load balancers let a connection be silent.
_USUAL_SECONDS = 60

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


def _redirect(controller: IngressController, scope: Scope) -> dict[str, Any]:
    """
    The object that tells *controller* to redirect.
    """
    if controller.frontends:
        return app_object(
            scope,
            "networking.gke.io/v1beta1",
            "FrontendConfig",
            "redirect",
            {
                "redirectToHttps": {
                    "enabled": True,
                    "responseCodeName": "MOVED_PERMANENTLY_DEFAULT",
                }
            },
        )
    return _middleware(
        scope,
        suffix="redirect",
        spec={"redirectScheme": {"scheme": "https", "permanent": True}},
    )


def _helpers(
    exposure: Ingress, entrance: Entrance, scope: Scope
) -> Iterator[dict[str, Any]]:
    """
    Objects that tell the controller what to do beside routing requests.
    """
    controller = entrance.controller(scope.stack)
    if controller is None:
        return
    told = controller.middlewares or controller.frontends
    if told and redirects(exposure, controller):
        yield _redirect(controller, scope)
    size = entrance.routes[0].body_size
    if controller.middlewares and size is not None:
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
    if entrance.priority is not None and controller.priority:
        found[controller.priority] = str(entrance.priority)
    found.update(controller.speaking(route.port.application))
    longest = longest_timeout(entrance.routes, _USUAL_SECONDS)
    if longest is not None:
        for name, text in controller.idle_timeout.items():
            found[name] = text.format(longest)

    return found


def _named_helpers(
    exposure: Ingress, entrance: Entrance, scope: Scope
) -> dict[str, str]:
    """
    Annotations that name the helpers of an Ingress.
    """
    found: dict[str, list[str]] = {}
    for body in _helpers(exposure, entrance, scope):
        name = body["metadata"]["name"]
        if body["kind"] == "FrontendConfig":
            found[_FRONTEND] = [name]
        else:
            names = found.setdefault(_MIDDLEWARES, [])
            names.append(f"{scope.namespace}-{name}@kubernetescrd")

    return {key: ",".join(names) for key, names in found.items()}


def _told(
    exposure: Ingress,
    entrance: Entrance,
    controller: IngressController,
    scope: Scope,
) -> dict[str, str]:
    """
    Annotations that *controller* understands.
    """
    found = dict(controller.annotations)
    if exposure.tls is not OFF:
        found.update({**controller.https, **controller.https_only})
    if isinstance(exposure.tls, CertManager):
        found.update(controller.cert_manager)
    if controller.certificates:
        arn = getattr(exposure.tls, "arn", None)
        found.update({controller.certificates: arn} if arn else {})
    if redirects(exposure, controller):
        found.update(controller.redirect)
    found.update(_wishes(entrance, controller))
    name = entrance.ingress_class(scope.stack)
    if controller.class_annotation and name:
        found["kubernetes.io/ingress.class"] = name

    return {**found, **_named_helpers(exposure, entrance, scope)}


def given_annotations(
    exposure: Gateway | Ingress, entrance: Entrance
) -> Mapping[str, str]:
    """
    What *exposure* says itself of what serves an entrance.
    """
    own = exposure.internal_annotations if entrance.internal else None

    return exposure.annotations if own is None else own


def _annotations(
    exposure: Ingress, entrance: Entrance, scope: Scope
) -> dict[str, str]:
    found: dict[str, str] = {}
    controller = entrance.controller(scope.stack)
    if controller is not None:
        found.update(_told(exposure, entrance, controller, scope))
    if isinstance(exposure.tls, CertManager) and entrance.leads:
        issuer = entrance.issuer(scope.stack)
        found["cert-manager.io/cluster-issuer"] = str(issuer)

    found.update(given_annotations(exposure, entrance))
    if controller is not None and entrance.internal:
        # Whatever is said of all Ingresses, the world is kept out of these.
        found.update(controller.internal_annotations)

    return found


def _kept_secret(tls: TlsSecret, host: str, stack: Stack) -> str:
    """
    Name of the Secret in which somebody keeps the certificate of *host*.
    """
    for named, secret in tls.hosts.items():
        if host in stack.hosts_of_word(named):
            return secret
    return tls.name


def tls_secret(
    tls: CertManager | TlsSecret, host: str, entrance: Entrance, scope: Scope
) -> str:
    """
    Name of the Secret with the certificate of *host*.
    """
    if isinstance(tls, TlsSecret):
        return _kept_secret(tls, host, scope.stack)
    kind = "internal" if entrance.internal else ""
    # Let's Encrypt refuses a name beside a wildcard that covers it.
    starred = "wildcard" if is_wildcard(host) else ""

    return "-".join(filter(None, (scope.name, kind, starred, "tls")))


def _tls(
    exposure: Ingress, entrance: Entrance, scope: Scope
) -> list[dict[str, Any]]:
    """
    Every certificate with the hosts that it is for.
    """
    if not isinstance(exposure.tls, (CertManager, TlsSecret)):
        return [{"hosts": list(entrance.hosts)}]
    hosts: dict[str, list[str]] = {}
    for host in entrance.hosts:
        secret = tls_secret(exposure.tls, host, entrance, scope)
        hosts.setdefault(secret, []).append(host)

    return [
        {"hosts": found, "secretName": secret}
        for secret, found in hosts.items()
    ]


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
    Every host with its paths; wildcards last, because Amazon's load balancers
    take the first rule that fits.
    """
    paths: dict[str, list[dict[str, Any]]] = {}
    for route in entrance.routes:
        for host in hosts_of(route, scope.stack):
            paths.setdefault(host, []).append(_path(route))

    return [
        {"host": host, "http": {"paths": paths[host]}}
        for host in sorted(paths, key=is_wildcard)
    ]


def _ingress(
    exposure: Ingress, entrance: Entrance, scope: Scope
) -> dict[str, Any]:
    spec: dict[str, Any] = {}
    name = entrance.ingress_class(scope.stack)
    controller = entrance.controller(scope.stack)
    if name and not (controller and controller.class_annotation):
        spec["ingressClassName"] = name
    if exposure.tls is not OFF:
        spec["tls"] = _tls(exposure, entrance, scope)
    spec["rules"] = _rules(entrance, scope)
    body = app_object(
        scope, "networking.k8s.io/v1", "Ingress", entrance.suffix, spec
    )
    annotations = _annotations(exposure, entrance, scope)
    if annotations:
        body["metadata"]["annotations"] = annotations

    return body


# Roles of the Ingresses for all that needs none of its own.
PLAIN_ROLES = ("ingress", "ingress-internal")


def routed(exposure: Ingress, scope: Scope) -> Iterator[Roled]:
    """
    The objects of the app's routes, each with its role; what is referred to
    comes before what refers to it.
    """
    found: dict[str, dict[str, Any]] = {}
    for entrance in scope.entrances:
        for body in _helpers(exposure, entrance, scope):
            role = body["metadata"]["name"].removeprefix(f"{scope.name}-")
            found[role] = body
        role = _named("ingress", entrance.suffix)
        found[role] = _ingress(exposure, entrance, scope)
    yield from found.items()
