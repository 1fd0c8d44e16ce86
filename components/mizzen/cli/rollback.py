"""
``mizzen rollback``.
"""

from pathlib import Path

import click

from ._target import target_of
from ._versions import deploy, deploys_versions, images_of


@click.command()
@click.argument("parts", nargs=-1, required=True)
@deploys_versions
def rollback(
    *,
    parts: tuple[str, ...],
    stack: str,
    app: str | None,
    config_file: Path | None,
    context: str | None,
    with_edits: bool,
) -> int:
    """
    Let PARTS run the version that was recorded before the one that is now.

    It is recorded in the stack's file, and nothing else is deployed: if
    more has changed of PARTS than the version, that is refused.
    """
    from ..versions import rolled_back  # noqa: PLC0415

    target = target_of(stack, app, config_file)
    images = images_of(target)
    versions = rolled_back(parts, target.app, images, target.stack)

    return deploy(
        target, versions, images, config_file, context, with_edits=with_edits
    )
