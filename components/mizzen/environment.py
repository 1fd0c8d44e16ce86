"""
Policy: what differs between the stacks of one app.
"""

import enum

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from ._validators import (
    Validator,
    binary_quantity,
    dns_label,
    environment_texts,
    instance_of,
    paths,
    processor_quantity,
    refuse,
    texts_by_name,
    whole_number,
    words,
)
from .spec import OFF, STORES, App, Off, Override, Part, Service


_OPTIONAL = attrs.validators.optional


class Isolation(enum.Enum):
    """
    How much of the network is closed.
    """

    INGRESS = "INGRESS"
    """Nobody reaches a part but those that use it."""

    FULL = "FULL"
    """And a part reaches nobody but those that it uses."""


@attrs.frozen(kw_only=True)
class Defaults:
    """
    Values of all parts that say nothing else.

    Args:
        replicas: How many of each Service and Worker run.

        memory: Memory of each container of your own.

        cpu: Processor time of each container of your own.

        ephemeral_storage: Disk for logs and writable folders of a container.

        user: Numeric user and group of containers of your own.

        grace_seconds: Time in seconds for the shutdown of your own parts.

        writable: Folders that containers of your own may write to.

        env: Environment variables of all containers of your own.

    >>> Defaults(replicas=2, memory="256Mi").replicas
    2
    """

    replicas: int | None = attrs.field(
        default=None, validator=_OPTIONAL(whole_number(0, 10_000, 2))
    )
    memory: str | None = attrs.field(
        default=None, validator=_OPTIONAL(binary_quantity)
    )
    cpu: str | None = attrs.field(
        default=None, validator=_OPTIONAL(processor_quantity)
    )
    ephemeral_storage: str | None = attrs.field(
        default=None, validator=_OPTIONAL(binary_quantity)
    )
    user: int | None = attrs.field(
        default=None, validator=_OPTIONAL(whole_number(1, 2**31 - 1, 10001))
    )
    grace_seconds: int | None = attrs.field(
        default=None, validator=_OPTIONAL(whole_number(0, 86_400, 30))
    )
    writable: tuple[str, ...] | None = attrs.field(
        default=None, converter=words, validator=paths
    )
    env: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name, validator=environment_texts
    )

    def over(self, below: "Defaults") -> "Defaults":
        """
        These defaults, completed by those of *below*.
        """
        merged = {
            field.name: getattr(below, field.name)
            if getattr(self, field.name) is None
            else getattr(self, field.name)
            for field in attrs.fields(Defaults)
        }
        merged["env"] = {**below.env, **self.env}

        return Defaults(**merged)


EDITION_DEFAULTS = {
    "2026": Defaults(
        replicas=1,
        memory="128Mi",
        cpu="50m",
        ephemeral_storage="128Mi",
        user=10001,
        grace_seconds=30,
        writable=("/tmp",),  # noqa: S108 - a folder in the container
    )
}


def _exposed(
    parts: Mapping[Any, int | None] | Iterable[Any],
) -> tuple[tuple[Any, int | None], ...]:
    if isinstance(parts, Mapping):
        return tuple(parts.items())
    return tuple((part, None) for part in parts)


def _mapped_ports(least: int, most: int, example: int) -> Validator:
    """
    Services, each with a port in a closed range or none.
    """

    def validate(inst: Any, attr: Any, value: tuple[Any, ...]) -> None:
        for part, number in value:
            if not isinstance(part, Service):
                rule = f"be given Services, like {type(inst).__name__}([web])"
                refuse(inst, "it", rule, part)
            rule = f"be a whole number from {least} to {most}, like {example}"
            in_range = type(number) is int and least <= number <= most
            if number is not None and not in_range:
                refuse(inst, f"port of {part.name!r}", rule, number)

    return validate


@attrs.frozen(eq=False)
class NodePort:
    """
    Services that answer at a port of every node.

    Args:
        parts:
            Services, or a mapping from services to ports from 30000 to
            32767. Where the port is `None`, Kubernetes picks one and the
            outputs report it.

    >>> from mizzen import Image, Service
    >>> web = Service("web", image=Image("acme/web:v5"), port=8080)
    >>> NodePort({web: 30080}).parts
    ((<Service web>, 30080),)
    """

    parts: tuple[tuple[Service, int | None], ...] = attrs.field(
        converter=_exposed, validator=_mapped_ports(30000, 32767, 30080)
    )


@attrs.frozen(kw_only=True, eq=False)
class LoadBalancer:
    """
    Services that get an address of their own from the cluster's provider.

    Args:
        parts: Services, or a mapping from services to public ports; the
            default is the service's own port.

        annotations: Annotations that the provider understands.

        source_ranges: Networks that may connect; none means all.
    """

    parts: tuple[tuple[Service, int | None], ...] = attrs.field(
        kw_only=False,
        converter=_exposed,
        validator=_mapped_ports(1, 65535, 443),
    )
    annotations: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name
    )
    source_ranges: tuple[str, ...] = attrs.field(
        default=(), converter=tuple[str, ...]
    )


@attrs.frozen
class CertManager:
    """
    Certificates from cert-manager, by the issuer that the stack names.
    """


@attrs.frozen
class TlsSecret:
    """
    A certificate in a Secret that is there already.

    Args:
        name: Name of the Secret in the app's namespace.
    """

    name: str = attrs.field(validator=dns_label)


@attrs.frozen(kw_only=True, eq=False)
class Ingress:
    """
    The app's routes under the host names of the stack.

    Args:
        tls: `CertManager`, `TlsSecret`, or `OFF` for plain HTTP.

        annotations: Annotations that the controller understands.
    """

    tls: CertManager | TlsSecret | Off = attrs.field(
        default=OFF,
        validator=instance_of(
            "be CertManager(), TlsSecret(…) or OFF",
            CertManager,
            TlsSecret,
            Off,
        ),
    )
    annotations: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name
    )


Exposure = NodePort | LoadBalancer | Ingress


@attrs.frozen(kw_only=True)
class Namespace:
    """
    The namespace of an app, where ``<app>-<stack>`` is not right.

    Args:
        name: DNS label of the namespace.

        create: Whether it is made; otherwise it has to be there.
    """

    name: str = attrs.field(kw_only=False, validator=dns_label)
    create: bool = True


@attrs.frozen(kw_only=True)
class Registry:
    """
    Where built images are pushed to and pulled from.

    Args:
        prefix: Host and path, like ``"ghcr.io/acme"``.
    """

    prefix: str = attrs.field(kw_only=False)

    def __attrs_post_init__(self) -> None:
        if (
            not isinstance(self.prefix, str)
            or not self.prefix
            or "://" in self.prefix
            or self.prefix.endswith("/")
        ):
            rule = "be a host and path without scheme, like 'ghcr.io/acme'"
            refuse(self, "prefix", rule, self.prefix)


@attrs.frozen
class Docker:
    """
    Images are built by the local Docker engine.
    """


@attrs.frozen(kw_only=True)
class DockerBuild:
    """
    Images are built by Docker Build: buildx builders near and far.

    Args:
        builder: Name of the buildx builder; the default is the current one.
    """

    builder: str | None = None


Builder = Docker | DockerBuild


@attrs.frozen(kw_only=True)
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

        storage_class: Class of disks; the default is the cluster's own.

        ingress_status: Whether its ingress controller publishes an address.
    """

    name: str = attrs.field(kw_only=False, validator=dns_label)
    node_address: str | None = None
    builder: Builder | None = None
    dns_peers: tuple[str, ...] = attrs.field(
        default=(), converter=tuple[str, ...]
    )
    storage_class: str | None = None
    ingress_status: bool = True


CLUSTERS = {
    cluster.name: cluster
    for cluster in (
        Cluster("generic"),
        Cluster(
            "embedded",
            node_address="localhost",
            builder=DockerBuild(builder="mizzen"),
            ingress_status=False,
        ),
        Cluster("docker-desktop", node_address="localhost"),
        Cluster("kind", node_address="localhost", ingress_status=False),
        Cluster("minikube", ingress_status=False),
    )
}


@attrs.frozen(kw_only=True, eq=False)
class Environment:
    """
    Policy for one or more stacks.

    Args:
        name: Name by which a stack's file chooses it.

        exposure: How the app is reached from outside; `None` for not at all.

        defaults: Values of all parts that say nothing else.

        overrides: Values of single parts: ``[api.override(replicas=6)]``.

        isolation: `Isolation`, or `OFF` for an open network.

        namespace: Where the app lives if not in ``<app>-<stack>``.

        protect: Whether disks and the namespace are kept from deletion.

        builder: What builds images.

    Raises:
        SpecError: If a field could not be deployed on any cluster.

    >>> Environment("dev", defaults=Defaults(replicas=1)).name
    'dev'
    """

    name: str = attrs.field(kw_only=False, validator=dns_label)
    exposure: Exposure | None = attrs.field(
        default=None,
        validator=instance_of(
            "be NodePort(…), LoadBalancer(…), Ingress(…) or None",
            NodePort,
            LoadBalancer,
            Ingress,
            type(None),
        ),
    )
    defaults: Defaults = attrs.field(
        default=Defaults(),
        validator=instance_of("be Defaults(…)", Defaults),
    )
    overrides: tuple[Override, ...] = attrs.field(
        default=(), converter=tuple[Override, ...]
    )
    isolation: Isolation | Off = attrs.field(
        default=Isolation.FULL,
        validator=instance_of(
            "be Isolation.FULL, Isolation.INGRESS or OFF", Isolation, Off
        ),
    )
    namespace: Namespace | None = attrs.field(
        default=None,
        validator=_OPTIONAL(instance_of("be Namespace(…)", Namespace)),
    )
    protect: bool = attrs.field(
        default=False, validator=instance_of("be True or False", bool)
    )
    builder: Builder = attrs.field(
        factory=Docker,
        validator=instance_of(
            "be Docker() or DockerBuild(…)", Docker, DockerBuild
        ),
    )

    def __attrs_post_init__(self) -> None:
        for override in self.overrides:
            if not isinstance(override, Override):
                rule = "hold overrides, like api.override(replicas=6)"
                refuse(self, "overrides", rule, override)

    def __repr__(self) -> str:
        return f"<Environment {self.name}>"

    def derive(
        self,
        name: str,
        *,
        defaults: Defaults | None = None,
        overrides: Iterable[Override] = (),
        **changes: Any,
    ) -> "Environment":
        """
        An environment that differs from this one only in what is given;
        its defaults and overrides come on top.

        >>> prod = Environment("prod", defaults=Defaults(replicas=2))
        >>> prod.derive("prod-eu", protect=True).defaults.replicas
        2
        """
        return attrs.evolve(
            self,
            name=name,
            defaults=(defaults or Defaults()).over(self.defaults),
            overrides=(*self.overrides, *overrides),
            **changes,
        )


_MAPS = ("env", "files")
_DEFAULTED = ("memory", "cpu", "user", "grace_seconds", "writable")


def effective(app: App, environment: Environment) -> tuple[Part, ...]:
    """
    The parts of *app* with every value decided: edition < environment's
    defaults < part < overrides in their order. Maps merge by key, lists
    replace, `None` inherits, `OFF` removes.
    """
    defaults = environment.defaults.over(EDITION_DEFAULTS[app.edition])
    overrides: dict[str, list[Override]] = {}
    for override in environment.overrides:
        overrides.setdefault(override.part.name, []).append(override)

    return tuple(
        _effective(part, overrides.get(part.name, ()), defaults)
        for part in app.parts
    )


def _effective(
    part: Part, overrides: Iterable[Override], defaults: Defaults
) -> Part:
    changes: dict[str, Any] = {}
    maps = {name: dict(getattr(part, name, ())) for name in _MAPS}
    for override in overrides:
        for name, value in override.changes.items():
            if name in _MAPS:
                maps[name].update(value)
            elif value is not None:
                changes[name] = value
    if isinstance(part, STORES):
        return attrs.evolve(part, **changes) if changes else part

    for name in (*_DEFAULTED, "replicas"):
        if getattr(part, name, OFF) is None:
            changes.setdefault(name, getattr(defaults, name))
    maps["env"] = {**defaults.env, **maps["env"]}
    for name, entries in maps.items():
        changes[name] = {
            key: value for key, value in entries.items() if value is not OFF
        }

    return attrs.evolve(part, **changes)
