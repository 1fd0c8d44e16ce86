"""
Releases: images of an app that get a version in a registry.
"""

import functools

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from .builds import push
from .compiler import compile_app
from .environment import Environment
from .exceptions import SpecError, choices, raise_problems
from .manifests import ImageBuild
from .registry import ImageName, Repository
from .spec import App, Job, title
from .stack import Stack, Version
from .working_tree import uncommitted


_SHOWN = 5


@attrs.frozen(kw_only=True, eq=False)
class Releasable:
    """
    An image that the app builds.

    Attributes:
        name: Name of the part or container under which it is built.

        build: How it is built.

        runs: Names of all that run it.

        recorded: Names under which its version is recorded: *name*, and jobs
            that run it too.
    """

    name: str
    build: ImageBuild
    runs: tuple[str, ...]
    recorded: tuple[str, ...]

    @functools.cached_property
    def repository(self) -> Repository:
        """
        Where it is pushed to.
        """
        return Repository(ImageName.of(self.build.reference))

    @property
    def content_tag(self) -> str:
        """
        Tag of what the files as they are now would become.
        """
        return self.build.reference.rpartition(":")[2]


def releasables(
    app: App, environment: Environment, stack: Stack
) -> tuple[Releasable, ...]:
    """
    The images that *app* builds for *stack*.

    Raises:
        SpecError: If the stack has no registry, or cannot be compiled.
    """
    if stack.registry is None:
        msg = (
            f"Stack {stack.name!r} has no registry that could keep versions. "
            "Set registry in its file, like 'registry: ghcr.io/acme'."
        )
        raise SpecError(msg)
    manifests = compile_app(app, environment, attrs.evolve(stack, versions={}))
    jobs = {part.name for part in app.parts if isinstance(part, Job)}
    found = []
    for name, build in manifests.builds.items():
        runs = tuple(
            container
            for container, reference in manifests.images.items()
            if reference == build.reference
        )
        recorded = (name, *(r for r in runs if r in jobs and r != name))
        found.append(
            Releasable(name=name, build=build, runs=runs, recorded=recorded)
        )
    return tuple(found)


def releasable(
    name: str, app: App, images: Iterable[Releasable]
) -> Releasable:
    """
    The one of *images* that what is called *name* runs.

    Raises:
        SpecError: If there is no such part, or the app does not build its
            image.
    """
    found = {container: image for image in images for container in image.runs}
    if name in found:
        return found[name]
    for part in app.parts:
        if part.name == name:
            msg = (
                f"{title(part)} of app {app.name!r} runs an image that the "
                "app does not build, so it has no versions here. Write "
                "another one into the app."
            )
            raise SpecError(msg)
    msg = f"App {app.name!r} has no part {name!r}; {choices(name, found)}."
    raise SpecError(msg)


def chosen(
    names: Iterable[str], app: App, images: Iterable[Releasable]
) -> tuple[Releasable, ...]:
    """
    Those of *images* that *names* run, each once.

    Raises:
        SpecError: If there is no such part, or the app does not build its
            image.
    """
    images = tuple(images)
    return tuple(
        dict.fromkeys(releasable(name, app, images) for name in names)
    )


def _digest(name: str, value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("containerimage.digest")
    if not isinstance(value, str):
        msg = (
            f"The images that were built must give a digest to {name!r}, "
            f"like '{name}: sha256:…'."
        )
        raise SpecError(msg)
    return value.rpartition("@")[2]


def parse_digests(
    content: Any, app: App, images: Iterable[Releasable]
) -> dict[str, str]:
    """
    Digests of what was built elsewhere, by name of the image.

    Args:
        content: Digests by names of parts, or what ``docker buildx bake``
            writes into its metadata file.

        app: The app.

        images: The images that it builds.

    Raises:
        SpecError: If it is something else, or names no part.
    """
    images = tuple(images)
    if not isinstance(content, dict):
        msg = (
            "The images that were built must be digests by names of parts, "
            'like \'{"client": "sha256:…"}\'.'
        )
        raise SpecError(msg)
    found: dict[str, str] = {}
    for name, value in content.items():
        image = releasable(str(name), app, images)
        digest = _digest(str(name), value)
        if found.setdefault(image.name, digest) != digest:
            msg = (
                f"{', '.join(map(repr, image.runs))} run one image, but the "
                "images that were built give it several digests."
            )
            raise SpecError(msg)
    return found


def _unclean(image: Releasable, stack: Stack) -> Iterator[str]:
    paths = uncommitted(stack.root, image.build.dockerfile)
    if paths:
        shown = ", ".join(paths[:_SHOWN])
        more = len(paths) - _SHOWN
        rest = f" and {more} more" if more > 0 else ""
        yield (
            f"The build context of {image.name!r} is not what is committed: "
            f"{shown}{rest}. Commit or stash it first, so that the version "
            "can be built again."
        )


def _unbuilt(
    images: Iterable[Releasable], digests: Mapping[str, str]
) -> Iterator[str]:
    for image in images:
        if image.name not in digests:
            yield (
                f"{image.name!r} is not among the images that were built; "
                f"{choices(image.name, digests)}."
            )


def _taken(
    image: Releasable, version: str, wanted: str | None, stack: Stack
) -> Iterator[str]:
    there = image.repository.digest(version)
    if there and there != wanted:
        yield (
            f"{version} of {image.name!r} exists already as {there}, which "
            f"is not {wanted or 'what would be built'}. A version is never "
            "overwritten: choose another one, or deploy that one: mizzen "
            f"rollout {image.name} {version} --stack {stack.name}"
        )


def unfit(image: Releasable, digest: str, what: str) -> Iterator[str]:
    """
    Why *what*, the image with that *digest*, cannot run.
    """
    repository = image.repository
    if repository.digest(digest) is None:
        yield (
            f"There is no {repository.name}@{digest}, which {what} should "
            "be. Push it first."
        )
        return
    there = repository.other_platforms(digest, image.build.platform)
    if there is not None:
        yield (
            f"{what} is built for {there}, but the stack runs "
            f"{image.build.platform}. Build it for that platform, or set "
            "platform in the stack's file."
        )


@attrs.frozen(kw_only=True)
class Released:
    """
    An image that has got a version.

    Attributes:
        image: The image.

        version: Its version.

        built: Whether it was not there before.
    """

    image: Releasable
    version: Version
    built: bool


def _refuse(version: str, problems: Iterable[str]) -> None:
    raise_problems(f"Version {version!r} cannot be released", problems)


def _found(
    images: Iterable[Releasable],
    version: str,
    stack: Stack,
    digests: Mapping[str, str] | None,
) -> Mapping[str, str | None]:
    """
    Digests of what is built already, by name of the image; `None` for what
    the registry does not have.
    """
    if digests is not None:
        _refuse(version, _unbuilt(images, digests))
        return {i.name: digests[i.name] for i in images}
    unclean = (p for image in images for p in _unclean(image, stack))
    _refuse(version, unclean)

    return {i.name: i.repository.digest(i.content_tag) for i in images}


def _pushed(
    images: Iterable[Releasable],
    found: Mapping[str, str | None],
    version: str,
    environment: Environment,
    stack: Stack,
) -> Mapping[str, Version]:
    """
    Versions of all *images*, by name; what is not *found* is built and
    pushed.
    """
    builder = stack.cluster.builder or environment.builder
    versions = {
        image.name: Version(
            version,
            found[image.name] or push(image.build, stack, builder),
        )
        for image in images
    }
    _refuse(
        version,
        (
            problem
            for image in images
            for problem in unfit(
                image, versions[image.name].digest, repr(image.name)
            )
        ),
    )
    return versions


def release(
    images: Iterable[Releasable],
    version: str,
    environment: Environment,
    stack: Stack,
    digests: Mapping[str, str] | None = None,
) -> tuple[Released, ...]:
    """
    Give *images* the tag *version* in the stack's registry.

    What the registry does not have yet is built and pushed before. If one
    image is refused, none gets the tag.

    Args:
        images: The images.

        version: The tag.

        environment: Policy of the stack.

        stack: Addresses of the stack.

        digests: What was built elsewhere, by name of the image; the default
            builds here.

    Raises:
        SpecError: If files that a build reads are not committed, a version
            exists with another content, or an image is not fit.
    """
    images = tuple(images)
    found = _found(images, version, stack, digests)
    _refuse(
        version,
        (p for i in images for p in _taken(i, version, found[i.name], stack)),
    )
    versions = _pushed(images, found, version, environment, stack)
    for image in images:
        if image.repository.digest(version) is None:
            image.repository.tag(versions[image.name].digest, version)

    return tuple(
        Released(
            image=image,
            version=versions[image.name],
            built=not found[image.name],
        )
        for image in images
    )
