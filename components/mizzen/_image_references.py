"""
Which image each container runs, and what has to be built for it.
"""

from collections.abc import Iterator

import attrs

from . import _names
from ._scope import ImageReference
from .exceptions import SpecError, choices
from .images import content_tag
from .manifests import ImageBuild
from .spec import App, Dockerfile, Image, Job, Part, Store, title
from .spec.servers import Server
from .stack import Stack, Version


def _tag(reference: str) -> str:
    name = reference.partition("@")[0]
    return name.rpartition("/")[2].partition(":")[2]


# Tags that publishers move from one version to the next.
_MOVING = frozenset({"latest", "stable", "main", "nightly", "edge"})


def tells_version(reference: str) -> bool:
    """
    Whether *reference* stands for one version.

    >>> tells_version("redis:8"), tells_version("redis")
    (True, False)
    """
    tag = _tag(reference)
    return tag not in _MOVING and bool(tag or "@" in reference)


def _version(reference: str) -> str:
    """
    Tag of an image reference, or the start of its digest.
    """
    digest = reference.partition("@sha256:")[2]

    return _tag(reference) or digest[:12]


def pull_policy(reference: str) -> str:
    """
    A digest is asked for at each start, so that nobody runs an image that
    they may not pull, and so is a tag that moves, or nodes would run what it
    once was; a tag that stays may be known to the node alone.
    """
    asked = "@" in reference or not tells_version(reference)
    return "Always" if asked else "IfNotPresent"


def store_image(part: Store, server: Server, stack: Stack) -> ImageReference:
    """
    What the pods of a store run.
    """
    usual = part.image.reference if part.image else server.image

    return _others(usual, stack)


def _others(named: str, stack: Stack) -> ImageReference:
    """
    An image that the app does not build, with the digest that the stack
    records for it.
    """
    digest = stack.digests.get(named)
    reference = f"{named}@{digest}" if digest else named

    return ImageReference(
        reference=reference,
        version=_names.version_label(_version(reference)),
        pull_policy=pull_policy(reference),
    )


def _owners_first(parts: tuple[Part, ...]) -> list[Part]:
    """
    *parts* with jobs last: what runs all the time gives an image its name.
    """
    return sorted(parts, key=lambda part: isinstance(part, Job))


def container_images(
    parts: tuple[Part, ...],
) -> Iterator[tuple[str, Dockerfile | Image]]:
    """
    Image of each container, those of parts first, by what it is called in
    recorded versions and in its repository: the part, or like
    ``api.proxy`` the container in it.
    """
    own = [p for p in _owners_first(parts) if not isinstance(p, Store)]
    for part in own:
        yield part.name, part.image
    for part in own:
        for container in (*part.sidecars, *part.init):
            yield _names.inner(part.name, container.name), container.image


def image_owners(parts: tuple[Part, ...]) -> dict[int, str]:
    """
    Under the name of which container each image is built.
    """
    owners: dict[int, str] = {}
    for key, image in container_images(parts):
        if isinstance(image, Dockerfile):
            owners.setdefault(id(image), key)
    return owners


def with_recorded_jobs(
    app: App, parts: tuple[Part, ...], stack: Stack
) -> tuple[Part, ...]:
    """
    *parts*, in which jobs that share an image run the version that is
    recorded for them and not the one of the part that they share it with.
    """
    owners = image_owners(parts)

    def recorded(part: Part) -> Part:
        version = stack.versions.get(part.name)
        owner = owners.get(id(part.image)) if isinstance(part, Job) else None
        if version is None or owner in (None, part.name):
            return part
        reference = _recorded(str(owner), version, app, stack)
        return attrs.evolve(part, image=Image(reference))

    return tuple(map(recorded, parts))


def unrecorded_jobs(parts: tuple[Part, ...], stack: Stack) -> Iterator[str]:
    """
    Jobs that a rollback of another part would run in their older version.
    """
    owners = image_owners(parts)
    for part in parts:
        if not isinstance(part, Job) or part.name in stack.versions:
            continue
        owner = owners.get(id(part.image))
        if owner in stack.versions:
            yield (
                f"Stack {stack.name!r} records a version of {owner!r}, but "
                f"none of {title(part)}, which runs the same image. Record "
                f"the version of {part.name!r} too, and leave it as it is "
                f"when {owner!r} is rolled back, so that nothing older runs."
            )


def versions_of_nothing(
    parts: tuple[Part, ...], stack: Stack
) -> Iterator[str]:
    """
    Recorded versions that would change nothing: an image is built under the
    name of the first container that runs it, and jobs have versions of their own.
    """
    owners = image_owners(parts)
    valid = set(owners.values())
    valid.update(
        part.name
        for part in parts
        if isinstance(part, Job) and id(part.image) in owners
    )
    for name in stack.versions:
        if name not in valid:
            yield (
                f"Stack {stack.name!r} records a version of {name!r}, but no "
                f"image is built under its name; {choices(name, valid)}."
            )


def _repository(part: str, app: App, stack: Stack) -> str:
    registry = stack.registry.prefix if stack.registry else None
    return _names.image_repository(registry, app.name, part)


def _recorded(part: str, version: Version, app: App, stack: Stack) -> str:
    return f"{_repository(part, app, stack)}:{version.tag}@{version.digest}"


def image_references(
    app: App, parts: tuple[Part, ...], stack: Stack
) -> tuple[dict[int, ImageReference], dict[str, ImageBuild], list[str]]:
    """
    References of all images, the builds behind them, and what is wrong with
    their Dockerfiles.
    """
    references: dict[int, ImageReference] = {}
    builds: dict[str, ImageBuild] = {}
    problems: list[str] = []
    for key, image in container_images(parts):
        if id(image) in references:
            continue
        if isinstance(image, Image):
            references[id(image)] = _others(image.reference, stack)
            continue
        try:
            reference, build = _built(image, key, app, stack)
        except SpecError as error:
            problems.extend(error.problems)
            continue
        references[id(image)] = reference
        if build:
            builds[key] = build

    return references, builds, problems


def _built(
    dockerfile: Dockerfile, part: str, app: App, stack: Stack
) -> tuple[ImageReference, ImageBuild | None]:
    """
    A recorded version if there is one, else the hash of the content.
    """
    version = stack.versions.get(part)
    if version:
        reference = _recorded(part, version, app, stack)
        return ImageReference(
            reference=reference,
            version=_names.version_label(version.tag),
            pull_policy=pull_policy(reference),
        ), None
    tag = content_tag(stack.root, dockerfile, stack.platform)
    reference = f"{_repository(part, app, stack)}:{tag}"
    build = ImageBuild(
        part=part,
        dockerfile=dockerfile,
        reference=reference,
        platform=stack.platform,
        push=stack.registry is not None,
    )
    return ImageReference(
        reference=reference,
        version=tag,
        pull_policy=pull_policy(reference),
    ), build
