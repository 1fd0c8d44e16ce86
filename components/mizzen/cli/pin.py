"""
``mizzen pin``.
"""

from pathlib import Path

import click

from ..exceptions import chosen
from ._output import FINE, print_text
from ._target import Target, target_of
from ._versions import changes_versions, files, refuse_shared_file


def _left(target: Target, found: tuple[str, ...]) -> dict[str, None]:
    """
    What is recorded and runs no longer, as far as one app tells.
    """
    alone = len(target.project.apps) == 1
    recorded = target.stack.digests if alone else ()

    return {each: None for each in recorded if each not in found}


def _before(before: str | None, digest: str) -> str:
    """
    What was recorded in place of *digest*, in words.
    """
    if before is None:
        return "new"
    return "as it was" if before == digest else f"was {before}"


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
    from ..pins import digests_of, others_images  # noqa: PLC0415
    from ..stack_file import edit  # noqa: PLC0415

    target = target_of(stack, app, config_file)
    refuse_shared_file(target)
    found = others_images(target.app, target.environment, target.stack)
    known = dict.fromkeys(found)
    for image in images:
        chosen("Image", image, known)
    digests = digests_of(images or found, target.stack.platform)
    key = ("config", target.project.config_key("digests"))
    left = {} if images else _left(target, found)
    recorded = {**digests, **left}
    for path in files(target, config_file):
        edit(path, {(*key, name): value for name, value in recorded.items()})
    for image, digest in digests.items():
        how = _before(target.stack.digests.get(image), digest)
        print_text(f"{image}: {digest} ({how})\n")
    for image in left:
        print_text(f"{image}: runs no longer\n")

    return FINE
