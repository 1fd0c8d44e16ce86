"""
Which image each container runs, and what has to be built for it.
"""

from . import _names
from ._scope import ImageReference
from .exceptions import SpecError
from .images import content_tag
from .manifests import ImageBuild
from .spec import App, Dockerfile, Image, Part, Store
from .stack import Stack


def _version(reference: str) -> str:
    """
    Tag of an image reference, or the start of its digest.
    """
    name, _, digest = reference.partition("@sha256:")
    tag = name.rpartition("/")[2].partition(":")[2]

    return tag or digest[:12]


def pull_policy(reference: str) -> str:
    """
    A digest is asked for at each start, so that nobody runs an image that
    they may not pull; a tag may be known to the node alone.
    """
    return "Always" if "@" in reference else "IfNotPresent"


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
    for part in parts:
        image = None if isinstance(part, Store) else part.image
        if image is None or id(image) in references:
            continue
        if isinstance(image, Image):
            references[id(image)] = ImageReference(
                reference=image.reference,
                version=_names.version_label(_version(image.reference)),
                pull_policy=pull_policy(image.reference),
            )
            continue
        try:
            reference, build = _built(image, part.name, app, stack)
        except SpecError as error:
            problems.extend(error.problems)
            continue
        references[id(image)] = reference
        if build:
            builds[part.name] = build

    return references, builds, problems


def _built(
    dockerfile: Dockerfile, part: str, app: App, stack: Stack
) -> tuple[ImageReference, ImageBuild | None]:
    """
    A recorded version if there is one, else the hash of the content.
    """
    registry = stack.registry.prefix if stack.registry else None
    repository = _names.image_repository(registry, app.name, part)
    version = stack.versions.get(part)
    if version:
        reference = f"{repository}:{version.tag}@{version.digest}"
        return ImageReference(
            reference=reference,
            version=_names.version_label(version.tag),
            pull_policy=pull_policy(reference),
        ), None
    tag = content_tag(stack.root, dockerfile, stack.platform)
    reference = f"{repository}:{tag}"
    build = ImageBuild(
        part=part,
        dockerfile=dockerfile,
        reference=reference,
        platform=stack.platform,
        push=registry is not None,
    )
    return ImageReference(
        reference=reference,
        version=tag,
        pull_policy=pull_policy(reference),
    ), build
