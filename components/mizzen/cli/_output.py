"""
What all commands say and return.
"""

import contextlib
import os
import sys

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

from ..exceptions import SpecError


if TYPE_CHECKING:
    from rich.console import Console

FINE = 0
FINDINGS = 1
WRONG = 2
# What the shell reports of a program whose reader has gone.
READER_GONE = 141


class Refusal(click.ClickException):
    """
    A message for people, without a traceback.
    """

    exit_code = WRONG

    def show(self, file: Any = None) -> None:  # noqa: ARG002 - inherited
        click.echo(self.message, err=True)


def refusal(error: SpecError) -> Refusal:
    from ._traces import place  # noqa: PLC0415 - only a mistake pays for it

    where = place(error.__traceback__)
    return Refusal(f"{where}: {error}" if where else str(error))


@contextlib.contextmanager
def writing(what: str) -> Iterator[None]:
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
        raise Refusal(msg) from None


def print_text(text: str) -> None:
    with writing("Standard output"):
        # The locale must not decide what a manifest consists of.
        click.echo(text.encode(), nl=False)


def drawn(draw: "Callable[[Console], None]", *, colour: bool) -> str:
    """
    What *draw* prints, without blanks at the ends of lines.
    """
    from rich.console import Console  # noqa: PLC0415

    console = Console(
        force_terminal=colour,
        no_color=not colour,
        width=None if colour else 200,
        highlight=False,
    )
    with console.capture() as capture:
        draw(console)
    lines = capture.get().splitlines()

    return "".join(f"{line.rstrip()}\n" for line in lines)


def form_option(*forms: str) -> Callable[[Callable[..., int]], Any]:
    """
    The option that chooses the form of a result, by default the first one.
    """
    return click.option(
        "--format",
        "form",
        type=click.Choice(forms),
        default=forms[0],
        show_default=True,
    )
