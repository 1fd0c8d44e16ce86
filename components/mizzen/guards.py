"""
Findings about a change: what is dangerous and not acknowledged, what nobody
can judge, and what is acknowledged in vain.
"""

import functools

from collections.abc import Iterator

import attrs

from .changes import (
    UNJUDGED,
    StackChange,
    open_dangers,
    remedy,
    unjudged,
    unmatched,
)
from .checks import Finding, Severity


@attrs.frozen
class Guard:
    """
    One question about a change.

    Attributes:
        id: Stable name in kebab case.

        severity: How bad it is if something is found.

        description: What is found.
    """

    id: str
    severity: Severity
    description: str


_OPEN = Guard(
    "not-acknowledged",
    Severity.ERROR,
    "Data would be lost, or the app opened wider, and the stack's file does "
    "not acknowledge it.",
)
_UNJUDGED = Guard(
    "not-judged",
    Severity.ERROR,
    "Nobody knows what changes, and the stack's file does not acknowledge it.",
)
_IN_VAIN = Guard(
    "acknowledges-nothing",
    Severity.WARNING,
    "The stack's file acknowledges what does not happen, or accepts what no "
    "check finds.",
)
GUARDS = (_OPEN, _UNJUDGED, _IN_VAIN)
"""
All guards, the worst first.
"""


def _finding(
    subject: str,
    guard: Guard,
    message: str,
    way_out: str,
    *,
    part: str | None = None,
) -> Finding:
    return Finding(
        id=guard.id,
        severity=guard.severity,
        part=part,
        subject=subject,
        message=message,
        remedy=way_out,
    )


def findings_of_change(change: StackChange) -> Iterator[Finding]:
    """
    What nobody should let happen without saying so in the stack's file.

    >>> [*findings_of_change(StackChange(stack="dev"))]
    []
    """
    found = functools.partial(_finding, f"Stack {change.stack!r}")
    for danger in open_dangers(change):
        yield found(
            _OPEN,
            f"{danger.effect.value}, {danger.line}",
            f"{remedy(danger.line)}.",
            part=danger.part,
        )
    reason = unjudged(change, change.acknowledge)
    if reason:
        yield found(
            _UNJUDGED,
            f"nobody knows what changes: {reason}",
            f"{remedy(UNJUDGED)}.",
        )
    for line in unmatched(change):
        yield found(
            _IN_VAIN,
            f"its file acknowledges {line!r}, which does not happen",
            "Remove it, or it is allowed later, when nobody means it.",
        )
