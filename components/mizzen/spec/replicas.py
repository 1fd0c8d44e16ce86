"""
Parts of which several run: how many, how far apart, and how they are
exchanged.
"""

from typing import Any, Literal

import attrs

from .._fields import typed
from .._validators import instance_of, refuse, whole_number
from ..exceptions import SpecError
from .placed import Placed, PlacedChanges
from .scaling import Autoscale, Queue
from .values import Off, unless_off


_OPTIONAL = attrs.validators.optional
Strength = Literal["soft", "hard"] | Off


def _soft() -> Strength:
    # Type checkers would take a default for any text.
    return "soft"


_strength = instance_of("be 'soft', 'hard' or OFF", Off)


def _is_strength(inst: Any, attr: Any, value: Any) -> None:
    if value not in ("soft", "hard"):
        _strength(inst, attr, value)


@attrs.frozen(kw_only=True, field_transformer=typed)
class Spread:
    """
    How far apart the replicas of a part run.

    ``"soft"`` prefers it, ``"hard"`` rather leaves a replica waiting than
    puts it where there are more already, and `OFF` does not care.

    Args:
        hosts: Over nodes.

        zones: Over zones; with ``"hard"`` nodes without a zone stay empty.

    >>> Spread(zones="hard").hosts
    'soft'
    """

    hosts: Strength = attrs.field(factory=_soft, validator=_is_strength)
    zones: Strength = attrs.field(factory=_soft, validator=_is_strength)


def _share(inst: Any, attr: Any, value: Any) -> None:
    """
    A number of replicas or a percentage of them.
    """
    number = value
    if isinstance(value, str) and value.endswith("%"):
        digits = value.removesuffix("%")
        number = int(digits) if digits.isascii() and digits.isdigit() else None
    if type(number) is not int or not 0 <= number <= (
        100 if isinstance(value, str) else 10_000
    ):
        rule = "be a number of replicas or a percentage, like 1 or '25%'"
        refuse(inst, attr.name, rule, value)


_SHORTEST_DEADLINE = 600


@attrs.frozen(kw_only=True, field_transformer=typed)
class _Pace:
    """
    Fields that all ways to exchange replicas share.
    """

    min_ready_seconds: int | None = attrs.field(
        default=None, validator=_OPTIONAL(whole_number(0, 86_400, 10))
    )
    progress_deadline_seconds: int | None = attrs.field(
        default=None, validator=_OPTIONAL(whole_number(1, 86_400, 600))
    )

    def __attrs_post_init__(self) -> None:
        deadline = self.progress_deadline_seconds or _SHORTEST_DEADLINE
        if (self.min_ready_seconds or 0) >= deadline:
            rule = f"be below the progress deadline, {deadline}"
            refuse(self, "min_ready_seconds", rule, self.min_ready_seconds)


@attrs.frozen(kw_only=True, field_transformer=typed)
class Rollout(_Pace):
    """
    Replicas are exchanged a few at a time.

    Args:
        surge: How many there may be beside the wanted number, or which
            percentage of it, like ``"25%"``.

        unavailable: How many may be missing meanwhile, or which percentage.

        min_ready_seconds: How long a new one has to be ready before it
            counts, in seconds.

        progress_deadline_seconds:
            Time in seconds without progress after which the rollout counts
            as failed.

    Raises:
        SpecError: If nothing could move.

    >>> Rollout(surge="25%").unavailable
    0
    """

    surge: int | str = attrs.field(default=1, validator=_share)
    unavailable: int | str = attrs.field(default=0, validator=_share)

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if {self.surge, self.unavailable} <= {0, "0%"}:
            msg = (
                "Rollout: surge or unavailable must be more than 0, or no "
                "replica could be exchanged."
            )
            raise SpecError(msg)


@attrs.frozen(kw_only=True, field_transformer=typed)
class Recreate(_Pace):
    """
    All replicas go before the new ones come: for what must not run twice.

    Args:
        min_ready_seconds: How long a new one has to be ready before it
            counts, in seconds.

        progress_deadline_seconds:
            Time in seconds without progress after which the rollout counts
            as failed.

    >>> Recreate().min_ready_seconds
    """


replicas = _OPTIONAL(whole_number(0, 10_000, 2))
spread = unless_off(instance_of("be Spread(…) or OFF", Spread))
rollout = _OPTIONAL(
    instance_of("be Rollout(…) or Recreate(…)", Rollout, Recreate)
)
_is_autoscale = unless_off(instance_of("be Autoscale(…) or OFF", Autoscale))


def _autoscale(inst: Any, attr: Any, value: Any) -> None:
    _is_autoscale(inst, attr, value)
    if isinstance(value, Autoscale) and inst.replicas is not None:
        rule = "be left out with scale, which decides the number"
        refuse(inst, "replicas", rule, inst.replicas)
    used = {use.part.name for use in inst.uses}
    for queue in getattr(value, "queue", ()):
        if isinstance(queue, Queue) and queue.part.name not in used:
            refuse(inst, attr.name, "count a store in its uses", queue.part)


class ReplicatedChanges(PlacedChanges, total=False):
    """
    Fields of all parts with replicas that an environment may override.
    """

    replicas: int | None
    scale: Autoscale | Off | None
    spread: Spread | Off | None
    rollout: Rollout | Recreate | Off | None


@attrs.frozen(kw_only=True, eq=False, repr=False, field_transformer=typed)
class Replicated(Placed):
    """
    Fields that all parts with replicas share.
    """

    replicas: int | None = attrs.field(default=None, validator=replicas)
    scale: Autoscale | Off | None = attrs.field(
        default=None, validator=_autoscale
    )
    spread: Spread | Off | None = attrs.field(default=None, validator=spread)
    rollout: Rollout | Recreate | None = attrs.field(
        default=None, validator=rollout
    )
