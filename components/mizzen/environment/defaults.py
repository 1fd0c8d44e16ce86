"""
Values of parts that say nothing else, those of each edition among them.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from .._fields import typed
from .._validators import (
    binary_quantity,
    environment_texts,
    paths,
    processor_quantity,
    texts_by_name,
    whole_number,
    words,
)
from ..spec import (
    OFF,
    Off,
    Recreate,
    Rollout,
    SecurityContext,
    Spread,
    Toleration,
    health,
    placement,
    security,
)
from ..spec import replicas as replication
from ..spec.values import unless_off


# Merged by key; all else is replaced.
MAPS = ("env", "nodes")

_OPTIONAL = attrs.validators.optional


@attrs.frozen(kw_only=True, field_transformer=typed)
class Defaults:
    """
    Values of all parts that say nothing else.

    Args:
        replicas: How many of each Service and Worker run.

        memory: Memory of each container of your own.

        cpu: Processor time of each container of your own.

        ephemeral_storage: Disk for logs and writable folders of a container.

        user: Numeric user and group of containers of your own.

        security_context: What containers of your own may do beyond what
            all may.

        grace_seconds: Time in seconds for the shutdown of your own parts.

        writable: Folders that containers of your own may write to.

        env: Environment variables of all containers of your own.

        spread: How far apart replicas run.

        rollout: How replicas are exchanged.

        pause_seconds: How long Services go on serving when they are told to
            stop, in seconds.

        startup_seconds: Time in seconds in which containers of your own
            have to get healthy.

        nodes: Labels of the nodes of all parts, stores too.

        tolerations: Taints that do not keep them away.

        architectures: Processors that they run on.

        priority_class: Name of the PriorityClass of their pods.

    >>> Defaults(replicas=2, memory="256Mi").replicas
    2
    """

    replicas: int | None = attrs.field(
        default=None, validator=replication.replicas
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
    security_context: SecurityContext | None = attrs.field(
        default=None, validator=security.security_context
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

    spread: Spread | Off | None = attrs.field(
        default=None, validator=replication.spread
    )
    rollout: Rollout | Recreate | None = attrs.field(
        default=None, validator=replication.rollout
    )
    pause_seconds: int | None = attrs.field(
        default=None, validator=_OPTIONAL(whole_number(0, 3600, 5))
    )
    startup_seconds: int | None = attrs.field(
        default=None, validator=health.startup_seconds
    )
    nodes: Mapping[str, Any] = attrs.field(
        factory=dict,
        converter=placement.as_nodes,
        validator=placement.node_labels,
    )
    tolerations: tuple[Toleration, ...] | None = attrs.field(
        default=None,
        converter=placement.as_tolerations,
        validator=placement.are_tolerations,
    )
    architectures: tuple[str, ...] | None = attrs.field(
        default=None, converter=words, validator=placement.architectures
    )
    priority_class: str | Off | None = attrs.field(
        default=None, validator=unless_off(placement.priority_class)
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
        for name in MAPS:
            merged[name] = {**getattr(below, name), **getattr(self, name)}

        return Defaults(**merged)


EDITION_DEFAULTS = {
    "2026": Defaults(
        replicas=1,
        memory="128Mi",
        cpu="50m",
        ephemeral_storage="128Mi",
        user=10001,
        security_context=SecurityContext(),
        grace_seconds=30,
        # Endpoints are removed while the pod is told to stop.
        pause_seconds=5,
        startup_seconds=health.STARTUP_SECONDS,
        spread=Spread(),
        rollout=Rollout(),
        tolerations=(),
        architectures=(),
        priority_class=OFF,
        writable=("/tmp",),  # noqa: S108 - a folder in the container
    )
}
