"""
``mizzen rollout``.
"""

from pathlib import Path

import click

from ._target import target_of
from ._versions import (
    deploy,
    deploys_versions,
    images_of,
    version_argument,
)


@click.command()
@click.argument("parts", nargs=-1, required=True)
@version_argument
@deploys_versions
def rollout(
    *,
    parts: tuple[str, ...],
    version: str,
    stack: str,
    app: str | None,
    config_file: Path | None,
    context: str | None,
    with_edits: bool,
) -> int:
    """
    Let PARTS run VERSION, which has been released.

    It is recorded in the stack's file, and nothing else is deployed: if
    more has changed of PARTS than the version, that is refused.
    """
    from ..versions import rolled_out  # noqa: PLC0415

    target = target_of(stack, app, config_file)
    images = images_of(target)
    versions = rolled_out(parts, version, target.app, images, target.stack)

    return deploy(
        target, versions, images, config_file, context, with_edits=with_edits
    )
