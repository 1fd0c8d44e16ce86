"""
Services that another app or team runs.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, TypedDict, Unpack

import attrs

from .._fields import typed
from .._validators import (
    describe,
    dns_label,
    match_labels,
    one_of,
    port_number,
    refuse,
    texts_by_name,
    words,
)
from ..exceptions import SpecError
from .edges import Override, refuse_unknown
from .external import host_or_later, labels_in_namespace, networks_of
from .outside import networks
from .values import Later, Setting


_OPTIONAL = attrs.validators.optional


def _host(inst: Any, attr: Any, value: Any) -> None:
    host_or_later(inst, attr, value)
    if isinstance(value, Later) and value.secret:
        rule = "be no secret, because variables tell it"
        refuse(inst, attr.name, rule, value)


class ExternalServiceChanges(TypedDict, total=False):
    """
    Fields of an ExternalService that an environment may override.
    """

    port: int | None
    host: str | Later | None
    cidrs: Iterable[str] | None
    app: str | None
    part: str | None
    namespace: str | None
    labels: Mapping[str, str] | None
    application: str | None
    protocol: str | None


# What an override takes away, because it says another place.
_NOWHERE: Mapping[str, Any] = {
    "host": None,
    "cidrs": (),
    "app": None,
    "part": None,
    "namespace": None,
    "labels": {},
}
_REPLACED = {
    "host": ("cidrs", "app", "part", "namespace", "labels"),
    "cidrs": ("namespace", "labels"),
    "app": ("host", "cidrs", "labels"),
    "part": ("host", "cidrs", "labels"),
    "namespace": ("cidrs",),
}


def _said(changes: Mapping[str, Any]) -> dict[str, Any]:
    return {k: value for k, value in changes.items() if value is not None}


def _taken_away(said: Iterable[str], host: object) -> dict[str, Any]:
    """
    What no longer counts of a service at *host*, where an override has
    *said* another place.
    """
    fields = {field for name in said for field in _REPLACED.get(name, ())}
    if host is not None and "host" in fields:
        # It was that of the pods of the host.
        fields.add("namespace")

    return {field: _NOWHERE[field] for field in fields}


@attrs.frozen(kw_only=True, eq=False, repr=False, field_transformer=typed)
class ExternalService:
    """
    A service that is used and that another app or team runs.

    It is no part: nothing is made of it, it is not listed, and nobody waits
    for it. Those that use it are told where it is, and let out to it: to
    exactly the pods of *part*, where it is another app in this cluster.

    Args:
        name: DNS label; the variables of those that use it begin with it.

        port: Port on which it listens.

        host:
            Name or address, where it is no part of an app of mizzen; may be
            known later. A policy knows no names, so it opens the port to all
            addresses, unless *cidrs* or *namespace* says where it leads.

        cidrs: Networks that the host is in.

        app: Name of the app that it is a part of, where it is one of this
            cluster.

        part: Name of that part.

        namespace: Where that app lives if not in ``<app>-<stack>``; for a
            host of this cluster, where its pods are.

        labels: Labels of the pods of a host of this cluster; the default is
            any pod of *namespace*.

        application: What is spoken over the port: ``"http"``, ``"https"``,
            ``"grpc"``, ``"ws"`` or ``"tcp"``. Of UDP nothing is told.

        protocol: ``"TCP"`` or ``"UDP"``.

    Raises:
        SpecError: If it says neither *host*, nor *app* and *part*.

    >>> ExternalService("billing", app="billing", part="api", port=8000)
    <ExternalService billing>
    """

    connection_fields: ClassVar[tuple[str, ...]] = ("host", "port", "url")

    name: str = attrs.field(kw_only=False, validator=dns_label)
    port: int = attrs.field(validator=port_number)
    host: str | Later | None = attrs.field(
        default=None, validator=_OPTIONAL(_host)
    )
    cidrs: tuple[str, ...] = attrs.field(
        default=(), converter=words, validator=networks
    )
    app: str | None = attrs.field(default=None, validator=_OPTIONAL(dns_label))
    part: str | None = attrs.field(
        default=None, validator=_OPTIONAL(dns_label)
    )
    namespace: str | None = attrs.field(
        default=None, validator=_OPTIONAL(dns_label)
    )
    labels: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name, validator=match_labels
    )
    application: str = attrs.field(
        default="http",
        validator=one_of("http", "https", "grpc", "ws", "tcp"),
    )
    protocol: str = attrs.field(default="TCP", validator=one_of("TCP", "UDP"))

    def __attrs_post_init__(self) -> None:
        inside = (self.app, self.part)
        if None in inside if self.host is None else any(inside):
            msg = (
                f"{describe(self)}: say either host, like "
                "host='billing.example.com', or app and part, like "
                "app='billing', part='api'."
            )
            raise SpecError(msg)
        if self.host is None and self.cidrs:
            rule = "come with host, because pods are found by their labels"
            refuse(self, "cidrs", rule, self.cidrs)
        if self.host is None and self.labels:
            rule = "come with host, because parts have labels of their own"
            refuse(self, "labels", rule, self.labels)
        if self.cidrs and self.namespace:
            rule = "be left out with namespace, whose pods are found"
            refuse(self, "cidrs", rule, self.cidrs)
        labels_in_namespace(self)

    def __repr__(self) -> str:
        return f"<ExternalService {self.name}>"

    @property
    def networks(self) -> tuple[str, ...]:
        """
        The networks that it is in; none if all there is to know is a name.
        """
        return networks_of(self.host, self.cidrs)

    @property
    def named_only(self) -> bool:
        """
        Whether nothing but a name is known of where it is.
        """
        known = self.networks or self.namespace is not None
        return self.host is not None and not known

    @property
    def scheme(self) -> str:
        """
        What addresses of it begin with.
        """
        return "udp" if self.protocol == "UDP" else self.application

    @property
    def url(self) -> Setting:
        """
        The address with scheme, for `Use.env`.
        """
        return Setting(self, "url")

    def override(self, **changes: Unpack[ExternalServiceChanges]) -> Override:
        """
        Values that an environment prefers: where the service is there.

        Another *host* takes the place of *app* and *part*, and the other
        way round; what is left out or `None` stays, if it still fits.
        Whether all overrides of an environment fit the service and each
        other is seen when an app is compiled.

        Raises:
            SpecError: If there is no such field, it takes something else, or
                *changes* contradict each other.

        >>> billing = ExternalService("billing", host="b.money.svc", port=80)
        >>> billing.override(host="billing.example.com", port=443)
        <Override billing: host, port>
        """
        names = [field.name for field in attrs.fields(ExternalService)]
        refuse_unknown(self, changes, "override", names[1:])
        self._refuse_alone(_said(changes))

        return Override(self, dict(changes))

    def _refuse_alone(self, said: Mapping[str, Any]) -> None:
        """
        Refuse what an override has *said* that could be nowhere, whatever
        else is known of the service.
        """
        fitting: dict[str, Any] = {}
        if "app" in said or "part" in said:
            fitting = {"app": self.name, "part": self.name}
        elif "host" not in said:
            fitting = {"host": self.name}
        if "host" not in said and "cidrs" not in said:
            fitting["namespace"] = self.name
        values = {"port": self.port, **fitting, **said}

        ExternalService(self.name, **values)

    def with_overrides(
        self, overrides: Iterable[Override]
    ) -> "ExternalService":
        """
        The service where *overrides*, one after the other, say that it is.

        Raises:
            SpecError: If they do not fit it or each other.
        """
        fields = attrs.fields(ExternalService)
        values = {field.name: getattr(self, field.name) for field in fields}
        for override in overrides:
            said = _said(override.changes)
            values |= {**_taken_away(said, values["host"]), **said}

        return attrs.evolve(self, **values)
