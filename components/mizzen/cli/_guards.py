"""
What is dangerous about a stack since its branch left the default branch.
"""

from collections.abc import Iterable

from ..checks import Finding
from ._target import Target


def findings_since_base(target: Target, app: str | None) -> Iterable[Finding]:
    """
    Findings about what leads to *target* from the merge base with the
    default branch; none without version control. Where that is not known,
    one says why.
    """
    if not target.project.is_versioned:
        return ()
    from .._revisions import change_since_base  # noqa: PLC0415
    from ..changes import snapshot  # noqa: PLC0415
    from ..guards import findings_of_change  # noqa: PLC0415

    head = snapshot(target.app, target.environment, target.stack)

    return findings_of_change(
        change_since_base(target.project.root, head, app)
    )
