"""
Other apps and stacks of a project that go to the same cluster.
"""

from collections.abc import Iterator

from ._scene import Neighbour
from .compiler import compile_app
from .exceptions import SpecError
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
) -> Iterator[Neighbour]:
    """
    Each other app and stack that goes to the cluster of *stack*, by the
    words for it, with its objects or what stands against them.
    """
    for name in dict.fromkeys((stack.name, *project.stacks())):
        try:
            found = project.stack(name)
        except SpecError as error:
            yield f"stack {name!r}", error
            continue
        if not _same_cluster(stack, found):
            continue
        for other in project.apps.values():
            if (other.name, name) == (app.name, stack.name):
                continue
            who = f"app {other.name!r} in stack {name!r}"
            try:
                environment = project.environment(found, other)
                yield who, compile_app(other, environment, found)
            except SpecError as error:
                yield who, error
