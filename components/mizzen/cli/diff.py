"""
``mizzen diff``.
"""

from pathlib import Path

import click

from ._changes import show_changes, shows_changes
from ._options import app_option


@click.command()
@click.argument("base", required=False)
@click.argument("head", required=False)
@click.option(
    "--stack",
    "stacks",
    multiple=True,
    metavar="STACK",
    help="Stack to compare; all of them if none is named.",
)
@click.option(
    "--edition",
    metavar="YEAR",
    help="What comes after the change under another edition; without BASE, "
    "the working tree is compared with itself.",
)
@app_option
@shows_changes
def diff(
    base: str | None,
    head: str | None,
    stacks: tuple[str, ...],
    edition: str | None,
    app: str | None,
    **shown: str | Path | None,
) -> int:
    """
    Show what changes from revision BASE to HEAD, in terms of the app.

    Without HEAD, to the working tree; without BASE, from where the branch
    left the default branch. It needs no keys and no cluster: each revision
    is compiled by its own code.
    """
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    from .._revisions import merge_base, revisions_here  # noqa: PLC0415
    from ..changes.revisions import changes_between  # noqa: PLC0415

    here = revisions_here(app)
    if base is None and edition is None:
        base = merge_base(here.root)
    with ThreadPoolExecutor() as pool:
        before = pool.submit(here.snapshots, base)
        after = pool.submit(here.snapshots, head, edition=edition)
        found = changes_between(before.result(), after.result(), stacks)

    return show_changes(found, **shown)  # type: ignore[arg-type]
