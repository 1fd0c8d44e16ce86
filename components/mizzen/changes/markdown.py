"""
Changes as Markdown: for a comment on a pull request.
"""

import functools

from collections.abc import Iterable, Iterator, Sequence

from .acknowledgements import acknowledgement_words
from .difference import unified
from .filling import Thing, beginning, filled
from .inert import LINE, cell, code, cut, html_code, longest_run, visible
from .objects import ObjectChange
from .report import StackChange
from .rows import (
    Row,
    capacity_words,
    edge_words,
    effect_words,
    remarks,
    rows,
    unchanged,
)


BUDGET = 60_000
LEAST_BUDGET = 4_000
_NAME = 80
# For the parts that do not change, and where the ends of lines are.
_RESERVE = 2 * (LINE + 100)
_ENDS = "\nWhat ends in … is whole in {}.\n"


def _some(names: Sequence[str]) -> tuple[str, str]:
    """
    As many of *names* as a line takes, and how many more there are.
    """
    shortened = (f"{cut(name, _NAME)}, " for name in names)
    shown = [*beginning(shortened, LINE)]
    more = len(names) - len(shown)

    return (
        "".join(shown).removesuffix(", "),
        f" and {more} more" if more else "",
    )


def _left_out(shown: int, total: int, what: str, whole: str) -> str:
    if shown >= total:
        return ""
    return (
        f"{total - shown} of {total} {what} are left out here; all of them "
        f"are in {code(whole)}."
    )


def _fenced(lines: Iterable[str]) -> str:
    text = "\n".join(cut(visible(line)) for line in lines)
    fence = "`" * max(3, longest_run(text) + 1)

    return f"{fence}diff\n{text}\n{fence}\n"


def _object(
    change: ObjectChange, lines: Sequence[str], most: int, whole: str
) -> str:
    """
    One object; of long ones the beginning.
    """
    title = code(f"{change.kind} {change.name}")
    text = f"\n{title} {change.action.value}\n"
    if lines:
        text += f"\n{_fenced(lines[:most])}"
    left_out = _left_out(most, len(lines), "lines", whole)

    return f"{text}\n{left_out}\n" if left_out else text


def _listed(
    words: Sequence[str], most: int, whole: str, start: str = "- "
) -> str:
    left_out = _left_out(most, len(words), "lines", whole)
    texts = [f"{start}{code(line)}\n" for line in words[:most]]
    if left_out:
        texts.append(f"{start}{left_out}\n")

    return "".join(texts)


def _section(row: Row, whole: str) -> Thing:
    """
    The part, and as many of its reasons and objects, and of their lines, as
    are asked for.
    """
    words = (*row.change.reasons, *edge_words(row.change))
    objects = row.change.objects
    lines_of = functools.cache(lambda number: unified(objects[number]))
    stacks, more = _some(row.stacks)
    title = html_code(f"{cut(row.title, _NAME)} ({stacks})")

    def section(most: int) -> str:
        parts = [f"<details><summary>{title}{more}</summary>\n\n"]
        parts.append(_listed(words, most, whole))
        parts.extend(
            _object(change, lines_of(number), most, whole)
            for number, change in enumerate(objects[:most])
        )
        left_out = _left_out(most, len(objects), "objects", whole)
        parts.append(f"\n{left_out}\n" if left_out else "")

        return f"{''.join(parts)}\n</details>\n\n"

    return section


def _stack(stack: StackChange, whole: str) -> Thing:
    """
    What happens in the stack, and as many as are asked for of the lines
    that say why there is no answer, or what is acknowledged.
    """
    name = code(cut(stack.stack, _NAME))
    if stack.problems:
        words = [
            line
            for problem in stack.problems
            for line in problem.splitlines()
            if line.strip()
        ]
        summary = "no answer"
    else:
        words = [*acknowledgement_words(stack)]
        capacity = capacity_words(stack)
        more = f" ({code(capacity)})" if capacity else ""
        summary = f"{effect_words(stack.effects)}{more}"

    return lambda most: (
        f"- **{name}**: {summary}\n{_listed(words, most, whole, '  - ')}"
    )


def _block(
    texts: Sequence[str], total: int, what: str, whole: str, head: str = ""
) -> str:
    """
    What is shown of *total* things, and how many more there are.
    """
    left_out = _left_out(len(texts), total, what, whole)
    if left_out:
        left_out = f"\n{left_out}\n"
    return f"{head}{''.join(texts)}{left_out}\n" if total else ""


def _room(total: int, what: str, whole: str, space: int) -> int:
    """
    What is left of *space* after saying how much is left out.
    """
    return space - len(_left_out(0, total, what, whole)) - len("\n\n\n")


def _stacks(stacks: Sequence[StackChange], whole: str, space: int) -> str:
    things = [_stack(stack, whole) for stack in stacks]
    room = _room(len(things), "stacks", whole, space)

    return _block(filled(things, room), len(things), "stacks", whole)


def _remarks(stacks: Iterable[StackChange], whole: str, space: int) -> str:
    found = [
        f"- {code(cut(stack.stack, _NAME))}: {code(remark)}\n"
        for stack in stacks
        for remark in remarks(stack)
    ]
    room = _room(len(found), "remarks", whole, space)

    return _block([*beginning(found, room)], len(found), "remarks", whole)


def _why(row: Row) -> str:
    reasons = row.change.reasons
    more = f" and {len(reasons) - 1} more" if len(reasons) > 1 else ""

    return f"{cell(reasons[0])}{more}" if reasons else ""


def _table_line(row: Row) -> str:
    stacks, more = _some(row.stacks)
    cells = (
        cell(cut(row.title, _NAME)),
        effect_words(row.change.effects),
        _why(row),
        f"{cell(stacks)}{more}",
    )
    return f"| {' | '.join(cells)} |\n"


def _table(found: Sequence[Row], whole: str, space: int) -> str:
    head = "| Part | Effect | Why | Stacks |\n|---|---|---|---|\n"
    room = _room(len(found), "changes", whole, space - len(head))
    lines = [*beginning(map(_table_line, found), room)]

    return _block(lines, len(found), "changes", whole, head)


def _sections(found: Sequence[Row], whole: str, space: int) -> str:
    things = [_section(row, whole) for row in found]
    room = _room(len(things), "details", whole, space)

    return _block(filled(things, room), len(things), "details", whole)


def _blocks(
    stacks: tuple[StackChange, ...], whole: str, space: int
) -> Iterator[str]:
    """
    The report from its beginning to its end; each block takes no more than
    its share of what those before it have left.
    """
    found = rows(stacks)
    head = _stacks(stacks, whole, space // 4)
    head += _remarks(stacks, whole, space // 8)
    yield head
    table = _table(found, whole, (space - len(head)) // 2)
    yield table
    if same := unchanged(stacks):
        listed, more = _some(same)
        yield f"Unchanged: {code(listed)}{more}.\n\n"
    yield _sections(found, whole, space - len(head) - len(table))


def to_markdown(
    stacks: Iterable[StackChange],
    *,
    whole: str = "the whole report",
    budget: int = BUDGET,
) -> str:
    """
    What changes in *stacks*, the most dangerous first.

    Args:
        stacks: The stacks.

        whole: Where all of it can be found when it does not fit.

        budget: Most characters; four thousand at least.

    Raises:
        ValueError: If the budget is smaller.
    """
    if budget < LEAST_BUDGET:
        msg = f"budget must be at least {LEAST_BUDGET} (got {budget})."
        raise ValueError(msg)
    text = "".join(_blocks(tuple(stacks), whole, budget - _RESERVE))

    return text + _ENDS.format(code(whole)) if "…" in text else text
