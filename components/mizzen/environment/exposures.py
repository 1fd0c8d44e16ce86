"""
How an app is reached from outside.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import attrs

from .._fields import typed
from .._validators import (
    Validator,
    are_annotations,
    balancer_class,
    instance_of,
    matching,
    one_of,
    refuse,
    subdomain,
    texts_by_name,
    words,
)
from ..spec import OFF, App, Endpoint, Off, Service, host_names
from ..spec.outside import networks
from ..spec.targets import Led, Target


def _exposed(
    parts: Mapping[Any, int | None] | Iterable[Any] | Target,
) -> tuple[tuple[Any, int | None], ...]:
    if isinstance(parts, Mapping):
        return tuple(parts.items())
    given: Any = parts
    # Nobody means the letters of a text.
    several = isinstance(given, Iterable) and not isinstance(given, str)
    return tuple((part, None) for part in (given if several else (given,)))


def _mapped_ports(least: int, most: int, example: int) -> Validator:
    """
    Services and ports of theirs, each with a number in a closed range or
    none.
    """

    def validate(inst: Any, attr: Any, value: tuple[Any, ...]) -> None:
        for part, number in value:
            if not isinstance(part, (Service, Endpoint)):
                kind = type(inst).__name__
                rule = (
                    f"hold Services or ports of theirs, like {kind}([web]) or "
                    f"{kind}([broker['mqtt']])"
                )
                refuse(inst, attr.name, rule, part)
            rule = f"be a whole number from {least} to {most}, like {example}"
            in_range = type(number) is int and least <= number <= most
            if number is not None and not in_range:
                refuse(inst, f"port of {part.name!r}", rule, number)

    return validate


def _secrets_of_hosts(inst: Any, attr: Any, value: Mapping[Any, Any]) -> None:
    host_names(inst, attr, tuple(value))
    for secret in value.values():
        subdomain(inst, attr, secret)


@attrs.frozen(eq=False, field_transformer=typed)
class NodePort:
    """
    Services that answer at a port of every node.

    Args:
        parts:
            Services, of which the first port is meant, or single ports, like
            ``broker["mqtt"]``, or one of them; or a mapping from them to
            ports from 30000 to 32767. Where the port is `None`, Kubernetes
            picks one and the outputs report it. What the app exposes itself
            is open beside them.

        external_traffic_policy:
            ``"Local"`` answers at the nodes of the pods alone, which so see
            the client's own address. ``"Cluster"``, the default of
            Kubernetes, answers at every node.

    >>> from mizzen import Image, Service
    >>> web = Service("web", image=Image("acme/web:v5"), port=8080)
    >>> NodePort({web: 30080}).parts
    ((<Service web>, 30080),)
    """

    parts: tuple[tuple[Target, int | None], ...] = attrs.field(
        default=(),
        converter=_exposed,
        validator=_mapped_ports(30000, 32767, 30080),
    )
    external_traffic_policy: str | None = attrs.field(
        default=None,
        kw_only=True,
        validator=attrs.validators.optional(one_of("Local", "Cluster")),
    )


@attrs.frozen(kw_only=True, eq=False, field_transformer=typed)
class LoadBalancer:
    """
    Services that get an address of their own from the cluster's provider.

    Args:
        parts:
            Services, of which the first port is meant, or single ports, like
            ``broker["mqtt"]``, or one of them; or a mapping from them to
            public ports. The default is what the app says, or else the own
            port. What the app exposes itself is open beside them.

        annotations: Annotations that the provider understands.

        source_ranges: Networks that may connect; none means all.

        external_traffic_policy:
            ``"Local"`` leads requests to pods of the node that they arrive
            at, which so see the client's own address: then NetworkPolicies
            hold the source ranges too. ``"Cluster"``, the default of
            Kubernetes, leads them to all pods, from addresses of nodes.

        load_balancer_class:
            Class of what gives the address, where several could. The default
            is the stack's ``loadBalancerClass``. Kubernetes lets nobody
            change it afterwards.

    Raises:
        SpecError: If no provider could give such an address.
    """

    parts: tuple[tuple[Target, int | None], ...] = attrs.field(
        default=(),
        kw_only=False,
        converter=_exposed,
        validator=_mapped_ports(1, 65535, 443),
    )
    annotations: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name, validator=are_annotations
    )
    source_ranges: tuple[str, ...] = attrs.field(
        default=(), converter=words, validator=networks
    )
    external_traffic_policy: str | None = attrs.field(
        default=None,
        validator=attrs.validators.optional(one_of("Local", "Cluster")),
    )

    load_balancer_class: str | None = attrs.field(
        default=None, validator=attrs.validators.optional(balancer_class)
    )

    @property
    def clients(self) -> tuple[str, ...]:
        """
        Networks from which pods see requests come; none means all.
        """
        kept = self.external_traffic_policy == "Local"
        return self.source_ranges if kept else ()


@attrs.frozen(field_transformer=typed)
class CertManager:
    """
    Certificates from cert-manager, by the issuer that the stack names.
    """


@attrs.frozen(field_transformer=typed)
class TlsSecret:
    """
    A certificate in a Secret that is there already.

    Args:
        name: Name of the Secret in the app's namespace.

        hosts:
            Secrets with the certificates of single hosts, by host name, like
            ``"*.example.com"``, or by the name of one of the stack's
            ``hostGroups``, like ``"admin"``. The other hosts have that of
            *name*.

    Raises:
        SpecError: If there can be no such Secret or host.

    >>> TlsSecret("shop", hosts={"admin": "admin"}).hosts["admin"]
    'admin'
    """

    name: str = attrs.field(validator=subdomain)
    hosts: Mapping[str, str] = attrs.field(
        factory=dict,
        kw_only=True,
        converter=texts_by_name,
        validator=_secrets_of_hosts,
    )


@attrs.frozen(field_transformer=typed)
class AcmCertificate:
    """
    A certificate of AWS Certificate Manager, for Amazon's load balancers.

    They serve nothing else, neither what cert-manager makes nor what a
    Secret holds.

    Args:
        arn: Which one. The default is the one for the hosts, which the
            controller looks for by itself.

    Raises:
        SpecError: If it is no certificate's ARN.

    >>> AcmCertificate().arn is None
    True
    """

    arn: str | None = attrs.field(
        default=None,
        validator=attrs.validators.optional(
            matching(
                r"arn:aws[-a-z]*:acm:[-a-z0-9]+:\d{12}:certificate/[-\w]+",
                "be the ARN of a certificate, like "
                "'arn:aws:acm:eu-west-1:123456789012:certificate/1234abcd'",
            )
        ),
    )


_TLS = instance_of(
    "be CertManager(), TlsSecret(…) or OFF", CertManager, TlsSecret, Off
)


@attrs.frozen(kw_only=True, eq=False, field_transformer=typed)
class Ingress:
    """
    The app's routes under the host names of the stack.

    Args:
        tls:
            `CertManager`, `TlsSecret`, `AcmCertificate`, or `OFF` for plain
            HTTP.

        redirect:
            Whether plain HTTP is redirected to HTTPS. The default does so
            where there is TLS, and where mizzen knows how the controller
            is told.

        annotations: Annotations that the controller understands.

        internal_annotations:
            The same for what serves internal routes, in their place. What
            keeps the world out of it, if mizzen knows that, stays as it is.

    Raises:
        SpecError: If there is no HTTPS to redirect to.
    """

    tls: CertManager | TlsSecret | AcmCertificate | Off = attrs.field(
        default=OFF,
        validator=instance_of(
            "be CertManager(), TlsSecret(…), AcmCertificate(…) or OFF",
            CertManager,
            TlsSecret,
            AcmCertificate,
            Off,
        ),
    )
    redirect: bool | None = attrs.field(
        default=None,
        validator=instance_of("be True, False or None", bool, type(None)),
    )
    annotations: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name, validator=are_annotations
    )
    internal_annotations: Mapping[str, str] | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(texts_by_name),
        validator=attrs.validators.optional(are_annotations),
    )

    def __attrs_post_init__(self) -> None:
        if self.redirect and isinstance(self.tls, Off):
            rule = "come with tls, like Ingress(tls=CertManager())"
            refuse(self, "redirect", rule, self.redirect)


@attrs.frozen(kw_only=True, eq=False, field_transformer=typed)
class Gateway:
    """
    The app's routes under the host names of the stack, by the Gateway API.

    The app has a Gateway of the stack's ``gatewayClass``, or joins the one
    that the stack's ``gateway`` names.

    Args:
        tls:
            `CertManager`, `TlsSecret`, or `OFF` for plain HTTP; for a
            Gateway that is joined, what it does.

        redirect: Whether plain HTTP is redirected to HTTPS; a Gateway that
            is joined does so by itself.

        annotations: Annotations of the Gateway.

        internal_annotations: The same for the one of internal routes, in
            their place.
    """

    tls: CertManager | TlsSecret | Off = attrs.field(
        default=OFF, validator=_TLS
    )
    redirect: bool = attrs.field(
        default=True, validator=instance_of("be True or False", bool)
    )
    annotations: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name, validator=are_annotations
    )
    internal_annotations: Mapping[str, str] | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(texts_by_name),
        validator=attrs.validators.optional(are_annotations),
    )


Exposure = NodePort | LoadBalancer | Ingress | Gateway
ROUTED = (Ingress, Gateway)
PUBLISHED = (NodePort, LoadBalancer)
_By = TypeVar("_By", bound=Exposure | None)


@attrs.frozen(eq=False)
class Opening(Led):
    """
    A port of a service that has a public port.

    Attributes:
        by: What gives it the public port.

        to: The port, or the service whose first port it is.

        number: The public port; `None` if none is given.

        said: Whether the environment lists it, or the app alone exposes it.
    """

    by: NodePort | LoadBalancer
    to: Target
    number: int | None
    said: bool = True

    @property
    def single(self) -> bool:
        """
        Whether it is one port by its name, and not a service.
        """
        return isinstance(self.to, Endpoint)

    @property
    def apart(self) -> bool:
        """
        Whether it has an address of its own, so that nothing else of the
        service gets public.
        """
        own = isinstance(self.by, NodePort) or self.number in (
            None,
            self.port.number,
        )
        return self.single or len(self.service.listens) > 1 or not own

    @property
    def label(self) -> str:
        """
        The public port, in words.
        """
        if isinstance(self.by, NodePort):
            return f"node port {self.number or f'for {self.port.name}'}"
        return f"port {self.number or self.port.number}"


def openings(*exposures: Exposure | None) -> Iterator[Opening]:
    """
    All that *exposures* give public ports.
    """
    for by in exposures:
        if isinstance(by, PUBLISHED):
            for target, number in by.parts:
                yield Opening(by, target, number)


def opened(
    app: App, listed: Iterable[Opening], usual: Exposure | None
) -> Iterator[Opening]:
    """
    All of *app* that has a public port: what an environment has *listed*,
    and else what the app exposes, by *usual* or, where that is for HTTP
    alone, by a load balancer.
    """
    exposed = {each.place: each for each in app.exposes}
    said = set()
    for opening in listed:
        said.add(opening.place)
        number = opening.number
        if opening.place in exposed and isinstance(opening.by, LoadBalancer):
            number = number or exposed[opening.place].public_port
        yield attrs.evolve(opening, number=number)
    if usual is None:
        return
    by = usual if isinstance(usual, PUBLISHED) else LoadBalancer()
    for each in app.exposes:
        if each.place in said:
            continue
        at_nodes = isinstance(by, NodePort)
        number = None if at_nodes else each.public_port
        yield Opening(by, each.to, number, said=False)


def unopened(by: _By, things: Collection[Any]) -> _By:
    """
    *by* without what it opens of *things*.
    """
    if not isinstance(by, PUBLISHED):
        return by
    left = {
        opening.to: opening.number
        for opening in openings(by)
        if opening.service not in things
    }
    if len(left) == len(by.parts):
        return by

    return attrs.evolve(by, parts=left)
