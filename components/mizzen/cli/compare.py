"""
``mizzen compare``.
"""

import json

from typing import TYPE_CHECKING

import click

from ._output import FINE, form_option, print_text
from ._target import complete_stack, target_of


if TYPE_CHECKING:
    from ..origins import Difference


def _table(stacks: tuple[str, str], found: "list[Difference]") -> str:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False)
    for name in ("Part", "Field", *stacks):
        table.add_column(name, overflow="fold")
    for difference in found:
        sides = [
            f"{origin.value} ({origin.source})" if origin else "nothing"
            for origin in (difference.one, difference.other)
        ]
        cells = (difference.part or "the app", difference.field, *sides)
        table.add_row(*map(Text, cells))
    console = Console(highlight=False)
    with console.capture() as capture:
        console.print(table)

    return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())


def _document(found: "list[Difference]") -> str:
    content = [
        {
            "part": difference.part or None,
            "field": difference.field,
            "values": [
                origin and {"value": origin.value, "source": origin.source}
                for origin in (difference.one, difference.other)
            ],
        }
        for difference in found
    ]
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


@click.command()
@click.argument("one", metavar="STACK", shell_complete=complete_stack)
@click.argument("other", metavar="STACK", shell_complete=complete_stack)
@click.option("--app", metavar="NAME", help="App, if there are several.")
@form_option("text", "json")
def compare(one: str, other: str, app: str | None, form: str) -> int:
    """
    Show where two stacks differ, field by field, and what decided it.
    """
    from ..origins import differences, origins  # noqa: PLC0415

    sides = [target_of(name, app) for name in (one, other)]
    found = differences(
        *(origins(side.app, side.environment, side.stack) for side in sides)
    )
    if form == "json":
        print_text(_document(found))
    else:
        print_text(_table((one, other), found))

    return FINE
