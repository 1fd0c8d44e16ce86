"""
Changes as text for people, in colour where the terminal has some.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from .acknowledgements import acknowledgement_words
from .effects import Effect
from .inert import one_line, visible
from .report import StackChange
from .rows import (
    capacity_words,
    edge_words,
    effect_words,
    remarks,
    rows,
    unchanged,
)


if TYPE_CHECKING:
    from rich.console import Console, RenderableType


_STYLES = {
    Effect.DATA_AT_RISK: "bold red",
    Effect.REMOVED: "red",
    Effect.RECREATED: "red",
    Effect.PERMISSION_WIDENED: "magenta",
    Effect.NEWLY_REACHABLE: "magenta",
    Effect.NO_LONGER_REACHABLE: "yellow",
    Effect.SECRET_ROTATED: "yellow",
    Effect.ROLLING_RESTART: "yellow",
}


def _stack_line(stack: StackChange) -> "RenderableType":
    from rich.text import Text  # noqa: PLC0415

    text = Text()
    text.append(f"{one_line(stack.stack)}: ", style="bold")
    if stack.problems:
        text.append("no answer", style="red")
        for problem in stack.problems:
            for line in problem.splitlines():
                text.append(f"\n  {visible(line)}")
        return text
    for number, effect in enumerate(stack.effects):
        text.append(", " if number else "")
        text.append(effect.value, style=_STYLES.get(effect, ""))
    if not stack.effects:
        text.append("no change")
    capacity = capacity_words(stack)

    text.append(f" ({capacity})" if capacity else "")
    for words in acknowledgement_words(stack):
        text.append(f"\n  {one_line(words)}")

    return text


def _remark_lines(stack: StackChange) -> Iterator["RenderableType"]:
    from rich.text import Text  # noqa: PLC0415

    for remark in remarks(stack):
        yield Text(f"  {one_line(remark)}")


def _table(stacks: tuple[StackChange, ...]) -> Iterator["RenderableType"]:
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Part", "Effect", "Why"):
        table.add_column(name, overflow="fold")
    if len(stacks) > 1:
        table.add_column("Stacks")
    found = rows(stacks)
    for row in found:
        worst = row.change.effects[0]
        why = (*row.change.reasons, *edge_words(row.change))
        cells = [
            Text(one_line(row.title)),
            Text(effect_words(row.change.effects), _STYLES.get(worst, "")),
            Text("\n".join(map(one_line, why))),
        ]
        if len(stacks) > 1:
            cells.append(Text(one_line(", ".join(row.stacks))))
        table.add_row(*cells)
    if found:
        yield table
    same = unchanged(stacks)
    if same:
        yield Text(f"Unchanged: {one_line(', '.join(same))}.", "dim")


def print_changes(stacks: Iterable[StackChange], console: "Console") -> None:
    """
    Print what changes in *stacks*, the most dangerous first.
    """
    known = tuple(stacks)
    for stack in known:
        console.print(_stack_line(stack))
        for line in _remark_lines(stack):
            console.print(line)
    for renderable in _table(known):
        console.print(renderable)
