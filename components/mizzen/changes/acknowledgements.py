"""
Dangerous changes, and which of them the stack's file says are meant.
"""

import json

from collections.abc import Iterable, Iterator

import attrs

from .._claims import is_shared, sized_role
from .._names import COMPONENT
from ..stack import Stack
from .effects import Effect, by_danger
from .fields import FieldChange
from .judgement import effects_of, shrinks
from .objects import Action, ObjectChange
from .reach import Edge
from .reasons import shortened
from .report import PartChange, StackChange
from .rights import right_words, widened


APP = "the app"
UNJUDGED = f"{APP}: not judged"
"""
What acknowledges that nobody knows what changes.
"""
# Kinds of which all fields may be told.
_HOLDS_DATA = ("PersistentVolumeClaim", "Namespace")


@attrs.frozen(kw_only=True)
class Danger:
    """
    A change that loses data, or opens what was closed.

    Attributes:
        part: Name of the part; `None` for the app as a whole.

        effect: What it does.

        line: The words by which the stack's file acknowledges it.
    """

    part: str | None
    effect: Effect
    line: str


def _plain(line: str) -> str:
    """
    *line* as it is compared: people write arrows and spaces as they like.
    """
    return " ".join(line.replace("→", "->").split())


def is_acknowledged(line: str, lines: Iterable[str]) -> bool:
    """
    Whether *line* is among *lines*, however its arrows are written.

    >>> is_acknowledged("db: disk 2Gi -> 1Gi", ["db: disk  2Gi → 1Gi"])
    True
    """
    return _plain(line) in set(map(_plain, lines))


def shrunk(part: str | None, key: str, old: str, new: str) -> str:
    """
    The line for a disk of *part* that gets smaller, of which the annotation
    *key* tells.

    >>> shrunk("web", "uploads-disk.mizzen.dev/size", "2Gi", "1Gi")
    'web: uploads-disk 2Gi -> 1Gi'
    """
    owner = None if is_shared(key) else part

    return f"{owner or APP}: {sized_role(key)} {old} -> {new}"


def _disk(change: ObjectChange) -> str:
    """
    What is at risk, as its owner knows it: disks by their names, but for
    the claims of raw objects and charts.
    """
    labels = change.body.get("metadata", {}).get("labels") or {}
    shared = labels.get(COMPONENT) == "disk"
    if change.kind == "PersistentVolumeClaim" and (change.part or shared):
        return change.role
    return f"{change.kind} {change.name}"


def _changed(field: FieldChange) -> str:
    return f"{field} {shortened(field.old)} -> {shortened(field.new)}"


def _of_data(change: ObjectChange) -> Iterator[str]:
    owner = change.part or APP
    if change.kind == "ServiceAccount":
        for field in filter(shrinks, change.fields):
            key = str(field.path[-1])
            yield shrunk(change.part, key, field.old, field.new)
    elif change.action is Action.UPDATED:
        for field in filter(shrinks, change.fields):
            yield f"{owner}: {_disk(change)} {field.old} -> {field.new}"
    else:
        causes = [
            _changed(field)
            for field in change.fields
            if change.action is Action.REPLACED
            and change.kind in _HOLDS_DATA
            and not _is_mark(field)
        ]
        why = f" ({', '.join(causes)})" if causes else ""
        yield f"{owner}: {_disk(change)} {change.action.value}{why}"


def _is_mark(field: FieldChange) -> bool:
    """
    Whether it is a label or an annotation, which replaces nothing.
    """
    return field.path[1:2] in (("labels",), ("annotations",))


def _of_object(change: ObjectChange) -> Iterator[tuple[Effect, str]]:
    if Effect.DATA_AT_RISK in effects_of(change):
        for line in _of_data(change):
            yield Effect.DATA_AT_RISK, line
    for words in right_words(widened(change.old, change.new)):
        line = f"{change.part or APP}: permission {words}"
        yield Effect.PERMISSION_WIDENED, line


def _from_outside(change: PartChange, parts: frozenset[str]) -> Iterator[Edge]:
    """
    The new ways to a part that do not come from another one.
    """
    for edge in change.opened:
        if edge.target in parts and edge.source not in parts:
            yield edge


def _of_part(
    change: PartChange, parts: frozenset[str]
) -> Iterator[tuple[Effect, str]]:
    for found in change.objects:
        yield from _of_object(found)
    for edge in _from_outside(change, parts):
        way = f"reachable from {edge.source} ({edge.port})"
        yield Effect.NEWLY_REACHABLE, f"{change.part or APP}: {way}"


def _parts(change: StackChange) -> frozenset[str]:
    changed = (part.part for part in change.parts)
    return frozenset(filter(None, (*changed, *change.unchanged)))


def _is_new(change: StackChange) -> bool:
    # Connections are told of parts that were there before.
    return not change.unchanged and all(
        not (part.opened or part.closed)
        and all(found.action is Action.CREATED for found in part.objects)
        for part in change.parts
    )


def dangers(change: StackChange) -> tuple[Danger, ...]:
    """
    What is dangerous about *change*, each thing once, the most dangerous
    part first. Where nothing was before, nothing is.
    """
    if _is_new(change):
        return ()
    parts = _parts(change)
    found = {
        line: Danger(part=part.part, effect=effect, line=line)
        for part in change.parts
        for effect, line in _of_part(part, parts)
    }

    return tuple(found.values())


def _open(change: StackChange, lines: Iterable[str]) -> tuple[Danger, ...]:
    known = tuple(lines)

    return tuple(
        danger
        for danger in dangers(change)
        if not is_acknowledged(danger.line, known)
    )


def open_dangers(change: StackChange) -> tuple[Danger, ...]:
    """
    The dangers that nobody has acknowledged.
    """
    return _open(change, change.acknowledge)


def unjudged(change: StackChange, lines: Iterable[str]) -> str | None:
    """
    Why nobody knows what changes, unless one of *lines* says that this is
    meant.

    >>> change = StackChange(stack="dev", problems=("There is no base.",))
    >>> unjudged(change, [])
    'There is no base.'
    >>> unjudged(change, ["the app: not judged"])
    """
    if not change.problems or is_acknowledged(UNJUDGED, lines):
        return None
    return " ".join(change.problems)


def unmatched(change: StackChange) -> tuple[str, ...]:
    """
    The acknowledgements of what does not happen; none where nobody knows
    what happens.
    """
    if change.problems:
        return ()
    known = [danger.line for danger in dangers(change)]

    return tuple(
        line for line in change.acknowledge if not is_acknowledged(line, known)
    )


def _left(
    part: PartChange, dangerous: Iterable[Danger], parts: frozenset[str]
) -> Iterator[Effect]:
    left = {danger.effect for danger in dangerous if danger.part == part.part}
    known = {effect for effect, _ in _of_part(part, parts)}
    meant = known - left
    # Between parts, nobody has to acknowledge anything.
    inner = {*part.opened} - {*_from_outside(part, parts)}
    for effect in part.effects:
        if effect not in meant or (effect is Effect.NEWLY_REACHABLE and inner):
            yield effect


def effects_left(change: StackChange) -> tuple[Effect, ...]:
    """
    What happens beside what is acknowledged, the most dangerous first.
    """
    parts, dangerous = _parts(change), open_dangers(change)

    return by_danger(
        {
            effect
            for part in change.parts
            for effect in _left(part, dangerous, parts)
        }
    )


def remedy(line: str) -> str:
    """
    What to do where that is meant which *line* acknowledges.
    """
    return f"If that is meant, acknowledge it in the stack's file: {_quoted(line)}"


def _quoted(line: str) -> str:
    return json.dumps(line, ensure_ascii=False)


def refused(change: StackChange, stack: Stack) -> tuple[str, ...]:
    """
    Why *change* must not be made: a sentence for each danger that the file
    of *stack* does not acknowledge, and one if nobody knows what changes.

    >>> refused(StackChange(stack="dev"), Stack("dev", environment="dev"))
    ()
    """
    reason = unjudged(change, stack.acknowledge)
    found = [
        f"{danger.line} ({danger.effect.value}). {remedy(danger.line)}"
        for danger in _open(change, stack.acknowledge)
    ]
    if reason:
        found.insert(0, f"{reason} {remedy(UNJUDGED)}")

    return tuple(found)


def acknowledgement_words(change: StackChange) -> Iterator[str]:
    """
    What is acknowledged of *change* and what is not, one line each, in the
    words that belong into the stack's file.
    """
    left = open_dangers(change)
    for danger in left:
        yield f"not acknowledged: {_quoted(danger.line)}"
    for danger in dangers(change):
        if danger not in left:
            yield f"acknowledged: {_quoted(danger.line)}"
    for line in unmatched(change):
        yield f"acknowledges nothing: {_quoted(line)}"
