"""
Findings about a change: what is dangerous and not acknowledged, and what is
acknowledged in vain.
"""

from collections.abc import Iterator

from .changes import StackChange, open_dangers, remedy, unmatched
from .checks import Finding, Severity


def findings_of_change(change: StackChange) -> Iterator[Finding]:
    """
    What nobody should let happen without saying so in the stack's file.

    >>> [*findings_of_change(StackChange(stack="dev"))]
    []
    """
    subject = f"Stack {change.stack!r}"
    for danger in open_dangers(change):
        yield Finding(
            id="not-acknowledged",
            severity=Severity.ERROR,
            part=danger.part,
            subject=subject,
            message=f"{danger.effect.value}, {danger.line}",
            remedy=f"{remedy(danger)}.",
        )
    for line in unmatched(change):
        yield Finding(
            id="acknowledges-nothing",
            severity=Severity.WARNING,
            part=None,
            subject=subject,
            message=f"its file acknowledges {line!r}, which does not happen",
            remedy="Remove it, or it is allowed later, when nobody means it.",
        )
