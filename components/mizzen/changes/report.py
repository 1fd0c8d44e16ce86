"""
What changes in a stack, part by part.
"""

from collections.abc import Callable, Iterable, Iterator

import attrs

from ..checks import Finding
from ..environment import CLUSTERS
from ..manifests import Manifest
from .capacity import Capacity, capacity
from .effects import Effect, by_danger
from .folding import folded
from .judgement import effects_of
from .objects import ObjectChange, object_changes
from .reach import Edge, reach_changes
from .reasons import own_reasons, reasons_of_extras
from .renames import new_names, under_new_names
from .rights import widened
from .snapshot import Snapshot


@attrs.frozen(kw_only=True, eq=False)
class PartChange:
    """
    What changes for one part.

    Attributes:
        part: Its name; `None` for what belongs to the app as a whole.

        effects: What happens to it, the most dangerous first.

        reasons: Why, in words of what was written.

        objects: Its objects that differ, the most dangerous first.

        opened: Connections that become possible.

        closed: Connections that become impossible.
    """

    part: str | None
    effects: tuple[Effect, ...]
    reasons: tuple[str, ...]
    objects: tuple[ObjectChange, ...]
    opened: tuple[Edge, ...]
    closed: tuple[Edge, ...]


@attrs.frozen(kw_only=True, eq=False)
class StackChange:
    """
    What changes in one stack.

    Attributes:
        stack: Its name.

        parts: The parts that change, the most dangerous first.

        unchanged: Names of the parts that do not.

        added: Capacity that is asked for in addition; less than nothing
            where some is freed.

        acknowledge: Dangerous changes that are meant.

        problems: Why there is no answer, or not a whole one.

        failed: Whether what comes after the change is wrong.

        drift: What the cluster has otherwise than the last update left it.

        findings: What checks have found in what comes after the change.

        warnings: What else was said on the way.
    """

    stack: str
    parts: tuple[PartChange, ...] = ()
    unchanged: tuple[str, ...] = ()
    added: Capacity = attrs.field(factory=Capacity)
    acknowledge: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    failed: bool = False
    drift: tuple[ObjectChange, ...] = ()
    findings: tuple[Finding, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def effects(self) -> tuple[Effect, ...]:
        """
        Everything that happens in the stack, the most dangerous first.
        """
        return by_danger({e for part in self.parts for e in part.effects})


@attrs.frozen(kw_only=True, eq=False)
class States:
    """
    Two desired states of one stack, and what leads from one to the other.

    Attributes:
        base: The objects before.

        head: The objects after.

        changes: Those that differ.

        staying: Parts that are there before and after, whatever is told of
            their objects.
    """

    base: tuple[Manifest, ...]
    head: tuple[Manifest, ...]
    changes: tuple[ObjectChange, ...]
    staying: tuple[str | None, ...] = ()

    @property
    def parts(self) -> tuple[str | None, ...]:
        """
        All parts of both states, in their order.
        """
        told = (m.part for m in (*self.head, *self.base))

        return tuple(dict.fromkeys((*told, *self.staying)))

    @property
    def lasting(self) -> frozenset[str | None]:
        """
        The parts of both states.
        """
        before, after = (
            frozenset(manifest.part for manifest in manifests)
            for manifests in (self.base, self.head)
        )
        return (before & after) | frozenset(self.staying)


Reasons = Callable[[PartChange], tuple[str, ...]]


def _by_part(
    edges: Iterable[Edge], states: States
) -> dict[str | None, tuple[Edge, ...]]:
    """
    Each edge at the part that is reached, or at the one that reaches out;
    edges of parts that come or go are no news.
    """
    parts, lasting = frozenset(states.parts), states.lasting
    found: dict[str | None, list[Edge]] = {}
    for edge in sorted(edges):
        ends = [end for end in (edge.target, edge.source) if end in parts]
        if (ends and edge.target in lasting) or (ends and ends[0] in lasting):
            found.setdefault(ends[0], []).append(edge)
    return {part: tuple(edges) for part, edges in found.items()}


def _asks_api_servers(edge: Edge, edges: Iterable[Edge]) -> bool:
    ports = {e.port for e in edges if e.target == edge.target}
    return any(
        {f"TCP {port}" for port in cluster.api_server_ports} == ports
        for cluster in CLUSTERS.values()
    )


def _is_connection(
    part: str | None, edges: Iterable[Edge], objects: Iterable[ObjectChange]
) -> bool:
    """
    Whether *edges* are news beside what *part* may do: who gets a
    permission, reaches the API servers, by which it is used.
    """
    known = tuple(edges)
    permitted = any(
        widened(change.old, change.new) or widened(change.new, change.old)
        for change in objects
    )
    return any(
        not (
            permitted
            and edge.source == part
            and _asks_api_servers(edge, known)
        )
        for edge in known
    )


def _danger(effects: Iterable[Effect]) -> int:
    return max(effect.danger for effect in effects)


def _part_changes(states: States, reasons: Reasons) -> Iterator[PartChange]:
    opened, closed = (
        _by_part(edges, states)
        for edges in reach_changes(states.base, states.head)
    )
    by_part: dict[str | None, list[ObjectChange]] = {}
    for change in folded(states.changes):
        by_part.setdefault(change.part, []).append(change)
    for part in states.parts:
        objects = by_part.get(part, [])
        effects = {e for change in objects for e in effects_of(change)}
        for edges, effect in (
            (opened, Effect.NEWLY_REACHABLE),
            (closed, Effect.NO_LONGER_REACHABLE),
        ):
            if _is_connection(part, edges.get(part, ()), objects):
                effects.add(effect)
        if effects:
            objects.sort(key=lambda change: -_danger(effects_of(change)))
            found = PartChange(
                part=part,
                effects=by_danger(effects),
                reasons=(),
                objects=tuple(objects),
                opened=opened.get(part, ()),
                closed=closed.get(part, ()),
            )
            yield attrs.evolve(found, reasons=reasons(found))


def stack_change(
    stack: str,
    states: States,
    reasons: Reasons,
    problems: Iterable[str] = (),
) -> StackChange:
    """
    What changes in *stack* from one state to the other.
    """
    found = tuple(problems)
    parts = sorted(
        _part_changes(states, reasons),
        key=lambda change: -_danger(change.effects),
    )
    changed = {change.part for change in parts}

    return StackChange(
        stack=stack,
        parts=tuple(parts),
        unchanged=tuple(
            part for part in states.parts if part and part not in changed
        ),
        added=capacity(states.head) - capacity(states.base),
        problems=found,
        failed=bool(found),
    )


# Nothing was written differently, but something else came of it.
_NOBODY_WROTE_IT = ("another version of mizzen",)


def _reasons_of_others(
    change: PartChange, base: Snapshot, head: Snapshot
) -> tuple[str, ...]:
    """
    Why the parts at the other ends of its connections change.
    """
    edges = (*change.opened, *change.closed)
    others = dict.fromkeys(
        end
        for edge in edges
        for end in (edge.source, edge.target)
        if end != change.part
    )

    return tuple(
        f"{other}: {reason}"
        for other in others
        for reason in own_reasons(other, base, head)
        if other in head.facts or other in base.facts
    )


def compared(base: Snapshot, head: Snapshot) -> StackChange:
    """
    What changes from *base* to *head*, two desired states of one stack.
    """
    problems = [
        *(f"Before the change: {problem}" for problem in base.problems),
        *head.problems,
    ]
    if problems:
        return StackChange(
            stack=head.stack,
            acknowledge=head.acknowledge,
            problems=tuple(problems),
            failed=bool(head.problems),
        )
    names = new_names(base, head)
    base = under_new_names(base, names)
    states = States(
        base=base.manifests,
        head=head.manifests,
        changes=object_changes(base.manifests, head.manifests),
    )

    renames = tuple(
        f"{name}: renamed from {former}" for former, name in names.items()
    )

    def reasons(change: PartChange) -> tuple[str, ...]:
        found = own_reasons(change.part, base, head)
        others = _reasons_of_others(change, base, head)
        if not found and not others:
            others = renames
        around = own_reasons(None, base, head)
        if not (found or others) or (
            (change.opened or change.closed) and not others
        ):
            others += around

        if change.part is None and not (found or others):
            # What is written by hand has no fields of the app.
            others = reasons_of_extras(change.objects)

        return (*found, *others) or _NOBODY_WROTE_IT

    found = stack_change(head.stack, states, reasons)

    return attrs.evolve(found, acknowledge=head.acknowledge)
