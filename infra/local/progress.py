"""
Tells people what is being done and how long it took.
"""

import contextlib
import time

from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape


_MINUTE = 60


def _console() -> Console:
    return Console(stderr=True, highlight=False, soft_wrap=True)


def duration(seconds: float) -> str:
    """
    A time span as people say it.

    >>> duration(3.14159), duration(83)
    ('3.1 s', '1 min 23 s')
    """
    if seconds < _MINUTE:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), _MINUTE)

    return f"{minutes} min {rest} s"


def say(text: str) -> None:
    """
    Print one line for people.
    """
    _console().print(text, markup=False)


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """
    Say that *title* is being done, and when it is, how long it took. Steps
    do not nest.
    """
    console = _console()
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        if console.is_terminal:
            stack.enter_context(console.status(f"{escape(title)} …"))
        else:
            console.print(f"{title} …", markup=False)
        yield
    took = duration(time.monotonic() - began)
    if console.is_terminal:
        console.print(f"[green]✓[/] {escape(title)} [dim]({took})[/]")
    else:
        console.print(f"{title}: done in {took}", markup=False)
