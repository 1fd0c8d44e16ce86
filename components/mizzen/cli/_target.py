"""
What a command is about: app, environment and stack of a project.
"""

import contextlib
import sys

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import click

from ..compiler import compile_app
from ..environment import Environment
from ..exceptions import SpecError, chosen
from ..manifests import Manifests
from ..project import Project, load_project
from ..spec import App, Part
from ..stack import Stack
from ._options import app_option, complete_stack
from ._output import WRONG


if TYPE_CHECKING:
    from ..view import View


@attrs.frozen
class Target:
    """
    What a command is about.
    """

    project: Project
    app: App
    environment: Environment
    stack: Stack

    def compile(self) -> Manifests:
        """
        The desired state.
        """
        return compile_app(self.app, self.environment, self.stack)

    def view(self, context: str | None) -> "View":
        """
        The app in its cluster.

        Args:
            context: Context of the kubeconfig, if the stack names none.

        Raises:
            SpecError: If there is none, or the two differ.
        """
        from ..kubectl import Kubectl  # noqa: PLC0415
        from ..view import View  # noqa: PLC0415

        named = context_of(self, context)
        manifests = self.compile()
        kubectl = Kubectl(context=named, namespace=manifests.namespace)

        return View.of(manifests, kubectl, self.app.name, self.stack.name)

    def part(self, name: str) -> Part:
        """
        The part of the app that is called *name*.

        Raises:
            SpecError: If there is none.
        """
        parts = {part.name: part for part in self.app.parts}

        return chosen("Part", name, parts)


def project_here() -> Project:
    """
    The project around the working folder, with the user's own mistakes in
    it shown as Python shows them.
    """
    try:
        # What the user's modules print must not get into the objects.
        with contextlib.redirect_stdout(sys.stderr):
            return load_project()
    except SpecError:
        raise
    except Exception as error:  # noqa: BLE001 - the user's modules may raise any
        import traceback  # noqa: PLC0415 - only a mistake pays for it

        from ._traces import users_part  # noqa: PLC0415

        trace = users_part(error.__traceback__)
        traceback.print_exception(error.with_traceback(trace))
        raise click.exceptions.Exit(WRONG) from None


def target_of(
    stack: str, app: str | None, config_file: Path | None = None
) -> Target:
    """
    The app, environment and stack of the project here.

    Args:
        stack: Name of the stack.

        app: Name of the app; `None` if there is one.

        config_file: The stack's file, if it is not at its usual place.

    Raises:
        SpecError: If there is no such stack or app.
    """
    project = project_here()
    found = project.stack(stack, config_file)
    described = project.app(app)
    environment = project.environment(found, described)

    return Target(project, described, environment, found.of(described.name))


def context_of(target: Target, context: str | None) -> str:
    """
    The context of the kubeconfig that leads to the cluster of *target*:
    that of its stack, or *context*.

    Raises:
        SpecError: If there is none, or the two differ.
    """
    stack = target.stack.name
    named = target.stack.context or context
    if named is None:
        msg = (
            f"Stack {stack!r} names no context. Name the cluster, like "
            "--context kind-dev."
        )
        raise SpecError(msg)
    if context not in (None, named):
        msg = (
            f"Stack {stack!r} goes to context {named!r}, but --context "
            f"names {context!r}."
        )
        raise SpecError(msg)

    return named


def about_a_stack(command: Callable[..., int]) -> Callable[..., int]:
    """
    The arguments that all commands have in common.
    """
    command = app_option(command)

    return click.argument("stack", shell_complete=complete_stack)(command)
