"""
Options and arguments that several commands have in common.
"""

import re

from pathlib import Path

import click

from .._pyproject import find_root
from ..exceptions import SpecError
from ..project import Project


_UNITS = {"": 1, "s": 1, "m": 60, "h": 3_600, "d": 86_400}


def complete_stack(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[str]:
    """
    Names of stacks that begin like what has been typed.
    """
    try:
        stacks = Project(find_root(Path.cwd()), {}, {}).stacks()
    except SpecError:
        return []
    return [name for name in stacks if name.startswith(incomplete)]


def duration(text: str) -> int:
    """
    Seconds, as people write them.

    >>> duration("30m"), duration("90")
    (1800, 90)
    """
    match = re.fullmatch(r"([1-9]\d{0,6})([smhd]?)", text, re.ASCII)
    if match is None:
        msg = f"{text!r} is no duration; write it like 90s, 30m or 2h."
        raise click.BadParameter(msg)
    return int(match[1]) * _UNITS[match[2]]


app_option = click.option(
    "--app", metavar="NAME", help="App, if the project has several."
)
context_option = click.option(
    "--context",
    metavar="NAME",
    help="Context of the kubeconfig, if the stack's file names none.",
)
stack_option = click.option(
    "--stack", required=True, metavar="STACK", shell_complete=complete_stack
)
