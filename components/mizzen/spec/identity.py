"""
Who a part is: what it may do in the cluster, and who it is to a cloud.
"""

import enum
import re

from typing import Any, Final, Literal

import attrs

from .._fields import typed
from .._validators import (
    describe,
    dns_label,
    instance_of,
    known,
    one_or_many,
    refuse,
    texts,
)
from ..exceptions import SpecError
from .resources import GROUPS, NAMESPACED, OF_THE_CLUSTER, meant_by
from .values import Later, Off


class AllNamespaces(enum.Enum):
    """
    Type of `ALL_NAMESPACES`.
    """

    ALL_NAMESPACES = "ALL_NAMESPACES"

    def __repr__(self) -> str:
        return "ALL_NAMESPACES"


ALL_NAMESPACES: Final[Literal[AllNamespaces.ALL_NAMESPACES]] = (
    AllNamespaces.ALL_NAMESPACES
)
"""
Every namespace of a cluster, and what is in none.
"""

_VERBS = (
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
    "use",
    "impersonate",
    "bind",
    "escalate",
    "approve",
    "sign",
)
# What has no name yet, or is asked for without one, is never matched by one.
_NAMELESS = ("create", "deletecollection")
_RESOURCE = re.compile(
    r"[a-z][a-z0-9]*(\.[a-z0-9]([-a-z0-9.]*[a-z0-9])?)?(/[a-z]+)?", re.ASCII
)


def _verbs(inst: Any, attr: Any, value: Any) -> None:
    texts(inst, attr, value)
    for verb in value:
        if verb == "*":
            _refuse_wildcard(inst, attr.name)
        else:
            known(inst, "verb", verb, _VERBS)
    if not value:
        refuse(inst, attr.name, "be given, like Allow('get', on='pods')", ())


def _refuse_wildcard(inst: Any, field: str) -> None:
    if not inst.wildcard:
        rule = "name each one, or be meant for all by wildcard=True"
        refuse(inst, field, rule, "*")


def _resources(inst: Any, attr: Any, value: Any) -> None:
    texts(inst, attr, value)
    for resource in value:
        if resource == "*":
            _refuse_wildcard(inst, attr.name)
        elif not _RESOURCE.fullmatch(resource):
            rule = (
                "name resources with their group, like 'pods', 'pods/log' or "
                "'deployments.apps'"
            )
            refuse(inst, attr.name, rule, resource)
        else:
            _built_in(inst, attr.name, resource.partition("/")[0])
    if not value:
        refuse(inst, attr.name, "be given, like on='pods'", value)


def _built_in(inst: Any, field: str, resource: str) -> None:
    """
    A resource of a group that every cluster has is one of its resources.
    """
    if resource in OF_THE_CLUSTER and inst.within is not ALL_NAMESPACES:
        rule = (
            "name resources of a namespace, or come with "
            "within=ALL_NAMESPACES for those of the whole cluster"
        )
        refuse(inst, field, rule, resource)
    known_here = resource in NAMESPACED or resource in OF_THE_CLUSTER
    if resource.partition(".")[2] in GROUPS and not known_here:
        near = meant_by(resource)
        hint = f"; did you mean {near!r}?" if near else "."
        msg = (
            f"{describe(inst)}: {field} {resource!r} is no resource of "
            f"Kubernetes{hint}"
        )
        raise SpecError(msg)


def _within(inst: Any, attr: Any, value: Any) -> None:
    if value is not None and value is not ALL_NAMESPACES:
        dns_label(inst, attr, value)


def _names(inst: Any, attr: Any, value: Any) -> None:
    texts(inst, attr, value)
    # What is below an object is asked for by its name.
    if all("/" in resource for resource in inst.on):
        return
    for verb in _NAMELESS:
        if value and verb in inst.verbs:
            rule = f"be left out with {verb!r}, which no name restricts"
            refuse(inst, attr.name, rule, value)


@attrs.frozen(init=False, field_transformer=typed)
class Allow:
    """
    What a part may do with objects of the app's namespace, or of others.

    Args:
        verbs: What it may do, like ``"get", "list", "watch"``.

        on:
            Resources, each with its group as ``kubectl`` writes them:
            ``"pods"``, ``"pods/log"``, ``"deployments.apps"``.

        names: Names of the objects; the default is all.

        within: Namespace in which it may do so; the default is the app's
            own. `ALL_NAMESPACES` is all of them, and the cluster itself.

        wildcard: Whether ``"*"`` may stand for all verbs or resources.

    Raises:
        SpecError: If it would allow nothing, or everything unsaid.

    >>> Allow("get", "list", on="pods").on
    ('pods',)
    """

    wildcard: bool = attrs.field(
        validator=instance_of("be True or False", bool)
    )
    within: str | AllNamespaces | None = attrs.field(validator=_within)
    verbs: tuple[str, ...] = attrs.field(validator=_verbs)
    on: tuple[str, ...] = attrs.field(
        converter=one_or_many, validator=_resources
    )
    names: tuple[str, ...] = attrs.field(
        converter=one_or_many, validator=_names
    )

    def __init__(
        self,
        *verbs: str,
        on: Any,
        names: Any = (),
        within: "str | AllNamespaces | None" = None,
        wildcard: bool = False,
    ) -> None:
        self.__attrs_init__(wildcard, within, verbs, on, names)  # type: ignore[attr-defined,unused-ignore]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


_ROLE = re.compile(
    r"arn:aws(-[a-z-]+)?:iam::[0-9]{12}:role/[\w+=,.@/-]{1,512}"
)
_ACCOUNT = re.compile(
    r"[a-z][a-z0-9-]{4,28}[a-z0-9]@"
    r"([a-z0-9.-]+\.)?[a-z][a-z0-9-]+\.iam\.gserviceaccount\.com"
)
_CLIENT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _matching(pattern: re.Pattern[str], rule: str) -> Any:
    def validate(inst: Any, attr: Any, value: Any) -> None:
        if isinstance(value, Later):
            if value.secret:
                refuse(inst, attr.name, "not be secret", value)
        elif not isinstance(value, str) or not pattern.fullmatch(value):
            refuse(inst, attr.name, rule, value)

    return validate


@attrs.frozen(field_transformer=typed)
class AwsRole:
    """
    A role of AWS that a part takes on, on EKS (IRSA).

    Args:
        arn: ARN of the role, also a later value.

    Raises:
        SpecError: If it is no ARN of a role.

    >>> AwsRole("arn:aws:iam::123456789012:role/api").arn
    'arn:aws:iam::123456789012:role/api'
    """

    arn: str | Later = attrs.field(
        validator=_matching(
            _ROLE,
            "be the ARN of a role, like 'arn:aws:iam::123456789012:role/api'",
        )
    )


@attrs.frozen(field_transformer=typed)
class GcpAccount:
    """
    A service account of Google Cloud that a part acts as, on GKE.

    Args:
        email: Its address, also a later value.

    Raises:
        SpecError: If it is no address of a service account.

    >>> GcpAccount("api-dev@shop-123.iam.gserviceaccount.com").email
    'api-dev@shop-123.iam.gserviceaccount.com'
    """

    email: str | Later = attrs.field(
        validator=_matching(
            _ACCOUNT,
            "be the address of a service account, like "
            "'api-dev@shop-123.iam.gserviceaccount.com'",
        )
    )


@attrs.frozen(field_transformer=typed)
class AzureClient:
    """
    A managed identity of Azure that a part acts as, on AKS.

    Args:
        id: Its client id, also a later value.

    Raises:
        SpecError: If it is no client id.

    >>> AzureClient("01234567-89ab-cdef-0123-456789abcdef").id
    '01234567-89ab-cdef-0123-456789abcdef'
    """

    id: str | Later = attrs.field(
        validator=_matching(
            _CLIENT,
            "be a client id, like '01234567-89ab-cdef-0123-456789abcdef'",
        )
    )


Identity = AwsRole | GcpAccount | AzureClient


def identity_value(identity: Identity | Off | None) -> str | Later | None:
    """
    What a cloud knows somebody by; `None` for nobody.
    """
    if isinstance(identity, AwsRole):
        return identity.arn
    if isinstance(identity, GcpAccount):
        return identity.email
    return identity.id if isinstance(identity, AzureClient) else None


def permission_list(inst: Any, attr: Any, value: tuple[Any, ...]) -> None:
    """
    Several permissions.
    """
    for permission in value:
        if not isinstance(permission, Allow):
            rule = "hold permissions, like Allow('get', on='pods')"
            refuse(inst, attr.name, rule, permission)


def identity_or_off(inst: Any, attr: Any, value: Any) -> None:
    """
    An identity, if any.
    """
    if value is not None and not isinstance(value, (Identity, Off)):
        rule = "be AwsRole(…), GcpAccount(…), AzureClient(…) or OFF"
        refuse(inst, attr.name, rule, value)
