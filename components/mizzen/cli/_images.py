"""
Which images a command is about, and where they are.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import attrs
import click

from .._image_references import container_images
from ..environment import Registry
from ..exceptions import SpecError, chosen
from ..spec import App, Dockerfile
from ._options import app_option, complete_stack
from ._target import Target, project_here, target_of


if TYPE_CHECKING:
    from ..built.images import BuiltImage


def dockerfiles(app: App) -> Mapping[str, Dockerfile | None]:
    """
    For each container of *app* that runs an image of yours, what it is
    built from, if it is built.
    """
    return {
        key: image if isinstance(image, Dockerfile) else None
        for key, image in container_images(app.parts)
    }


def dockerfile(app: App, name: str) -> Dockerfile | None:
    """
    What the image of the container *name* is built from, if it is built.

    Raises:
        SpecError: If no such container runs an image of yours.
    """
    return chosen("Part with an image", name, dockerfiles(app))


def with_registry(target: Target, prefix: str | None) -> Target:
    """
    *target* with the images in the registry that its stack or *prefix*
    names.

    Raises:
        SpecError: If the two differ.
    """
    own = target.stack.registry
    if prefix is None or (own and own.prefix == prefix):
        return target
    if own:
        msg = (
            f"Stack {target.stack.name!r} has its images in {own.prefix!r}, "
            f"but --registry names {prefix!r}."
        )
        raise SpecError(msg)
    stack = attrs.evolve(target.stack, registry=Registry(prefix))

    return attrs.evolve(target, stack=stack)


def read_image(
    location: str, target: Target | None, dockerfile: Dockerfile | None
) -> "BuiltImage":
    """
    The image at *location*: a path, or a reference in the registry of the
    stack, or else in the local Docker engine.

    Raises:
        SpecError: If it is not there.
    """
    from ..built.images import built_image  # noqa: PLC0415 - reads archives
    from ..built.stored import stored_image  # noqa: PLC0415

    stack = target and target.stack
    with stored_image(
        location,
        platform=stack.platform if stack else None,
        in_engine=bool(
            stack and dockerfile is not None and stack.registry is None
        ),
    ) as stored:
        return built_image(
            stored,
            root=stack.root if stack else project_here().root,
            dockerfile=dockerfile,
        )


def about_images(command: Callable[..., int]) -> Callable[..., int]:
    """
    The options that say which images are meant.
    """
    for option in (
        app_option,
        click.option(
            "--registry",
            metavar="PREFIX",
            help="Registry of the images, if the stack's file names none.",
        ),
        click.option(
            "--image",
            "location",
            metavar="LOCATION",
            help="Where the image is: a folder or an archive in the OCI "
            "layout, an archive of Docker, or a reference.",
        ),
        click.option(
            "--stack", metavar="STACK", shell_complete=complete_stack
        ),
    ):
        command = option(command)
    return command


def optional_target(
    stack: str | None, app: str | None, registry: str | None
) -> Target | None:
    """
    What the stack called *stack* is about, if one is named.
    """
    if stack is None:
        return None
    return with_registry(target_of(stack, app), registry)
