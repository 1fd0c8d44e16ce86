"""
Ingress controllers: where their requests come from, and how they are told.
"""

from collections.abc import Mapping

import attrs

from .._fields import typed
from .._validators import (
    are_annotations,
    dns_label,
    match_labels,
    texts,
    texts_by_name,
    whole_number,
    words,
)
from ..spec.outside import networks


_GOOGLE = ("35.191.0.0/16", "130.211.0.0/22")
_PRIVATE = (
    "10.0.0.0/8",
    "100.64.0.0/10",
    "172.16.0.0/12",
    "192.168.0.0/16",
)


@attrs.frozen(kw_only=True, eq=False, field_transformer=typed)
class IngressController:
    """
    What serves Ingresses of a cluster.

    Args:
        name:
            Its name. A stack's ``ingressClass`` of this name, like
            ``"nginx"`` or ``"nginx-internal"``, means it.

        labels: Labels of its pods.

        namespace: Where they run; `None` if that is not known.

        sources:
            Networks that its requests come from, where it is no pod of the
            cluster.

        unnamed: Whether NetworkPolicies have no word for where its requests
            come from, like Cilium's, which has one of its own.

        annotations: Annotations that every Ingress of it needs.

        class_annotation: Whether it knows its Ingresses by the annotation
            ``kubernetes.io/ingress.class`` alone.

        internal_annotations: Annotations that an Ingress needs which is
            kept from the world outside.

        redirect: Annotations that redirect plain HTTP to HTTPS.

        https: Annotations that an Ingress with TLS needs.

        https_only: The same, for a controller that serves no plain HTTP
            beside HTTPS.

        certificates:
            Annotation that names a certificate of the cloud, for a
            controller that serves no others.

        cert_manager: Annotations that an Ingress needs whose certificate
            cert-manager makes.

        plain_grpc: Whether it speaks gRPC without TLS too.

        strict_paths: Whether it refuses paths of anything else than
            letters, digits and ``/_-.``.

        timeouts: Annotations that hold a time-out in seconds.

        idle_timeout:
            Annotations that hold one for all that is served, in which
            ``{}`` stands for the seconds.

        longest_timeout: The longest time-out in seconds that it takes.

        body_size: Annotation that holds the size of a body in bytes.

        priority:
            Annotation that holds the priority of the rules of an Ingress,
            for a controller that asks the longest rule first, as Traefik
            does, and not the one of the longest path.

        grpc: Annotations that speak gRPC to the pods.

        service_grpc: The same, where they are those of the Service.

        pods_https: Annotations that speak HTTPS to the pods.

        service_https: The same, where they are those of the Service.

        middlewares:
            Whether it is told by ``Middleware`` and ``ServersTransport``
            objects, as Traefik is.

        frontends:
            Whether it is told to redirect by a ``FrontendConfig`` object,
            as Google's is.

        backends:
            Whether it is told time-outs and health of a Service by a
            ``BackendConfig`` object, and HTTPS of its ports, as Google's is.

        asks_health: Whether it is told of health by annotations of a
            Service, as Amazon's is.

        policies:
            Whether its Gateways are told time-outs and health of a Service
            by ``GCPBackendPolicy`` and ``HealthCheckPolicy`` objects, as
            Google's are.

        route_timeouts: Whether its Gateways heed the time-outs of routes.

        http_port:
            Port at which its Gateways listen to plain HTTP, where that is
            not the one that the world outside connects to.

        https_port: The same for HTTPS.

    >>> IngressController("nginx").name
    'nginx'
    """

    name: str = attrs.field(kw_only=False, validator=dns_label)
    labels: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name, validator=match_labels
    )
    namespace: str | None = attrs.field(
        default=None, validator=attrs.validators.optional(dns_label)
    )
    sources: tuple[str, ...] = attrs.field(
        default=(), converter=words, validator=networks
    )
    annotations: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name, validator=are_annotations
    )
    unnamed: bool = False
    class_annotation: bool = False
    internal_annotations: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name, validator=are_annotations
    )
    redirect: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name, validator=are_annotations
    )
    https: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name, validator=are_annotations
    )
    https_only: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name, validator=are_annotations
    )
    timeouts: tuple[str, ...] = attrs.field(
        default=(), converter=words, validator=texts
    )
    certificates: str | None = None
    cert_manager: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name, validator=are_annotations
    )
    plain_grpc: bool = False
    strict_paths: bool = False
    idle_timeout: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name, validator=are_annotations
    )
    longest_timeout: int | None = None
    body_size: str | None = None
    priority: str | None = None
    grpc: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name, validator=are_annotations
    )
    service_grpc: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name, validator=are_annotations
    )
    pods_https: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name, validator=are_annotations
    )
    service_https: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name, validator=are_annotations
    )
    middlewares: bool = False
    frontends: bool = False
    backends: bool = False
    asks_health: bool = False
    policies: bool = False
    route_timeouts: bool = True
    http_port: int = attrs.field(
        default=80, validator=whole_number(1, 65535, 8000)
    )
    https_port: int = attrs.field(
        default=443, validator=whole_number(1, 65535, 8443)
    )

    def __repr__(self) -> str:
        return f"<IngressController {self.name}>"

    def speaking(self, application: str) -> Mapping[str, str]:
        """
        Annotations of an Ingress that speak *application* to the pods.
        """
        told = {"grpc": self.grpc, "https": self.pods_https}

        return told.get(application, {})

    def service_speaking(self, application: str) -> Mapping[str, str]:
        """
        The same, where they are those of the Service.
        """
        told = {"grpc": self.service_grpc, "https": self.service_https}

        return told.get(application, {})

    def speaks(self, application: str) -> bool:
        """
        Whether it can be told to speak *application* to the pods.
        """
        if application == "https" and self.backends:
            return True
        told = self.speaking(application) or self.service_speaking(application)

        return application in {"http", "ws"} or bool(told)

    @property
    def sizes(self) -> bool:
        """
        Whether it can be told how large a body may be.
        """
        return self.middlewares or self.body_size is not None

    @property
    def redirects(self) -> bool:
        """
        Whether it can be told to redirect plain HTTP to HTTPS, or has no
        plain HTTP to redirect.
        """
        told = self.redirect or self.https_only
        return self.middlewares or self.frontends or bool(told)


def nginx(namespace: str | None = None) -> IngressController:
    """
    The ingress-nginx of the Kubernetes project.
    """
    return IngressController(
        "nginx",
        labels={
            "app.kubernetes.io/name": "ingress-nginx",
            "app.kubernetes.io/component": "controller",
        },
        namespace=namespace,
        redirect={"nginx.ingress.kubernetes.io/ssl-redirect": "true"},
        timeouts=[
            "nginx.ingress.kubernetes.io/proxy-read-timeout",
            "nginx.ingress.kubernetes.io/proxy-send-timeout",
        ],
        body_size="nginx.ingress.kubernetes.io/proxy-body-size",
        grpc={"nginx.ingress.kubernetes.io/backend-protocol": "GRPC"},
        pods_https={"nginx.ingress.kubernetes.io/backend-protocol": "HTTPS"},
        strict_paths=True,
    )


def traefik(namespace: str | None = None) -> IngressController:
    """
    Traefik, from version 3 on.
    """
    return IngressController(
        "traefik",
        labels={"app.kubernetes.io/name": "traefik"},
        namespace=namespace,
        priority="traefik.ingress.kubernetes.io/router.priority",
        service_grpc={
            "traefik.ingress.kubernetes.io/service.serversscheme": "h2c"
        },
        service_https={
            "traefik.ingress.kubernetes.io/service.serversscheme": "https"
        },
        plain_grpc=True,
        middlewares=True,
        route_timeouts=False,
        # Those of the pods, by which listeners find their entry points.
        http_port=8000,
        https_port=8443,
    )


# cert-manager answers for a host by the Ingress itself, which gets an
# address only when it has some certificate.
_TEMPORARY = {"cert-manager.io/issue-temporary-certificate": "true"}


def gce() -> IngressController:
    """
    Google's load balancers, which connect to pods themselves.
    """
    return IngressController(
        "gce",
        sources=_GOOGLE,
        class_annotation=True,
        cert_manager={
            **_TEMPORARY,
            "acme.cert-manager.io/http01-edit-in-place": "true",
        },
        frontends=True,
        backends=True,
    )


def gce_internal() -> IngressController:
    """
    Those within the VPC, which connect to pods from a subnet of proxies.
    """
    return IngressController(
        "gce-internal",
        sources=[*_GOOGLE, *_PRIVATE],
        class_annotation=True,
        https_only={"kubernetes.io/ingress.allow-http": "false"},
        cert_manager=_TEMPORARY,
        backends=True,
    )


def alb() -> IngressController:
    """
    Amazon's load balancers, which connect to pods from within the VPC.
    """
    return IngressController(
        "alb",
        sources=_PRIVATE,
        annotations={
            "alb.ingress.kubernetes.io/scheme": "internet-facing",
            "alb.ingress.kubernetes.io/target-type": "ip",
        },
        internal_annotations={"alb.ingress.kubernetes.io/scheme": "internal"},
        # Each Ingress would be a load balancer of its own.
        idle_timeout={
            "alb.ingress.kubernetes.io/load-balancer-attributes": (
                "idle_timeout.timeout_seconds={}"
            )
        },
        longest_timeout=4000,
        asks_health=True,
        service_grpc={
            "alb.ingress.kubernetes.io/backend-protocol-version": "GRPC"
        },
        service_https={"alb.ingress.kubernetes.io/backend-protocol": "HTTPS"},
        certificates="alb.ingress.kubernetes.io/certificate-arn",
        https={
            "alb.ingress.kubernetes.io/listen-ports": (
                '[{"HTTP": 80}, {"HTTPS": 443}]'
            )
        },
        redirect={"alb.ingress.kubernetes.io/ssl-redirect": "443"},
    )


def _google_gateway(name: str, *, regional: bool) -> IngressController:
    """
    Google's load balancers as Gateways, which reject routes that have
    time-outs.
    """
    return attrs.evolve(
        # The proxies of the regional ones are in a subnet of the VPC.
        gce_internal() if regional else gce(),
        name=name,
        policies=True,
        route_timeouts=False,
    )


def application_gateway() -> IngressController:
    """
    Azure's Application Gateway, which connects to pods from a subnet of its
    own.
    """
    return IngressController(
        "azure-application-gateway",
        sources=_PRIVATE,
        internal_annotations={
            "appgw.ingress.kubernetes.io/use-private-ip": "true"
        },
        redirect={"appgw.ingress.kubernetes.io/ssl-redirect": "true"},
        timeouts=["appgw.ingress.kubernetes.io/request-timeout"],
    )


USUAL = (
    nginx(),
    traefik(),
    alb(),
    gce(),
    gce_internal(),
    application_gateway(),
    IngressController("cilium", unnamed=True),
)
_REGIONAL = (
    "gke-l7-rilb",
    "gke-l7-rilb-mc",
    "gke-l7-regional-external-managed",
    "gke-l7-regional-external-managed-mc",
    "gke-l7-cross-regional-internal-managed-mc",
)
GATEWAYS = (
    traefik(),
    *(_google_gateway(name, regional=True) for name in _REGIONAL),
    _google_gateway("gke", regional=False),
    IngressController(
        "istio",
        labels={"gateway.istio.io/managed": "istio.io-gateway-controller"},
    ),
    IngressController(
        "envoy",
        labels={
            "app.kubernetes.io/managed-by": "envoy-gateway",
            "app.kubernetes.io/component": "proxy",
        },
    ),
)
