"""
Commands: ``python -m infra.deploy up|preview|down``.
"""

import sys
import time

from collections.abc import Iterator
from contextlib import contextmanager

import click

from infra import local
from infra.local.errors import LocalClusterError
from infra.local.progress import duration, say
from mizzen import SpecError, load_project

from .errors import RefusedError
from .pulumi_stack import PulumiStack, opened
from .target import Target, choose


@contextmanager
def _stack(name: str) -> Iterator[tuple[PulumiStack, Target]]:
    project = load_project()
    stack = project.stack(name)
    target = choose(stack)
    with opened(project, name, target) as pulumi:
        yield pulumi, target


stack_argument = click.argument("stack", default="dev")


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
    with _stack(stack) as (pulumi, _):
        ready = time.monotonic()
        code = pulumi.run("up", "--yes", "--skip-preview")
        if code:
            sys.exit(code)
        done = time.monotonic()
        url = pulumi.output("stack", "output", "url")
    say(f"Cluster ready: {duration(ready - began)}")
    say(f"App deployed: {duration(done - ready)}")
    click.echo(url)


@main.command()
@stack_argument
def preview(stack: str) -> None:
    """
    Show what `up` would change.
    """
    with _stack(stack) as (pulumi, _):
        sys.exit(pulumi.run("preview", "--diff"))


@main.command()
@stack_argument
def down(stack: str) -> None:
    """
    Remove the stack's app, and the embedded cluster if it ran there.
    """
    with _stack(stack) as (pulumi, target):
        code = pulumi.run("destroy", "--yes", "--skip-preview", "--remove")
    if code:
        sys.exit(code)
    if target.embedded:
        local.down()


if __name__ == "__main__":
    try:
        main(prog_name="python -m infra.deploy")
    except (RefusedError, LocalClusterError, SpecError) as error:
        click.echo(str(error), err=True)
        sys.exit(2)
