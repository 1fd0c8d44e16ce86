"""
``mizzen compare``.
"""

import json
import sys

from typing import TYPE_CHECKING

import click

from ._options import app_option, complete_stack
from ._output import FINE, drawn, form_option, print_text
from ._target import target_of


if TYPE_CHECKING:
    from ..origins import Difference, Fact, Origin


def _table(stacks: tuple[str, str], found: "list[Difference]") -> str:
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
        cells = (difference.part or "the app", str(difference.fact), *sides)
        table.add_row(*map(Text, cells))

    return drawn(
        lambda console: console.print(table), colour=sys.stdout.isatty()
    )


def _document(found: "list[Difference]") -> str:
    content = [
        {
            "part": difference.part or None,
            "field": str(difference.fact),
            "values": [
                origin and {"value": origin.value, "source": origin.source}
                for origin in (difference.one, difference.other)
            ],
        }
        for difference in found
    ]
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _facts(name: str, app: str | None) -> "dict[str, dict[Fact, Origin]]":
    """
    What is decided in a stack, and what else its file says.
    """
    from ..origins import (  # noqa: PLC0415
        Fact,
        Origin,
        OriginKind,
        described,
        origins,
    )

    side = target_of(name, app)
    facts = origins(side.app, side.environment, side.stack)
    for key, value in side.project.own_configuration(name).items():
        origin = Origin(described(value), OriginKind.STACK)
        facts[""][Fact("config", key)] = origin

    return facts


@click.command()
@click.argument("one", metavar="STACK", shell_complete=complete_stack)
@click.argument("other", metavar="STACK", shell_complete=complete_stack)
@app_option
@form_option("text", "json")
def compare(one: str, other: str, app: str | None, form: str) -> int:
    """
    Show where two stacks differ, field by field, and what decided it.
    """
    from ..origins import differences  # noqa: PLC0415

    found = differences(*(_facts(name, app) for name in (one, other)))
    if form == "json":
        print_text(_document(found))
    else:
        print_text(_table((one, other), found))

    return FINE
