"""
``mizzen pin``.
"""

from pathlib import Path

import click

from ..exceptions import chosen
from ._output import FINE, print_text
from ._target import Target, target_of
from ._versions import changes_versions, files, own_file


def _left(target: Target, found: tuple[str, ...]) -> dict[str, None]:
    """
    What is recorded and runs no longer, as far as one app tells.
    """
    alone = len(target.project.apps) == 1
    recorded = target.stack.digests if alone else ()

    return {each: None for each in recorded if each not in found}


@click.command()
@click.argument("images", nargs=-1)
@changes_versions
def pin(
    *,
    images: tuple[str, ...],
    stack: str,
    app: str | None,
    config_file: Path | None,
) -> int:
    """
    Record the digests that IMAGES have now, or all that others build.

    The stack's file keeps them; 'mizzen up' deploys them.
    """
    from ..pins import (  # noqa: PLC0415
        digests_of,
        others_images,
        record_digests,
    )

    target = target_of(stack, app, config_file)
    own_file(target)
    found = others_images(target.app, target.environment, target.stack)
    known = dict.fromkeys(found)
    for image in images:
        chosen("Image", image, known)
    digests = digests_of(images or found, target.stack.platform)
    key = ("config", target.project.config_key("digests"))
    left = {} if images else _left(target, found)
    for path in files(target, config_file):
        record_digests(path, key, {**digests, **left})
    for image, digest in digests.items():
        before = target.stack.digests.get(image)
        how = "new" if before is None else f"was {before}"
        same = "as it was" if before == digest else how
        print_text(f"{image}: {digest} ({same})\n")
    for image in left:
        print_text(f"{image}: runs no longer\n")

    return FINE
