"""
What is dangerous about a stack since its branch left the default branch.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..checks import Finding
from ..exceptions import SpecError
from ._target import Target


if TYPE_CHECKING:
    from ..changes import StackChange


def _is_versioned(folder: Path) -> bool:
    # Cheaper than to ask git, and good enough to leave it alone.
    return any((f / ".git").exists() for f in (folder, *folder.parents))


def _change(target: Target, app: str | None) -> "StackChange":
    from ..changes import StackChange, snapshot  # noqa: PLC0415
    from ..changes.revisions import changes_between  # noqa: PLC0415
    from ._revisions import merge_base, revisions_here  # noqa: PLC0415

    here, name = revisions_here(app), target.stack.name
    try:
        base = here.snapshots(merge_base(here.root))
    except SpecError as error:
        return StackChange(stack=name, problems=(str(error),))
    head = snapshot(target.app, target.environment, target.stack)
    (found,) = changes_between(base, [head], [name])

    return found


def findings_since_base(target: Target, app: str | None) -> Iterable[Finding]:
    """
    Findings about what leads to *target* from the merge base with the
    default branch; none without version control. Where that is not known,
    it says why.
    """
    if not _is_versioned(target.project.root):
        return ()
    from ..guards import findings_of_change  # noqa: PLC0415

    change = _change(target, app)
    for problem in change.problems:
        click.echo(f"Changes are not judged. {problem}", err=True)

    return findings_of_change(change)
