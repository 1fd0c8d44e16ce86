"""
What a kind of cluster can do and needs, and what images come from.
"""

import re

from collections.abc import Iterable, Mapping
from typing import Any, get_args

import attrs

from .._fields import typed
from .._validators import (
    dns_label,
    instance_of,
    label_value,
    matching,
    one_of,
    port_number,
    refuse,
    subdomain,
    words,
)
from ..spec import Address, AwsRole, AzureClient, Identity, Later
from ..spec.external import secret_later
from ..spec.outside import networks
from .controllers import GATEWAYS, USUAL, IngressController


_PREFIX = matching(
    r"[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)*",
    "be a host and path without scheme, like 'ghcr.io/acme'",
)
_STORAGE_CLASS = attrs.validators.optional(subdomain)


@attrs.frozen(kw_only=True, field_transformer=typed)
class Registry:
    """
    Where built images are pushed to and pulled from.

    Args:
        prefix: Host and path, like ``"ghcr.io/acme"``.
    """

    prefix: str = attrs.field(kw_only=False, validator=_PREFIX)


@attrs.frozen(kw_only=True, field_transformer=typed)
class SecretStore:
    """
    Where External Secrets finds secrets.

    Args:
        name: Name of the store.

        kind: ``"ClusterSecretStore"``, or ``"SecretStore"`` for one that is
            in the app's namespace.
    """

    name: str = attrs.field(kw_only=False, validator=subdomain)
    kind: str = attrs.field(
        default="ClusterSecretStore",
        validator=one_of("ClusterSecretStore", "SecretStore"),
    )


@attrs.frozen(field_transformer=typed)
class PullSecret:
    """
    A Secret by which images are pulled, made with the app's namespace: one
    of somebody else is not there yet when that is new.

    Args:
        name: Name of the Secret.

        value: What Docker's ``config.json`` says of the registry, as a
            secret later value.

    Raises:
        SpecError: If the value is not secret.

    >>> from mizzen import FromConfig
    >>> PullSecret("registry", FromConfig("registryAuth", secret=True)).name
    'registry'
    """

    name: str = attrs.field(validator=subdomain)
    value: Later = attrs.field(validator=secret_later)


@attrs.frozen(kw_only=True, field_transformer=typed)
class Monitoring:
    """
    What reads the metrics of parts.

    Args:
        namespace: Namespace in which it runs.

        kind: By what it is told where they are: ``"annotations"`` of the
            pods, or ``"PodMonitor"``, an object of the Prometheus Operator.
    """

    namespace: str = attrs.field(
        default="monitoring", kw_only=False, validator=dns_label
    )
    kind: str = attrs.field(
        default="annotations", validator=one_of("annotations", "PodMonitor")
    )


@attrs.frozen(field_transformer=typed)
class Docker:
    """
    Images are built by the local Docker engine.
    """


@attrs.frozen(kw_only=True, field_transformer=typed)
class DockerBuild:
    """
    Images are built by Docker Build: buildx builders near and far.

    Args:
        builder: Name of the buildx builder; the default is the current one.
    """

    builder: str | None = None


Builder = Docker | DockerBuild


def _controllers(
    values: Iterable[IngressController],
) -> tuple[IngressController, ...]:
    return tuple(values)


def _are_controllers(
    inst: Any, attr: Any, value: tuple[IngressController, ...]
) -> None:
    for controller in value:
        if not isinstance(controller, IngressController):
            rule = "hold controllers, like IngressController('nginx')"
            refuse(inst, attr.name, rule, controller)


_Endpoints = Mapping[type[Identity], Iterable[Address]]

# What these two clouds want is asked for from any cluster.
_ASKED: Mapping[type[Identity], tuple[Address, ...]] = {
    AwsRole: (Address("sts.amazonaws.com", 443),),
    AzureClient: (Address("login.microsoftonline.com", 443),),
}


def _endpoints(
    values: _Endpoints,
) -> dict[type[Identity], tuple[Address, ...]]:
    return {identity: tuple(values[identity]) for identity in values}


def _are_endpoints(inst: Any, attr: Any, value: Mapping[Any, Any]) -> None:
    for identity, addresses in value.items():
        if identity not in get_args(Identity):
            rule = "have the keys AwsRole, GcpAccount or AzureClient"
            refuse(inst, attr.name, rule, identity)
        for address in addresses:
            if not isinstance(address, Address):
                rule = "hold addresses, like Address('sts.amazonaws.com', 443)"
                refuse(inst, attr.name, rule, address)


def _named(
    name: str, controllers: Iterable[IngressController]
) -> IngressController | None:
    """
    The one of a name, or else of a word in it.
    """
    words = [name, *re.split("[^a-z0-9]", name)]
    found = [each for each in controllers if each.name in words]

    return min(found, key=lambda each: words.index(each.name), default=None)


def _ports(inst: Any, attr: Any, value: Iterable[Any]) -> None:
    for number in value:
        port_number(inst, attr, number)


def _label_values(inst: Any, attr: Any, value: Iterable[Any]) -> None:
    for text in value:
        label_value(inst, attr.name, text)


_YES_OR_NO = instance_of("be True or False", bool)


@attrs.frozen(kw_only=True, field_transformer=typed)
class Cluster:
    """
    What a kind of cluster can do and needs.

    Args:
        name: Name under which a stack's file asks for it.

        node_address: Host name or address at which NodePorts answer, where
            it is always the same.

        builder: Builder that has to be used for it.

        dns_peers:
            Networks of name servers outside the cluster's own DNS pods,
            like NodeLocal DNS.

        dns_pods:
            Values of the label ``k8s-app`` of pods in ``kube-system`` that
            are name servers beside those of ``kube-dns``.

        api_servers:
            Networks of the API servers, which parts with permissions ask;
            all if they are not known.

        api_server_ports: Ports of the API servers, in the cluster and on
            their nodes.

        identity_endpoints:
            Where parts with an identity of a cloud ask for its credentials,
            by the kind of identity, like ``{AwsRole: [Address(…)]}``; of an
            empty list, for AWS and Azure, at their public service. Other
            kinds of identity are then refused; where there is none, it is
            not known which of them the cluster serves.

        storage_class: Class of disks; the default is the cluster's own.

        default_storage_class: Whether the cluster has a class for claims
            that name none.

        shared_storage_class: Class of disks that several nodes can mount at
            once.

        load_balancers: Whether a Service of type LoadBalancer gets an
            address.

        probes_by_application:
            Whether load balancers ask ports that speak HTTP for ``/``, as
            Azure's do; then Services do not tell them what ports speak.

        ingress_controllers:
            Those that the cluster brings; the first one serves Ingresses
            that name no class.

        ingress_class: Class of Ingresses whose stack names none; the default
            is the cluster's own.

        ingress_status: Whether they publish an address.

        gateway_class: Class of the Gateways that the cluster brings, for one
            that is joined and of which nobody says more.

        keda_namespace: Namespace of KEDA, which counts queues.

        autopilot:
            Whether nodes are made for the pods, as by Autopilot of GKE,
            which bounds what pods may ask for and what they get of their
            node.
    """

    name: str = attrs.field(kw_only=False, validator=dns_label)
    node_address: str | None = None
    builder: Builder | None = None
    dns_peers: tuple[str, ...] = attrs.field(
        default=(), converter=words, validator=networks
    )
    dns_pods: tuple[str, ...] = attrs.field(
        default=(), converter=words, validator=_label_values
    )
    api_servers: tuple[str, ...] = attrs.field(
        default=(), converter=words, validator=networks
    )
    api_server_ports: tuple[int, ...] = attrs.field(
        default=(443, 6443), converter=tuple[int, ...], validator=_ports
    )
    identity_endpoints: Mapping[type[Identity], tuple[Address, ...]] = (
        attrs.field(
            factory=dict, converter=_endpoints, validator=_are_endpoints
        )
    )
    storage_class: str | None = attrs.field(
        default=None, validator=_STORAGE_CLASS
    )
    default_storage_class: bool = attrs.field(
        default=True, validator=_YES_OR_NO
    )
    shared_storage_class: str | None = attrs.field(
        default=None, validator=_STORAGE_CLASS
    )
    load_balancers: bool = attrs.field(default=True, validator=_YES_OR_NO)
    probes_by_application: bool = attrs.field(
        default=False, validator=_YES_OR_NO
    )
    ingress_controllers: tuple[IngressController, ...] = attrs.field(
        default=(), converter=_controllers, validator=_are_controllers
    )
    ingress_class: str | None = attrs.field(
        default=None, validator=attrs.validators.optional(subdomain)
    )
    ingress_status: bool = attrs.field(default=True, validator=_YES_OR_NO)
    gateway_class: str | None = attrs.field(
        default=None, validator=attrs.validators.optional(subdomain)
    )
    keda_namespace: str = attrs.field(default="keda", validator=dns_label)
    autopilot: bool = attrs.field(default=False, validator=_YES_OR_NO)

    def gives_credentials(
        self, identity: type[Identity]
    ) -> tuple[Address, ...]:
        """
        Where parts with such an identity ask for its credentials.

        >>> Cluster("own").gives_credentials(AwsRole)[0].host
        'sts.amazonaws.com'
        """
        asked = _ASKED.get(identity, ())

        return self.identity_endpoints.get(identity, ()) or asked

    def ingress_controller(
        self, ingress_class: str | None
    ) -> IngressController | None:
        """
        What serves Ingresses of a class; `None` if that is not known.

        >>> Cluster("own").ingress_controller("nginx-internal")
        <IngressController nginx>
        """
        ingress_class = ingress_class or self.ingress_class
        if ingress_class is None:
            return next(iter(self.ingress_controllers), None)
        return _named(ingress_class, (*self.ingress_controllers, *USUAL))

    def gateway_controller(
        self, gateway_class: str | None
    ) -> IngressController | None:
        """
        What serves Gateways of a class; `None` if that is not known.

        >>> Cluster("own").gateway_controller("istio")
        <IngressController istio>
        """
        known = {each.name for each in GATEWAYS}
        own = (each for each in self.ingress_controllers if each.name in known)

        name = gateway_class or self.gateway_class or ""

        return _named(name, (*own, *GATEWAYS))
