"""
Digests of images that an app runs and does not build.
"""

from collections.abc import Iterable

import attrs

from .compiler import compile_app
from .environment import Environment
from .exceptions import raise_problems
from .manifests import containers_of, pod_template
from .registry import ImageName, Repository
from .spec import App
from .stack import Stack


def others_images(
    app: App, environment: Environment, stack: Stack
) -> tuple[str, ...]:
    """
    References of the images that parts of *app* run and that it does not
    build; those that have a digest in the app are left out.

    Raises:
        SpecError: If the stack cannot be compiled.

    >>> from mizzen import Redis
    >>> app = App("shop", edition="2026", parts=[Redis("cache", version=8, disk="1Gi")])
    >>> others_images(app, Environment("dev"), Stack("dev", environment="dev"))
    ('redis:8',)
    """
    manifests = compile_app(app, environment, attrs.evolve(stack, digests={}))
    built = {build.reference for build in manifests.builds.values()}
    templates = (
        pod_template(manifest.body)
        for manifest in manifests
        if manifest.extra is None
    )
    found = {
        str(container["image"])
        for template in filter(None, templates)
        for container in containers_of(template["spec"])
    }
    return tuple(sorted(each for each in found - built if "@" not in each))


def digests_of(references: Iterable[str], platform: str) -> dict[str, str]:
    """
    Digests that registries have for *references* now.

    Args:
        references: References of images, like ``"postgres:17"``.

        platform: Platform that they run on, like ``"linux/amd64"``.

    Raises:
        SpecError: If a registry does not answer, or one of the images is not
            there or not for the platform.
    """
    found: dict[str, str] = {}
    problems: list[str] = []
    for reference in references:
        repository = Repository(ImageName.of(reference))
        digest = repository.digest(repository.image.wanted)
        if digest is None:
            problems.append(f"There is no image {reference!r}.")
            continue
        there = repository.other_platforms(digest, platform)
        if there is not None:
            problems.append(
                f"Image {reference!r} is built for {there}, but the stack "
                f"runs {platform}."
            )
        found[reference] = digest
    raise_problems("Digests cannot be recorded", problems)

    return found
