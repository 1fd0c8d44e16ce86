"""
What changes in several stacks, each thing said once.
"""

import json

from collections.abc import Iterable, Iterator

import attrs

from .._lenient import Lenient
from .._names import INSTANCE
from ..checks import Severity
from .effects import Effect
from .folding import HASHED
from .reasons import of_field
from .report import PartChange, StackChange


@attrs.frozen(eq=False)
class Row:
    """
    A change of one part that is the same in all of its stacks, but for what
    each of them calls its own.

    Attributes:
        change: The change, as it is in the first stack.

        stacks: Names of the stacks.
    """

    change: PartChange
    stacks: tuple[str, ...]

    @property
    def title(self) -> str:
        """
        The part, or what stands for the app as a whole.
        """
        return self.change.part or "the app itself"

    @property
    def danger(self) -> int:
        """
        Rank of the worst that happens.
        """
        return max(effect.danger for effect in self.change.effects)


def _own_names(change: PartChange) -> Iterator[tuple[str, str]]:
    """
    What a stack calls its own, and what stands for it in any stack.
    """
    for found in change.objects:
        for body in filter(None, (found.old, found.new)):
            metadata = Lenient(body)["metadata"]
            yield metadata["namespace"].text, "‹namespace›"
            yield metadata["labels"][INSTANCE].text, "‹instance›"
            if found.kind in HASHED:
                yield metadata["name"].text, f"‹{found.role}›"


def _content(change: PartChange) -> str:
    """
    What differs for a part, in the same words for all stacks.
    """
    objects = [
        [found.kind, found.role, found.action.value]
        + [[field.path, field.old, field.new] for field in found.fields]
        for found in change.objects
    ]
    content = [objects, [*map(str, change.opened)], [*map(str, change.closed)]]
    text = json.dumps(content, sort_keys=True, default=str)
    names = sorted(_own_names(change), key=lambda pair: -len(pair[0]))
    for name, word in names:
        text = text.replace(name, word) if name else text

    return text


def _key(change: PartChange) -> object:
    return change.part, change.effects, change.reasons, _content(change)


def rows(stacks: Iterable[StackChange]) -> tuple[Row, ...]:
    """
    All changes, the most dangerous first.
    """
    found: dict[object, Row] = {}
    for stack in stacks:
        for change in stack.parts:
            row = found.get(_key(change), Row(change, ()))
            names = (*row.stacks, stack.stack)
            found[_key(change)] = Row(row.change, names)

    return tuple(sorted(found.values(), key=lambda row: -row.danger))


def unchanged(stacks: Iterable[StackChange]) -> tuple[str, ...]:
    """
    The parts that change in no stack.
    """
    known = tuple(stacks)
    changed = {change.part for stack in known for change in stack.parts}
    names = dict.fromkeys(name for stack in known for name in stack.unchanged)

    return tuple(name for name in names if name not in changed)


def capacity_words(stack: StackChange) -> str:
    """
    The capacity that a change adds or frees, in words.

    >>> from .capacity import Capacity
    >>> capacity_words(StackChange(stack="s", added=Capacity(pods=2)))
    '+2 pods'
    """
    added = stack.added
    mebi = 2**20
    words = [
        (f"{added.pods:+} pods", added.pods),
        (f"{added.cpu.normalize():+f} CPU", added.cpu),
        (f"{added.memory / mebi:+.0f} MiB of memory", added.memory),
        (f"{added.disk / mebi:+.0f} MiB of disk", added.disk),
    ]
    return ", ".join(text for text, number in words if number)


def effect_words(effects: Iterable[Effect]) -> str:
    """
    *effects* in one line.

    >>> effect_words([Effect.REMOVED, Effect.SCALING])
    'removed, scaling'
    """
    return ", ".join(effect.value for effect in effects) or "no change"


def remarks(stack: StackChange) -> Iterator[str]:
    """
    What else has to be known about *stack*, one line each: what differs in
    the cluster, what is wrong with what would be deployed, what was said.
    """
    for change in stack.drift:
        title = f"drift: {change.kind} {change.name}"
        if change.new is None:
            yield f"{title} is gone"
        for field in change.fields if change.new else ():
            yield f"{title} {of_field(field)}"
    for finding in stack.findings:
        if finding.severity is not Severity.INFO:
            yield f"{finding.severity.value}: {finding}"
    yield from (f"warning: {text}" for text in stack.warnings)


def edge_words(change: PartChange) -> Iterator[str]:
    """
    Connections that come and go, one line each.
    """
    yield from (f"can connect: {edge}" for edge in change.opened)
    yield from (f"cannot connect: {edge}" for edge in change.closed)
