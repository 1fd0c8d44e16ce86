"""
``mizzen up``.
"""

import sys

from pathlib import Path

import click

from ..exceptions import raise_problems
from ._changes import show_changes
from ._engine import engine_of, runs_pulumi
from ._options import context_option
from ._output import FINE, WRONG, Refusal
from ._target import about_a_stack, target_of
from ._update import DEADLINE_SECONDS, update


def is_terminal() -> bool:
    """
    Whether there is somebody who can be asked.
    """
    return sys.stdin.isatty()


def _confirmed(stack: str, *, yes: bool) -> bool:
    """
    Whether the update is wanted.
    """
    if yes:
        return True
    if not is_terminal():
        msg = "Nobody can be asked here. Confirm the update by --yes."
        raise Refusal(msg)
    return click.confirm(f"Update stack {stack!r}?")


@click.command()
@about_a_stack
@runs_pulumi
@click.option("--yes", is_flag=True, help="Do not ask.")
@context_option
@click.option(
    "--deadline",
    type=click.FloatRange(min=1),
    default=DEADLINE_SECONDS,
    metavar="SECONDS",
    show_default=True,
    help="How long a part may take without another pod that gets ready.",
)
def up(
    stack: str,
    app: str | None,
    config_file: Path | None,
    *,
    yes: bool,
    context: str | None,
    deadline: float,
) -> int:
    """
    Update STACK: show what changes, ask, and follow it part by part.

    Dangerous changes that the stack's file does not acknowledge are refused.
    If a part cannot become ready, the update ends by itself, with the
    reason, what runs meanwhile, and how to go back; the exit code is 1.
    """
    import attrs  # noqa: PLC0415

    from ..changes import preview_change, refused  # noqa: PLC0415

    target = target_of(stack, app, config_file)
    engine = engine_of(target, config_file)
    change = attrs.evolve(
        preview_change(stack, engine.preview()),
        acknowledge=target.stack.acknowledge,
    )
    shown = show_changes([change], "text", None, "", None)
    if shown != FINE:
        return shown
    raise_problems(
        f"Stack {stack!r} is not updated", refused(change, target.stack)
    )
    if change.parts and not _confirmed(stack, yes=yes):
        return WRONG

    return update(target, engine, context=context, deadline_seconds=deadline)
