"""
Findings about the Dockerfiles behind a stack, by file and line.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from . import _dockerfile_rules as rules
from ._dockerfile_rules import Flaw
from ._image_checks import configured_user, image_user_of
from ._names import part_of
from ._recipe import Recipe
from ._scene import Scene, Workload
from .checks import CHECKS, Check, Finding, Severity, answers
from .environment import Environment
from .manifests import ImageBuild, Manifests
from .spec import App
from .stack import Stack


RULES = (
    Check("copy-source", Severity.ERROR, rules.copy_source),
    Check("secret-in-image", Severity.ERROR, rules.secret_in_image),
    Check("shell-form", Severity.WARNING, rules.shell_form),
    Check("base-image-latest", Severity.WARNING, rules.base_image_latest),
    Check("dependencies-first", Severity.INFO, rules.dependencies_first),
    Check("base-image-digest", Severity.INFO, rules.base_image_digest),
)
"""
All questions about Dockerfiles, the worst first.
"""
# Questions about objects whose answers stand in Dockerfiles, and where.
_PLACES = {
    "runs-as-root": "USER",
    "image-user": "USER",
    "dockerfile-port": "EXPOSE",
}


def _file(build: ImageBuild) -> str:
    return f"{build.dockerfile.context}/{build.dockerfile.file}"


def _line(recipe: Recipe, name: str) -> int:
    """
    Line of the last instruction called *name*, or of the one that could
    hand it down.
    """
    said = (stage.last(name) for stage in recipe.lineage)
    found = next(filter(None, said), recipe.lineage[0].instructions[0])

    return found.line


def _containers(
    scene: Scene, build: ImageBuild
) -> Iterator[tuple[Workload, Mapping[str, Any]]]:
    for workload in scene.workloads:
        for container in workload.containers:
            if container["image"] == build.reference:
                yield workload, container


def _starts_itself(scene: Scene, build: ImageBuild) -> bool:
    """
    Whether a container runs what the image says.
    """
    return any("command" not in c for _, c in _containers(scene, build))


def _user_flaws(
    scene: Scene, build: ImageBuild, recipe: Recipe
) -> Iterator[tuple[str, Flaw]]:
    """
    What the security context makes of the image's user.
    """
    user = (image_user_of(recipe.lineage) or "").partition(":")[0]
    line = _line(recipe, "USER")
    for workload in scene.workloads:
        for container in workload.containers:
            wanted = configured_user(workload, container)
            if container["image"] != build.reference or wanted is None:
                continue
            if user.isdigit() and int(user) != wanted:
                yield (
                    "user-differs",
                    Flaw(
                        line,
                        f"the image is made for user {user}, but container "
                        f"{container['name']!r} runs as {wanted}",
                        f"Set USER {wanted}, or user on "
                        f"{scene.owner(workload.manifest)}.",
                    ),
                )
            elif user and not user.isdigit() and "$" not in user:
                yield (
                    "user-name",
                    Flaw(
                        line,
                        f"USER {user!r} is a name, which Kubernetes cannot tell "
                        "from root's",
                        f"Set it to a number, like USER {wanted}.",
                    ),
                )


def _about(
    scene: Scene, build: ImageBuild, recipe: Recipe
) -> Iterator[Finding]:
    def finding(name: str, severity: Severity, flaw: Flaw) -> Finding:
        return Finding(
            id=name,
            severity=severity,
            part=part_of(build.part),
            subject=f"{_file(build)}:{flaw.line}",
            message=flaw.message,
            remedy=flaw.remedy,
        )

    for rule in RULES:
        if rule.id == "shell-form" and not _starts_itself(scene, build):
            continue
        for flaw in rule.find(recipe):
            yield finding(rule.id, rule.severity, flaw)
    for name, flaw in _user_flaws(scene, build, recipe):
        yield finding(name, Severity.WARNING, flaw)
    questions = [check for check in CHECKS if check.id in _PLACES]
    for answer in answers(scene, questions):
        line = _line(recipe, _PLACES[answer.id])
        yield attrs.evolve(answer, subject=f"{_file(build)}:{line}")


def dockerfile_findings(
    app: App,
    environment: Environment,
    stack: Stack,
    manifests: Manifests,
    build: ImageBuild,
) -> tuple[Finding, ...]:
    """
    Judge the Dockerfile of one *build* of a stack.

    Raises:
        SpecError: If it cannot be read.
    """
    alone = attrs.evolve(
        manifests,
        builds={build.part: build},
        objects=tuple(
            each
            for each in manifests.objects
            if build.reference in str(each.body)
        ),
    )
    scene = Scene(app, environment, stack, alone)
    recipe = Recipe(stack.root, build.dockerfile)

    # Several containers may run one image.
    return tuple(dict.fromkeys(_about(scene, build, recipe)))
