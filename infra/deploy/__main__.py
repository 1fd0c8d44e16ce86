"""
Commands: ``python -m infra.deploy up|preview|destroy|down``.
"""

import os
import sys
import time

from collections.abc import Iterator
from contextlib import contextmanager

import click

from infra import local
from infra.local.errors import LocalClusterError
from infra.local.progress import duration, say, step

from mizzen import SpecError, load_project
from mizzen.cli import main as main_of_mizzen

from .errors import RefusedError
from .needs import provide
from .pulumi_stack import PulumiStack, forget, opened
from .target import Target, choose


@contextmanager
def _stack(
    name: str, *, complete: bool = False
) -> Iterator[tuple[PulumiStack, Target]]:
    """
    The stack called *name*; its cluster is *complete* when it has all that
    the stack needs.
    """
    project = load_project()
    stack = project.stack(name)
    target = choose(stack)
    if complete:
        provide(project, stack, target)
    with opened(project, name, target) as pulumi:
        yield pulumi, target


stack_argument = click.argument("stack", default="dev")
stack_option = click.option("--stack", required=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """
    Deploy a stack of this repository.
    """


@main.command()
@stack_argument
def up(stack: str) -> None:
    """
    Bring the cluster to the stack's desired state.
    """
    began = time.monotonic()
    with _stack(stack, complete=True) as (pulumi, _):
        ready = time.monotonic()
        say(f"Cluster ready: {duration(ready - began)}")
        code = pulumi.mizzen("up", stack, "--yes")
    if code:
        sys.exit(code)
    say(f"App deployed: {duration(time.monotonic() - ready)}")


@main.command()
@stack_argument
def preview(stack: str) -> None:
    """
    Show what `up` would change.
    """
    with _stack(stack) as (pulumi, _):
        sys.exit(pulumi.mizzen("preview", stack))


@main.command()
@click.argument("version")
@click.argument("parts", nargs=-1)
@stack_option
def release(version: str, parts: tuple[str, ...], stack: str) -> None:
    """
    Give images of the app a version, in the registry that the stack names
    or else in that of its cluster.
    """
    words = ["release", version, *parts, "--stack", stack]
    if load_project().stack(stack).registry:
        main_of_mizzen(words)
    with _stack(stack) as (pulumi, _):
        sys.exit(pulumi.mizzen(*words))


@main.command()
@click.argument("parts", nargs=-1, required=True)
@click.argument("version")
@stack_option
def rollout(parts: tuple[str, ...], version: str, stack: str) -> None:
    """
    Let parts run a version.
    """
    with _stack(stack) as (pulumi, _):
        words = ["rollout", *parts, version, "--stack", stack]
        sys.exit(pulumi.mizzen(*words))


@main.command()
@click.argument("parts", nargs=-1, required=True)
@stack_option
def rollback(parts: tuple[str, ...], stack: str) -> None:
    """
    Let parts run the version before.
    """
    with _stack(stack) as (pulumi, _):
        sys.exit(pulumi.mizzen("rollback", *parts, "--stack", stack))


@main.command()
@stack_argument
def destroy(stack: str) -> None:
    """
    Remove the stack's app and its data, and the stack itself if it has no
    file of its own.
    """
    with _stack(stack) as (pulumi, target):
        code = pulumi.run("destroy", "--yes", "--skip-preview")
        file = load_project().stack_file(stack)
        if not code and file.name != f"Pulumi.{stack}.yaml":
            forget(pulumi, target)
        sys.exit(code)


@main.command()
@click.pass_context
@stack_argument
def down(context: click.Context, stack: str) -> None:
    """
    Remove the stack's app, or the embedded cluster with all that is on it.
    """
    if os.environ.get("KUBE_CONTEXT"):
        context.invoke(destroy, stack=stack)
        return
    with step("Removing the embedded cluster"):
        local.down()


if __name__ == "__main__":
    try:
        main(prog_name="python -m infra.deploy")
    except (RefusedError, LocalClusterError, SpecError) as error:
        click.echo(str(error), err=True)
        sys.exit(2)
