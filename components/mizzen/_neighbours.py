"""
Other apps and stacks of a project that go to the same cluster.
"""

from collections.abc import Iterator

from .compiler import compile_app
from .exceptions import SpecError
from .manifests import Manifests
from .project import Project
from .spec import App
from .stack import Stack


def _same_cluster(one: Stack, other: Stack) -> bool:
    """
    As far as is known: two stacks that name no context may go anywhere.
    """
    named = one.context is not None and one.context == other.context
    return named or one.name == other.name


def neighbours(
    project: Project, app: App, stack: Stack
) -> Iterator[tuple[str, Manifests]]:
    """
    Each other app and stack that goes to the cluster of *stack*, by the
    words for it, with its objects. What does not fit together is no
    deployment, and left out.
    """
    for name in dict.fromkeys((stack.name, *project.stacks())):
        try:
            found = project.stack(name)
            environment = project.environment(found)
        except SpecError:
            continue
        if not _same_cluster(stack, found):
            continue
        for other in project.apps.values():
            if (other.name, name) == (app.name, stack.name):
                continue
            try:
                manifests = compile_app(other, environment, found)
            except SpecError:
                continue
            yield f"app {other.name!r} in stack {name!r}", manifests
