"""
What a change does to the running app.
"""

import enum


class Effect(enum.Enum):
    """
    What a change does to the running app, the most dangerous first.
    """

    DATA_AT_RISK = "data at risk"
    """A disk is replaced, shrunk or deleted."""

    REMOVED = "removed"
    """Something that ran or answered is gone."""

    RECREATED = "recreated with downtime"
    """It is stopped before its successor runs."""

    PERMISSION_WIDENED = "permission widened"
    """A part may do more, in the cluster or on its node."""

    NEWLY_REACHABLE = "newly reachable"
    """A part answers to something that could not connect before."""

    NO_LONGER_REACHABLE = "no longer reachable"
    """Something that connected before cannot any more."""

    SECRET_ROTATED = "secret rotated"  # noqa: S105 - words for people
    """A Secret has another content."""

    ROLLING_RESTART = "rolling restart"
    """Pods are exchanged one after the other."""

    RUNS_AGAIN = "runs again"
    """A job runs once more, as it is then."""

    SCALING = "scaling"
    """Pods come or go; those that stay are not touched."""

    ADDED = "added"
    """Something new runs or answers."""

    NOTHING_RUNNING = "nothing running changes"
    """Only what no pod notices."""

    @property
    def danger(self) -> int:
        """
        Rank among all effects; the higher, the more dangerous.

        >>> Effect.DATA_AT_RISK.danger > Effect.SCALING.danger
        True
        """
        return -_ORDER[self]


_ORDER = {effect: number for number, effect in enumerate(Effect)}


def by_danger(
    effects: "frozenset[Effect] | set[Effect]",
) -> tuple[Effect, ...]:
    """
    *effects*, the most dangerous first; nothing else is said where only
    something harmless happens beside it.
    """
    ordered = sorted(effects, key=_ORDER.__getitem__)
    if len(ordered) > 1 and ordered[-1] is Effect.NOTHING_RUNNING:
        ordered.pop()

    return tuple(ordered)
