"""
Classes of what serves routes, and what can be asked of it.
"""

from hypothesis import strategies as st

from mizzen import OFF, AcmCertificate, Gateway, Ingress, IngressController
from mizzen.environment.controllers import GATEWAYS, USUAL

from .values import maybe, mostly


# One of somebody's own, which knows something of all that there is.
EDGE = IngressController(
    "edge",
    labels={"app": "edge"},
    namespace="edge",
    annotations={"example.com/edge": "y"},
    internal_annotations={"example.com/reach": "inside"},
    redirect={"example.com/redirect": "true"},
    timeouts=["example.com/seconds"],
    body_size="example.com/size",
    grpc={"example.com/protocol": "h2c"},
    pods_https={"example.com/protocol": "https"},
)
_UNHEARD_OF = "haproxy"
_PUBLIC = [c.name for c in USUAL if not c.certificates] + [_UNHEARD_OF]
_INSIDE = [f"{name}-internal" for name in _PUBLIC]
_GATEWAYS = [c.name for c in GATEWAYS if c.name != "gke"] + [
    "gke-l7-global-external-managed",
    _UNHEARD_OF,
]


def ingress_classes(exposure):
    """
    Classes that serve everybody, and those of internal routes, mostly with
    the certificates of *exposure*.
    """
    tls = getattr(exposure, "tls", OFF)
    if isinstance(tls, AcmCertificate):
        return mostly(st.just("alb")), mostly(
            st.sampled_from(["alb", "alb-internal"])
        )
    amazons = ["alb"] if tls is OFF else []

    return maybe(st.sampled_from([*_PUBLIC, *amazons])), mostly(
        st.sampled_from([*_INSIDE, *amazons])
    )


def classes(exposure):
    """
    What a stack says of the classes of what serves its routes.
    """
    public, inside = ingress_classes(exposure)
    if isinstance(exposure, Gateway):
        inside = mostly(st.sampled_from([f"{g}-inside" for g in _GATEWAYS]))

    return st.fixed_dictionaries(
        {
            "gateway_class": mostly(st.sampled_from(_GATEWAYS)),
            "ingress_class": public,
            "internal_class": inside,
        }
    )


def servers(exposure, stack):
    """
    What serves routes for everybody and internal ones, as far as it is
    known.
    """
    cluster = stack.cluster
    if isinstance(exposure, Gateway):
        find, public = cluster.gateway_controller, stack.gateway_class
    else:
        find, public = cluster.ingress_controller, stack.ingress_class

    return [find(public), find(stack.internal_class)]


def heeds_seconds(server, exposure, application):
    """
    Whether *server* can be told a time-out of what *application* speaks.
    """
    if not isinstance(exposure, Gateway):
        odd = application in {"grpc", "ws"}
        return server is not None and bool(
            server.timeouts
            or server.idle_timeout
            or server.backends
            or (server.middlewares and not odd)
        )
    if server is not None and server.policies:
        return True
    heeded = server is None or server.route_timeouts
    return heeded and application != "grpc"


def has_sizes(server, exposure, application):
    """
    Whether *server* can be told how large a body of what *application*
    speaks may be.
    """
    if not isinstance(exposure, Ingress) or server is None:
        return False
    return server.sizes and not (server.middlewares and application == "grpc")


def speaks_grpc(server, exposure):
    """
    Whether *server* leads to gRPC.
    """
    if not isinstance(exposure, Ingress):
        return True
    if server is None or not (server.grpc or server.service_grpc):
        return False
    return server.plain_grpc or exposure.tls is not OFF


def speaks_https(server, exposure):
    """
    Whether *server* speaks HTTPS to pods.
    """
    if not isinstance(exposure, (Gateway, Ingress)):
        return True
    by_ingress = isinstance(exposure, Ingress) and server is not None
    return by_ingress and server.speaks("https")


def keeps_protocols_apart(serving, exposure):
    """
    Whether each protocol needs hosts or services of its own.
    """
    told = any(
        server is not None and server.service_grpc for server in serving
    )
    return told or isinstance(exposure, Gateway)


def is_told_of_services(server):
    """
    Whether *server* is told of services what others are told of routes.
    """
    return server is not None and (server.middlewares or server.policies)
