"""
Changes as Markdown: for a comment on a pull request.
"""

import html
import re

from collections.abc import Iterable, Iterator, Sequence

from .acknowledgements import acknowledgement_words
from .difference import unified
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
_OBJECT_LINES = 120
_LINE = 300
# Acknowledgements of a stack, which stand before all that is left out.
_LISTED = 20
# What is said before and after what may be left out.
_RESERVE = 600

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
# Punctuation that means something anywhere, and at the start of a line.
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~$&:]|^[-+=]|^\d+(?=[.)])")
_LINKED = re.compile(r"([@#])(?=\w)")


def visible(text: str) -> str:
    """
    *text* without characters that act on what stands around them.

    >>> visible("a\\u202eb")
    'a\\\\u202eb'
    """
    return _UNPRINTABLE.sub(lambda m: f"\\u{ord(m[0]):04x}", text)


def _entities(match: re.Match[str]) -> str:
    return "".join(f"&#{ord(character)};" for character in match[0])


def escaped(text: str) -> str:
    """
    *text* as Markdown that shows exactly it, on one line.

    >>> escaped("a|b\\n<c>")
    'a&#124;b↵&#60;c&#62;'
    """
    shown = visible(text.replace("\n", "↵"))
    # Sites turn @name and #1 into links after all else.
    parted = _LINKED.sub("\\1\u200b", shown)

    return _SPECIAL.sub(_entities, parted)


def _fenced(lines: Sequence[str]) -> str:
    text = visible("\n".join(lines))
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)

    return f"{fence}diff\n{text}\n{fence}\n"


def _cut(line: str) -> str:
    return line if len(line) <= _LINE else f"{line[:_LINE]}…"


def _object(change: ObjectChange) -> str:
    """
    One object; of long ones the beginning.
    """
    lines = [_cut(line) for line in unified(change)]
    left_out = len(lines) - _OBJECT_LINES
    title = escaped(f"{change.kind} {change.name} {change.action.value}")
    text = f"{title}\n\n{_fenced(lines[:_OBJECT_LINES])}"
    if left_out > 0:
        text += f"\n{left_out} more lines are in the whole report.\n"

    return text


def _section(row: Row) -> str:
    words = f"{row.title} ({', '.join(row.stacks)})"
    parts = [f"- {escaped(reason)}\n" for reason in row.change.reasons]
    parts.extend(f"- {escaped(edge)}\n" for edge in edge_words(row.change))
    parts.extend(f"\n{_object(change)}" for change in row.change.objects)
    summary = html.escape(visible(words))
    body = "".join(parts)

    return f"<details><summary>{summary}</summary>\n\n{body}\n</details>\n\n"


def _stack_line(stack: StackChange) -> str:
    name = escaped(stack.stack)
    if stack.problems:
        problems = "; ".join(escaped(problem) for problem in stack.problems)
        return f"- **{name}**: no answer. {problems}\n"
    capacity = capacity_words(stack)
    more = f" ({escaped(capacity)})" if capacity else ""

    lines = [f"- **{name}**: {effect_words(stack.effects)}{more}\n"]
    words = [*acknowledgement_words(stack)]
    lines.extend(f"  - {escaped(_cut(line))}\n" for line in words[:_LISTED])
    if len(words) > _LISTED:
        lines.append(f"  - and {len(words) - _LISTED} more\n")

    return "".join(lines)


def _reason(row: Row) -> str:
    reasons = row.change.reasons
    more = f" and {len(reasons) - 1} more" if len(reasons) > 1 else ""

    return f"{escaped(reasons[0])}{more}" if reasons else ""


def _remarks(stacks: Iterable[StackChange], space: int, whole: str) -> str:
    found = [
        f"- {escaped(stack.stack)}, {escaped(_cut(remark))}\n"
        for stack in stacks
        for remark in remarks(stack)
    ]
    shown = [*_fitting(found, space)]
    left_out = _left_out(len(shown), len(found), "remarks", whole)

    return f"{''.join(shown)}{left_out}\n" if found else ""


def _table_line(row: Row) -> str:
    cells = (
        escaped(row.title),
        effect_words(row.change.effects),
        _reason(row),
        escaped(", ".join(row.stacks)),
    )
    return f"| {' | '.join(cells)} |\n"


def _fitting(texts: Iterable[str], space: int) -> Iterator[str]:
    """
    The *texts* that fit in, up to the first that does not.
    """
    for text in texts:
        space -= len(text)
        if space < 0:
            return
        yield text


def _left_out(shown: int, total: int, what: str, whole: str) -> str:
    if shown == total:
        return ""
    return (
        f"\n{total - shown} of {total} {what} are left out here; all of "
        f"them are in {escaped(whole)}.\n\n"
    )


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

        budget: Most characters.
    """
    known = tuple(stacks)
    found = rows(known)
    head = "".join(_stack_line(stack) for stack in known) + "\n"
    head += _remarks(known, budget // 6, whole)
    if found:
        head += "| Part | Effect | Why | Stacks |\n|---|---|---|---|\n"
    space = budget - len(head) - _RESERVE
    lines = [*_fitting(map(_table_line, found), space * 2 // 3)]
    head += "".join(lines)
    head += _left_out(len(lines), len(found), "changes", whole)
    same = unchanged(known)
    if same:
        listed = ", ".join(same)
        head += f"\nUnchanged: {escaped(_cut(listed))}.\n"
    space = budget - len(head) - _RESERVE
    sections = [*_fitting((_section(row) for row in found), space)]
    tail = _left_out(len(sections), len(found), "details", whole)

    return f"{head}\n{''.join(sections)}{tail}"[:budget]
