"""
Words for nodes, and for pods that give way to others.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

import attrs

from .._fields import typed
from .._validators import (
    label_key,
    label_value,
    matching,
    one_of,
    one_or_many,
    refuse,
    texts,
    whole_number,
)
from .values import Off


_OPTIONAL = attrs.validators.optional
ARCHITECTURES = ("amd64", "arm", "arm64", "ppc64le", "riscv64", "s390x")


def _label_values(inst: Any, attr: Any, value: tuple[Any, ...]) -> None:
    for text in value:
        label_value(inst, attr.name, text)
    if not value:
        refuse(inst, attr.name, "be given, like NotIn('spot')", value)


@attrs.frozen(field_transformer=typed)
class NotIn:
    """
    Values that a label of a node must not have, in `Service.nodes`.

    Args:
        values: One value or a list of them; nodes without the label fit as
            well.

    >>> NotIn("spot").values
    ('spot',)
    """

    values: tuple[str, ...] = attrs.field(
        converter=one_or_many, validator=_label_values
    )


NodeValue = str | tuple[str, ...] | NotIn | bool
NodeConditions = Mapping[str, NodeValue | Off]


@attrs.frozen(kw_only=True, field_transformer=typed)
class Toleration:
    """
    Lets pods run on nodes that keep others away by a taint.

    Args:
        key: Key of the taint; `None` for every taint.

        value: Value of the taint; `None` for any.

        effect: ``"NoSchedule"``, ``"PreferNoSchedule"``, ``"NoExecute"`` or
            `None` for all of them.

        seconds: For how long a pod stays when the taint comes, with effect
            ``"NoExecute"``; `None` for ever.

    Raises:
        SpecError: If Kubernetes would refuse it.

    >>> Toleration("dedicated", value="batch").key
    'dedicated'
    """

    key: str | None = attrs.field(default=None, kw_only=False)
    value: str | None = None
    effect: str | None = attrs.field(
        default=None,
        validator=_OPTIONAL(
            one_of("NoSchedule", "PreferNoSchedule", "NoExecute")
        ),
    )
    seconds: int | None = attrs.field(
        default=None, validator=_OPTIONAL(whole_number(0, 10**9, 300))
    )

    def __attrs_post_init__(self) -> None:
        if self.key is not None:
            label_key(self, "key", self.key)
        if self.value is not None:
            label_value(self, "value", self.value)
            if self.key is None:
                refuse(self, "value", "have a key beside it", self.value)
        if self.seconds is not None and self.effect != "NoExecute":
            rule = "be left out but with effect='NoExecute'"
            refuse(self, "seconds", rule, self.seconds)


def as_nodes(values: Mapping[str, Any]) -> dict[str, Any]:
    """
    Converter of conditions on the labels of nodes.
    """
    return {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in values.items()
    }


def node_labels(inst: Any, attr: Any, value: Mapping[Any, Any]) -> None:
    """
    Conditions on the labels of nodes.
    """
    for key, wanted in value.items():
        label_key(inst, attr.name, key)
        if isinstance(wanted, (bool, Off, NotIn)):
            continue
        if not isinstance(wanted, (str, tuple)) or wanted == ():
            rule = (
                "be text, a list of texts, NotIn(…), True or False, like 'ssd'"
            )
            refuse(inst, f"{attr.name} {key!r}", rule, wanted)
        for text in (wanted,) if isinstance(wanted, str) else wanted:
            label_value(inst, f"{attr.name} {key!r}", text)


def as_tolerations(values: Iterable[Toleration] | None) -> Any:
    """
    Converter of tolerations; `None` inherits.
    """
    return None if values is None else tuple(values)


def are_tolerations(inst: Any, attr: Any, value: Any) -> None:
    """
    Tolerations alone.
    """
    for toleration in value or ():
        if not isinstance(toleration, Toleration):
            rule = "hold tolerations, like Toleration('dedicated')"
            refuse(inst, attr.name, rule, toleration)


def architectures(inst: Any, attr: Any, value: Any) -> None:
    """
    Architectures by the names that Kubernetes and Docker have for them.
    """
    texts(inst, attr, value)
    for name in value or ():
        if name not in ARCHITECTURES:
            known = ", ".join(repr(word) for word in ARCHITECTURES)
            refuse(inst, attr.name, f"hold some of {known}", name)


priority_class = matching(
    "[a-z0-9]([-a-z0-9.]*[a-z0-9])?",
    "be the name of a PriorityClass, like 'high'",
)


class PlacementChanges(TypedDict, total=False):
    """
    Fields that decide where pods run and what marks them, as environments
    override them.
    """

    nodes: Mapping[str, NodeValue | list[str] | Off] | Off
    tolerations: Iterable[Toleration] | Off | None
    architectures: Iterable[str] | Off | None
    priority_class: str | Off | None
    pod_labels: Mapping[str, str | Off] | Off
    pod_annotations: Mapping[str, str | Off] | Off
