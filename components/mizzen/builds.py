"""
Builds of images by the programs of the user: Docker, or BuildKit itself.
"""

import json
import os
import subprocess
import sys
import tempfile

from collections.abc import Iterator, Mapping
from pathlib import Path

from ._recipe import Recipe, outer_images
from .environment import Builder, DockerBuild
from .exceptions import SpecError
from .images import stage_copy
from .manifests import ImageBuild
from .stack import Stack


STAGING_FOLDER = Path(".mizzen") / "build"

# Images, parted by commas, that builds take by tag also where a Dockerfile
# names a digest: those that a registry within reach has made itself.
_BY_TAG = "MIZZEN_IMAGES_BY_TAG"


def staged(build: ImageBuild, stack: Stack) -> Path:
    """
    A copy of exactly what the tag was computed from: the file
    ``Dockerfile`` and the folder ``context``.
    """
    folder = stack.root / STAGING_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n")
    repository = build.reference.rpartition("/")[2].partition(":")[0]
    target = folder / stack.name / repository
    stage_copy(stack.root, build.dockerfile, target)

    return target


def _familiar(reference: str) -> str:
    """
    An image of Docker Hub as people write it.
    """
    return reference.removeprefix("docker.io/").removeprefix("library/")


def named_contexts(build: ImageBuild, stack: Stack) -> dict[str, str]:
    """
    What stands in for images that *build* starts from: their tags for their
    digests, where the shell says so in ``MIZZEN_IMAGES_BY_TAG``.
    """
    by_tag = os.environ.get(_BY_TAG, "").split(",")
    recipe = Recipe(stack.root, build.dockerfile)
    found = {}
    for _, image in outer_images(recipe):
        pinned = _familiar(image)
        tag, at, _ = pinned.partition("@")
        if at and tag in by_tag:
            found[pinned] = f"docker-image://{tag}"
    return found


def _buildctl(
    build: ImageBuild, folder: Path, contexts: Mapping[str, str]
) -> Iterator[str]:
    yield from ("buildctl", "build", "--frontend=dockerfile.v0")
    yield f"--local=context={folder / 'context'}"
    yield f"--local=dockerfile={folder}"
    yield f"--opt=platform={build.platform}"
    if build.dockerfile.target:
        yield f"--opt=target={build.dockerfile.target}"
    for name, value in build.dockerfile.args.items():
        yield f"--opt=build-arg:{name}={value}"
    for name, image in contexts.items():
        yield f"--opt=context:{name}={image}"
    yield f"--output=type=image,name={build.reference},push=true"


def _buildx(
    build: ImageBuild,
    folder: Path,
    contexts: Mapping[str, str],
    builder: str | None,
) -> Iterator[str]:
    yield from ("docker", "buildx", "build", "--push")
    if builder:
        yield f"--builder={builder}"
    yield f"--file={folder / 'Dockerfile'}"
    yield f"--platform={build.platform}"
    if build.dockerfile.target:
        yield f"--target={build.dockerfile.target}"
    for name, value in build.dockerfile.args.items():
        yield f"--build-arg={name}={value}"
    for name, image in contexts.items():
        yield f"--build-context={name}={image}"
    yield f"--tag={build.reference}"
    yield str(folder / "context")


def _command(
    build: ImageBuild, folder: Path, stack: Stack, builder: Builder
) -> list[str]:
    """
    What builds and pushes. Where the shell names a BuildKit, that one does.
    """
    contexts = named_contexts(build, stack)
    if os.environ.get("BUILDKIT_HOST"):
        return list(_buildctl(build, folder, contexts))
    name = builder.builder if isinstance(builder, DockerBuild) else None

    return list(_buildx(build, folder, contexts, name))


def push(build: ImageBuild, stack: Stack, builder: Builder) -> str:
    """
    Build *build* and push it; what the program says goes to standard error.

    Args:
        build: What is built.

        stack: The stack that it is for.

        builder: Which builder of Docker, unless the shell names a BuildKit.

    Returns:
        The digest of what was pushed.

    Raises:
        SpecError: If it fails, or nothing is there that builds.
    """
    folder = staged(build, stack)
    with tempfile.TemporaryDirectory() as name:
        metadata = Path(name) / "metadata.json"
        command = _command(build, folder, stack, builder)
        last = command.pop()
        command += [f"--metadata-file={metadata}", last]
        try:
            ran = subprocess.run(  # noqa: S603 - words, no shell
                command,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=sys.stderr,
            )
        except FileNotFoundError:
            msg = (
                f"{command[0]} is not there and cannot build {build.part!r}. "
                "Install Docker with buildx, or put buildctl on PATH and set "
                "BUILDKIT_HOST, or take what CI has built: --images FILE"
            )
            raise SpecError(msg) from None
        if ran.returncode:
            what = " ".join(command[: command.index("build") + 1])
            msg = f"{what} cannot build {build.part!r}; see above."
            raise SpecError(msg)
        found = json.loads(metadata.read_text(encoding="utf-8"))

    return str(found["containerimage.digest"])
