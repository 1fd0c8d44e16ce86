"""
The command ``mizzen``: what a stack becomes, without Pulumi, Docker or a
cluster.
"""

import contextlib
import os
import sys

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import click

from .compiler import compile_app
from .environment import Environment
from .exceptions import SpecError
from .manifests import Manifests
from .spec import App
from .stack import Project, Stack, find_root, load_project


FINE = 0
FINDINGS = 1
WRONG = 2
# What the shell reports of a program whose reader has gone.
READER_GONE = 141


class _Refusal(click.ClickException):
    """
    A message for people, without a traceback.
    """

    exit_code = WRONG

    def show(self, file: Any = None) -> None:  # noqa: ARG002 - inherited
        click.echo(self.message, err=True)


def _refusal(error: SpecError) -> _Refusal:
    from ._traces import place  # noqa: PLC0415 - only a mistake pays for it

    where = place(error.__traceback__)
    return _Refusal(f"{where}: {error}" if where else str(error))


@contextlib.contextmanager
def _writing(what: str) -> Iterator[None]:
    """
    Turn failures to write *what* into messages.
    """
    try:
        yield
    except BrokenPipeError:
        # Or Python flushes once more when it ends, and complains.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise click.exceptions.Exit(READER_GONE) from None
    except OSError as error:
        msg = f"{what} cannot be written: {error.strerror}."
        raise _Refusal(msg) from None


def _print(text: str) -> None:
    with _writing("Standard output"):
        # The locale must not decide what a manifest consists of.
        click.echo(text.encode(), nl=False)


class _Commands(click.Group):
    """
    Commands that return their exit code.
    """

    def invoke(self, ctx: click.Context) -> None:
        """
        Run the command and turn what it raises into messages.
        """
        try:
            code = super().invoke(ctx)
        except SpecError as error:
            raise _refusal(error) from None
        ctx.exit(code)


@attrs.frozen
class _Target:
    """
    What a command is about.
    """

    app: App
    environment: Environment
    stack: Stack

    def compile(self) -> Manifests:
        return compile_app(self.app, self.environment, self.stack)


def _project() -> Project:
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


def _target(stack: str, app: str | None) -> _Target:
    project = _project()
    found = project.stack(stack)

    return _Target(project.app(app), project.environment(found), found)


def _complete_stack(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[str]:
    try:
        stacks = Project(find_root(Path.cwd()), {}, {}).stacks()
    except SpecError:
        return []
    return [name for name in stacks if name.startswith(incomplete)]


def _about_a_stack(command: Callable[..., int]) -> Callable[..., int]:
    """
    The arguments that all commands have in common.
    """
    command = click.option(
        "--app", metavar="NAME", help="App, if the project has several."
    )(command)

    return click.argument("stack", shell_complete=_complete_stack)(command)


@click.group(cls=_Commands)
@click.version_option(package_name="mizzen", message="mizzen %(version)s")
def main() -> None:
    """
    Show what a stack of this project becomes on Kubernetes.
    """


@main.command()
@_about_a_stack
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder to write one file per object to; other files stay.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["yaml", "json"]),
    default="yaml",
    show_default=True,
)
def render(stack: str, app: str | None, output: Path | None, form: str) -> int:
    """
    Print the Kubernetes objects of STACK.

    Values that are known only at deployment are named, not shown.
    """
    manifests = _target(stack, app).compile()
    if output is not None:
        from ._folder import files, write_files  # noqa: PLC0415

        with _writing(f"Folder {str(output)!r}"):
            write_files(output, files(manifests, form))
    else:
        _print(manifests.to_yaml() if form == "yaml" else manifests.to_json())

    return FINE


@main.command()
@_about_a_stack
@click.option(
    "--format",
    "form",
    type=click.Choice(["mermaid", "svg"]),
    default="mermaid",
    show_default=True,
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="File to write to.",
)
def graph(stack: str, app: str | None, form: str, output: Path | None) -> int:
    """
    Draw who uses whom in STACK, and what the world outside reaches.
    """
    from . import diagram  # noqa: PLC0415
    from .graph import graph as graph_of  # noqa: PLC0415

    target = _target(stack, app)
    draw = diagram.mermaid if form == "mermaid" else diagram.svg
    try:
        picture = draw(graph_of(target.app, target.environment))
    except FileNotFoundError as error:
        raise _Refusal(str(error)) from None
    if output is None:
        _print(picture)
    else:
        with _writing(f"File {str(output)!r}"):
            output.write_text(picture, encoding="utf-8")

    return FINE


@main.command()
@_about_a_stack
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
)
def check(stack: str, app: str | None, form: str) -> int:
    """
    Judge the Kubernetes objects of STACK.

    The exit code is 1 if anything of severity error is found.
    """
    from . import _passphrase  # noqa: PLC0415
    from ._report import (  # noqa: PLC0415
        as_json,
        as_text,
        print_coloured,
        summary,
    )
    from .checks import Severity  # noqa: PLC0415
    from .checks import check as findings_of  # noqa: PLC0415

    target = _target(stack, app)
    findings = findings_of(
        target.app,
        target.environment,
        target.stack,
        target.compile(),
        empty_passphrase=_passphrase.is_empty(),
    )
    if form == "json":
        _print(as_json(findings))
    elif sys.stdout.isatty():
        print_coloured(findings)
    else:
        _print(as_text(findings))
    click.echo(summary(findings), err=True)
    failed = any(finding.severity is Severity.ERROR for finding in findings)

    return FINDINGS if failed else FINE


if __name__ == "__main__":
    main(prog_name="mizzen")
