"""
How commands show what changes.
"""

import sys

from collections.abc import Callable, Iterable
from pathlib import Path

import click

from ..changes import Effect, StackChange
from ._output import (
    FINDINGS,
    FINE,
    WRONG,
    drawn,
    form_option,
    print_text,
    writing,
)


def _name(effect: Effect) -> str:
    return effect.name.lower().replace("_", "-")


EFFECTS = {_name(effect): effect for effect in Effect}


def shows_changes(command: Callable[..., int]) -> Callable[..., int]:
    """
    The options of all commands that show changes.
    """
    for option in (
        click.option(
            "--fail-on",
            type=click.Choice([*EFFECTS]),
            help="Exit with 1 if this or something more dangerous happens that "
            "the stack's file does not acknowledge.",
        ),
        click.option(
            "--whole",
            metavar="PLACE",
            default="the whole report",
            help="Where people find what does not fit into Markdown.",
        ),
        click.option(
            "--output",
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="FILE",
            help="File to write to.",
        ),
        form_option("text", "markdown", "json"),
    ):
        command = option(command)
    return command


def _text(stacks: tuple[StackChange, ...], *, colour: bool) -> str:
    from ..changes import print_changes  # noqa: PLC0415

    return drawn(lambda console: print_changes(stacks, console), colour=colour)


def show_changes(
    stacks: Iterable[StackChange],
    form: str,
    output: Path | None,
    whole: str,
    fail_on: str | None,
) -> int:
    """
    Print or write what changes in *stacks*; the exit code says whether it
    was too much.
    """
    from ..changes import to_json, to_markdown  # noqa: PLC0415

    known = tuple(stacks)
    if form == "json":
        text = to_json(known)
    elif form == "markdown":
        text = to_markdown(known, whole=whole)
    else:
        colour = output is None and sys.stdout.isatty()
        text = _text(known, colour=colour)
    if output is None:
        print_text(text)
    else:
        with writing(f"File {str(output)!r}"):
            output.write_text(text, encoding="utf-8")

    return _exit_code(known, fail_on)


def _exit_code(stacks: tuple[StackChange, ...], fail_on: str | None) -> int:
    if any(stack.failed for stack in stacks):
        return WRONG
    return FINDINGS if reaches(stacks, fail_on) else FINE


def reaches(stacks: Iterable[StackChange], limit: str | None) -> bool:
    """
    Whether in any of *stacks* something happens that is as dangerous as the
    effect called *limit*, and that the stack's file does not acknowledge.
    """
    if limit is None:
        return False
    from ..changes import effects_left  # noqa: PLC0415

    return any(
        effect.danger >= EFFECTS[limit].danger
        for stack in stacks
        for effect in effects_left(stack)
    )
