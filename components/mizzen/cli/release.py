"""
``mizzen release``.
"""

import json

from pathlib import Path
from typing import Any

import click

from ..exceptions import SpecError
from ._output import FINE, print_text
from ._target import target_of
from ._versions import (
    changes_versions,
    images_of,
    record_all,
    version_argument,
)


def _content(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        msg = f"{path.name} is not JSON."
        raise SpecError(msg) from None


@click.command()
@version_argument
@click.argument("parts", nargs=-1)
@click.option(
    "--images",
    "built",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Digests of what CI has built, by part; nothing is built here.",
)
@changes_versions
def release(
    *,
    version: str,
    parts: tuple[str, ...],
    built: Path | None,
    stack: str,
    app: str | None,
    config_file: Path | None,
) -> int:
    """
    Give the images of PARTS, or of all parts, the tag VERSION.

    What the registry does not have yet is built by Docker and pushed. The
    version is recorded in the stack's file; 'mizzen up' deploys it.
    """
    from .. import releases  # noqa: PLC0415
    from ..versions import successor  # noqa: PLC0415

    target = target_of(stack, app, config_file)
    images = images_of(target)
    chosen = images
    if parts:
        chosen = releases.chosen(parts, target.app, images)
    digests = None
    if built:
        digests = releases.parse_digests(_content(built), target.app, images)
        if not parts:
            chosen = releases.chosen(digests, target.app, images)
    released = releases.release(
        chosen, version, target.environment, target.stack, digests
    )
    versions = {
        name: successor(target.stack.versions.get(name), each.version)
        for each in released
        for name in each.image.recorded
    }
    record_all(target, versions, config_file)
    for each in released:
        how = "built" if each.built else "was there"
        names = ", ".join(each.image.recorded)
        print_text(f"{names}: {version} is {each.version.digest} ({how})\n")
    path = target.project.stack_file(stack)
    shown = path.relative_to(target.project.root)
    click.echo(f"Recorded in {shown}.", err=True)

    return FINE
