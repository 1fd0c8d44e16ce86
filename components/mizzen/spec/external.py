"""
Stores that somebody else runs, and parts of others that use ours.
"""

import re

from collections.abc import Mapping
from typing import Any

import attrs

from .._fields import typed
from .._validators import (
    dns_label,
    instance_of,
    match_labels,
    one_of,
    port_number,
    refuse,
    some_text,
    texts_by_name,
    words,
)
from .config import FromSecret
from .outside import network_of, networks
from .values import OFF, Later, Off


_OPTIONAL = attrs.validators.optional
_LABEL = "[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?"
_HOST_NAME = re.compile(
    rf"(?=.{{1,253}}$){_LABEL}(\.{_LABEL})*\.?", re.ASCII | re.IGNORECASE
)


def secret_later(inst: Any, attr: Any, value: Any) -> None:
    """
    Values that are known later and kept secret.
    """
    if not isinstance(value, Later):
        rule = "be a later value, like FromConfig('password', secret=True)"
        # The value itself may be a secret in the wrong place.
        refuse(inst, attr.name, rule, type(value).__name__)
    if not value.secret:
        refuse(inst, attr.name, "be declared with secret=True", value)


def _keyed(inst: Any, attr: Any, value: FromSecret) -> None:
    if value.key is None:
        rule = f"name a key, like FromSecret({value.name!r}, {attr.name!r})"
        refuse(inst, attr.name, rule, value)


def _user(inst: Any, attr: Any, value: Any) -> None:
    check = _keyed if isinstance(value, FromSecret) else text_or_later
    check(inst, attr, value)


def _password(inst: Any, attr: Any, value: Any) -> None:
    if value is OFF:
        return
    check = _keyed if isinstance(value, FromSecret) else secret_later
    check(inst, attr, value)


def text_or_later(inst: Any, attr: Any, value: Any) -> None:
    """
    Text that says something, or that is known later.
    """
    if isinstance(value, Later):
        return
    if not isinstance(value, str) or not value:
        rule = "be text or a later value, like FromConfig('key')"
        refuse(inst, attr.name, rule, value)


def host_or_later(inst: Any, attr: Any, value: Any) -> None:
    """
    The name or the address of one host, or what is known later.
    """
    if isinstance(value, Later):
        return
    rule = (
        "be a host name, an address or a later value, like 'db.example.com' "
        "or FromConfig('key')"
    )
    if not isinstance(value, str):
        refuse(inst, attr.name, rule, value)
    # The last label of a name is no number, or it would be an address.
    name = _HOST_NAME.fullmatch(value) and not value.split(".")[-1].isdigit()
    if not name and network_of(value) is None:
        refuse(inst, attr.name, rule, value)


def labels_in_namespace(inst: Any) -> None:
    """
    Refuse labels of pods that are nobody knows where.
    """
    if inst.labels and inst.namespace is None:
        rule = "come with namespace, in which the pods are"
        refuse(inst, "labels", rule, inst.labels)


def networks_of(
    host: str | Later | None, cidrs: tuple[str, ...]
) -> tuple[str, ...]:
    """
    The networks that *host* is in; none if all there is to know is a name.
    """
    if host == "localhost":
        # A proxy in the same pod.
        return ("127.0.0.1/32", "::1/128")
    network = network_of(host) if isinstance(host, str) else None

    return cidrs if network is None else (network,)


@attrs.frozen(field_transformer=typed)
class Credentials:
    """
    Whom a store that is managed elsewhere lets in.

    Args:
        user: Name to sign in with.

        password:
            Secret later value, or `OFF` for a store that knows its clients
            otherwise, as by certificates of the network or of the cloud.

        url:
            Address with both in it, for parts that are told it, where
            either is in a Secret: mizzen cannot read what it would be made
            of.

    Each of them may be a key of a Secret of the app's namespace that
    somebody else keeps, like ``FromSecret("orders-db", "password")``.

    >>> from mizzen import FromConfig
    >>> Credentials("app", FromConfig("dbPassword", secret=True)).user
    'app'
    """

    user: str | Later | FromSecret = attrs.field(validator=_user)
    password: Later | FromSecret | Off = attrs.field(validator=_password)
    url: FromSecret | None = attrs.field(
        default=None, kw_only=True, validator=_OPTIONAL(_keyed)
    )


@attrs.frozen(kw_only=True, field_transformer=typed)
class Tls:
    """
    How a store that is managed elsewhere proves who it is.

    Args:
        mode:
            As PostgreSQL's ``sslmode``: ``"require"`` encrypts alone,
            ``"verify-ca"`` and ``"verify-full"`` look at the certificate.

        ca:
            Certificate of the authority, as PEM. Without it,
            ``"verify-full"`` trusts the authorities that are known to the
            image, for which URLs of PostgreSQL say ``sslrootcert=system``:
            libpq from 16 on and pgx take it, node-postgres, asyncpg and
            lib/pq do not.

    Raises:
        SpecError: If ``"verify-ca"`` comes without *ca*: a certificate that
            anybody can have proves nothing.

    >>> Tls().mode
    'require'
    """

    mode: str = attrs.field(
        default="require",
        validator=one_of("require", "verify-ca", "verify-full"),
    )
    ca: str | Later | None = attrs.field(
        default=None, validator=_OPTIONAL(text_or_later)
    )

    def __attrs_post_init__(self) -> None:
        if self.mode == "verify-ca" and self.ca is None:
            rule = (
                "come with mode='verify-ca', like FromConfig('dbAuthority'), "
                "or mode be 'verify-full'"
            )
            refuse(self, "ca", rule, self.ca)


@attrs.frozen(kw_only=True, eq=False, field_transformer=typed)
class External:
    """
    Where a store is that the app uses and does not run.

    Then nothing of it is made but the Secret with its settings, and the
    parts that use it are let out to it. A policy knows no names: so a host
    name opens the port to all addresses, unless *cidrs* or *namespace* says
    where it leads.

    Args:
        host: Name or address; may be known later. ``"localhost"`` is a
            proxy among the sidecars.

        credentials: Whom it lets in, or `OFF` where it asks nobody; users
            and passwords that parts are told are empty then.

        port: Port; the default is the usual one.

        database: Name of the database; the default is that of the store.

        tls: `Tls`, or `OFF` for connections that are not encrypted.

        cidrs: Networks that the host is in.

        namespace: Namespace of this cluster that it is in, if it is.

        labels: Labels of its pods there; the default is any pod.

    Raises:
        SpecError: If it could not be reached from any cluster.

    >>> from mizzen import FromConfig, FromStack
    >>> External(
    ...     host=FromStack("acme/data/prod", "host"),
    ...     credentials=Credentials("app", FromConfig("dbPassword", secret=True)),
    ... ).tls.mode
    'require'
    """

    host: str | Later = attrs.field(validator=host_or_later)
    credentials: Credentials | Off = attrs.field(
        validator=instance_of(
            "be Credentials(…), like Credentials('app', FromConfig('password',"
            " secret=True)), or OFF",
            Credentials,
            Off,
        )
    )
    port: int | None = attrs.field(
        default=None, validator=_OPTIONAL(port_number)
    )
    database: str | None = attrs.field(
        default=None, validator=_OPTIONAL(some_text)
    )
    tls: Tls | Off = attrs.field(
        factory=Tls, validator=instance_of("be Tls(…) or OFF", Tls, Off)
    )
    cidrs: tuple[str, ...] = attrs.field(
        default=(), converter=words, validator=networks
    )
    namespace: str | None = attrs.field(
        default=None, validator=_OPTIONAL(dns_label)
    )
    labels: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name, validator=match_labels
    )

    def __attrs_post_init__(self) -> None:
        labels_in_namespace(self)

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
        return not self.networks and self.namespace is None

    @property
    def certificate(self) -> str | Later | None:
        """
        Certificate of the authority, if one is given.
        """
        return None if self.tls is OFF else self.tls.ca


@attrs.frozen(kw_only=True, field_transformer=typed)
class Client:
    """
    Somebody of another app in the same cluster who uses a store or a service
    of ours.

    With a store it has an account of its own, whose settings are in a Secret;
    see `mizzen.pulumi.StoreComponent.credentials_of`.

    Args:
        name: What it is called here; the name of its account.

        namespace: Namespace of its pods.

        part: Name of the part there; the default is any.

        app: Name of the app that *part* belongs to, which `Conventions` may
            put into names; the default is *name*.

        labels: Labels of its pods, where it is no part of an app of mizzen.

    Raises:
        SpecError: If it says both *part* and *labels*.

    >>> Client("reports", namespace="reports-prod").name
    'reports'
    """

    name: str = attrs.field(kw_only=False, validator=dns_label)
    namespace: str = attrs.field(validator=dns_label)
    part: str | None = attrs.field(
        default=None, validator=_OPTIONAL(dns_label)
    )
    app: str | None = attrs.field(default=None, validator=_OPTIONAL(dns_label))
    labels: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name, validator=match_labels
    )

    def __attrs_post_init__(self) -> None:
        if self.app is not None and self.part is None:
            refuse(self, "app", "come with part", self.app)
        if self.part is not None and self.labels:
            rule = "be left out with part, which has labels of its own"
            refuse(self, "labels", rule, self.labels)

    @property
    def place(self) -> str:
        """
        Where its pods are, in words.
        """
        shown = ", ".join(f"{key}={self.labels[key]}" for key in self.labels)

        return f"{self.part or shown or 'any part'} in {self.namespace}"


def client_list(inst: Any, attr: Any, value: Any) -> None:
    """
    Clients, each under a name of its own.
    """
    names: set[str] = set()
    for client in value:
        if not isinstance(client, Client):
            rule = "hold clients, like Client('reports', namespace='reports')"
            refuse(inst, attr.name, rule, client)
        if client.name in names:
            refuse(inst, attr.name, "have different names", client.name)
        names.add(client.name)
