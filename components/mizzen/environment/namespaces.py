"""
The namespace of an app: what it is called, and what it holds its pods to.
"""

import attrs

from .._fields import typed
from .._validators import (
    binary_quantity,
    dns_label,
    instance_of,
    one_of,
    processor_quantity,
    refuse,
    whole_number,
)
from ..spec.security import LEVELS


_OPTIONAL = attrs.validators.optional

OF_CLUSTER = frozenset(
    ("default", "kube-node-lease", "kube-public", "kube-system")
)
"""
Namespaces that every cluster has.
"""


@attrs.frozen(kw_only=True, field_transformer=typed)
class Quota:
    """
    The most that all pods of a namespace may ask for together.

    Args:
        cpu: Processor time that they request, like ``"4"`` or ``"500m"``.

        memory: Memory that they request, like ``"8Gi"``.

        pods: Number of pods that have not ended.

    Raises:
        SpecError: If it limits nothing, or a field is no quantity.

    >>> Quota(cpu="4", memory="8Gi", pods=50).pods
    50
    """

    cpu: str | None = attrs.field(
        default=None, validator=_OPTIONAL(processor_quantity)
    )
    memory: str | None = attrs.field(
        default=None, validator=_OPTIONAL(binary_quantity)
    )
    pods: int | None = attrs.field(
        default=None, validator=_OPTIONAL(whole_number(1, 100_000, 50))
    )

    def __attrs_post_init__(self) -> None:
        if not any(attrs.astuple(self)):
            refuse(self, "cpu", "be set, or memory or pods", self.cpu)


@attrs.frozen(kw_only=True, field_transformer=typed)
class ContainerLimits:
    """
    What containers of a namespace get that say nothing themselves: those of
    raw objects and charts, because parts always say it.

    Args:
        cpu: Processor time that they request, like ``"50m"``. They get no
            limit of it, which would only slow things down.

        memory: Memory that they request and may use at most.

        ephemeral_storage: Disk that they request and may use at most.

    Raises:
        SpecError: If it says nothing, or a field is no quantity.

    >>> ContainerLimits(cpu="50m", memory="128Mi").memory
    '128Mi'
    """

    cpu: str | None = attrs.field(
        default=None, validator=_OPTIONAL(processor_quantity)
    )
    memory: str | None = attrs.field(
        default=None, validator=_OPTIONAL(binary_quantity)
    )
    ephemeral_storage: str | None = attrs.field(
        default=None, validator=_OPTIONAL(binary_quantity)
    )

    def __attrs_post_init__(self) -> None:
        if not any(attrs.astuple(self)):
            rule = "be set, or memory or ephemeral_storage"
            refuse(self, "cpu", rule, self.cpu)


@attrs.frozen(kw_only=True, field_transformer=typed)
class Namespace:
    """
    The namespace of an app, where ``<app>-<stack>`` as it is is not right.

    Args:
        name: DNS label of the namespace; the default is ``<app>-<stack>``.

        create: Whether it is made; otherwise it has to be there, as those
            are that every cluster has, like ``"default"``.

        quota: The most that its pods may ask for together.

        limits: What containers get that say nothing themselves.

        pod_security: Level of Pod Security that it enforces,
            ``"restricted"``, ``"baseline"`` or ``"privileged"``. All parts
            pass the first unless they ask for more; raw objects and charts
            may need another.

        default_deny: Whether pods that no other NetworkPolicy is about, like
            those of raw objects, charts, operators and debugging, accept no
            connections, and with `Isolation.FULL` make none. What brings
            such pods then has to bring policies for them.

    Raises:
        SpecError: If it says what a namespace that is there is to be like,
            or would make one that every cluster has.

    >>> Namespace(quota=Quota(pods=50)).create
    True
    """

    name: str | None = attrs.field(
        default=None, kw_only=False, validator=_OPTIONAL(dns_label)
    )
    create: bool = True
    quota: Quota | None = None
    limits: ContainerLimits | None = None
    pod_security: str = attrs.field(
        default="restricted", validator=one_of(*LEVELS)
    )
    default_deny: bool = attrs.field(
        default=False, validator=instance_of("be True or False", bool)
    )

    def __attrs_post_init__(self) -> None:
        if self.create:
            if self.name in OF_CLUSTER:
                rule = (
                    "come with create=False, because every cluster has that "
                    "namespace"
                )
                refuse(self, "name", rule, self.name)
            return
        rule = "be left out with create=False, which changes no namespace"
        for field in ("quota", "limits"):
            value = getattr(self, field)
            if value is not None:
                refuse(self, field, rule, value)
        if self.pod_security != "restricted":
            refuse(self, "pod_security", rule, self.pod_security)
        if self.default_deny:
            refuse(self, "default_deny", rule, self.default_deny)
