"""
Why something changes: what was written differently.
"""

from collections.abc import Iterable, Iterator, Mapping

from ..origins import Fact, Facts, Origin
from .fields import ABSENT, FieldChange
from .masks import without
from .objects import ObjectChange
from .renames import rename_words
from .snapshot import Snapshot


_SHOWN = 3
_LONGEST = 60


def _listed(words: Iterable[str]) -> str:
    found = list(words)
    more = len(found) - _SHOWN
    text = ", ".join(found[:_SHOWN])

    return f"{text} and {more} more" if more > 0 else text


def _of_files(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for verb, paths in (
        ("changed", [p for p in new if p in old and old[p] != new[p]]),
        ("added", [p for p in new if p not in old]),
        ("removed", [p for p in old if p not in new]),
    ):
        if paths:
            yield f"{verb} in its build context: {_listed(sorted(paths))}"


def shortened(value: object) -> str:
    """
    *value* in one line of at most sixty characters.

    >>> shortened(ABSENT), len(shortened("x" * 100))
    ('nothing', 60)
    """
    if value is ABSENT:
        return "nothing"
    text = str(value).replace("\n", "↵")
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _of_facts(
    old: Facts,
    new: Facts,
    base: Snapshot,
    head: Snapshot,
) -> Iterator[str]:
    secrets = (*base.secrets, *head.secrets)

    def told(origin: Origin) -> str:
        return shortened(without(origin.value, secrets))

    removed = []
    for fact in dict.fromkeys((*old, *new)):
        before, after = old.get(fact), new.get(fact)
        if after is None and before is not None:
            removed.append(f"{fact} {told(before)} removed ({before.source})")
        elif before is None and after is not None:
            yield f"{fact} {told(after)} added ({after.source})"
        elif before and after and before.value != after.value:
            change = f"{told(before)} → {told(after)}"
            yield f"{fact}: {change} ({after.source})"
    # What else was written may be why a default holds no longer.
    yield from removed


def _of_version(part: str, base: Snapshot, head: Snapshot) -> Iterator[str]:
    """
    Versions are written in the stack's file, and concern one part.
    """
    own = Fact("versions", part)
    old, new = (
        {Fact("version"): facts[own]} if own in facts else {}
        for facts in (base.facts.get("", {}), head.facts.get("", {}))
    )
    yield from _of_facts(old, new, base, head)


def _of_name(part: str, base: Snapshot, head: Snapshot) -> Iterator[str]:
    """
    The name that it had before.
    """
    name = Fact("name")
    old, new = base.facts[part].get(name), head.facts[part].get(name)
    if old and new and old.value != new.value:
        manifests = (base.manifests, head.manifests)
        yield rename_words(part, old.value, *manifests)


def _without(facts: Facts, *fields: str) -> Facts:
    return {
        fact: origin
        for fact, origin in facts.items()
        if fact.field not in fields
    }


def own_reasons(
    part: str | None, base: Snapshot, head: Snapshot
) -> tuple[str, ...]:
    """
    What was written differently about *part*; about the app, its addresses
    and its environment for `None`.
    """
    name = part or ""
    if name not in head.facts:
        return ("it is no part of the app any more",)
    if name not in base.facts:
        return ("it is a new part of the app",)
    old, new = base.facts[name], head.facts[name]
    if part is None:
        old, new = (_without(facts, "versions") for facts in (old, new))
        return tuple(_of_facts(old, new, base, head))
    found = [*_of_name(part, base, head)]
    if found:
        old, new = (
            _without(facts, "name", "formerly") for facts in (old, new)
        )
    found += _of_facts(old, new, base, head)
    found.extend(_of_version(part, base, head))
    if name in base.files and name in head.files:
        found.extend(_of_files(base.files[name], head.files[name]))

    return tuple(found)


def of_field(field: FieldChange) -> str:
    """
    One field that differs, in words.
    """
    return f"{field}: {shortened(field.old)} → {shortened(field.new)}"


def reasons_from_fields(changes: Iterable[ObjectChange]) -> tuple[str, ...]:
    """
    What differs about objects, where nobody knows what was written.
    """
    return tuple(
        f"{change.kind} {of_field(field)}"
        for change in changes
        if change.old is not None and change.new is not None
        for field in change.fields
    )


def reasons_of_extras(changes: Iterable[ObjectChange]) -> tuple[str, ...]:
    """
    What differs about objects that are written by hand.
    """
    found = tuple(changes)
    whole = (
        f"{change.kind} {change.name} {change.action.value}"
        for change in found
        if change.old is None or change.new is None
    )
    return (*whole, *reasons_from_fields(found))
