"""
What changes between two revisions of a project, in all of its stacks.
"""

from collections.abc import Iterable

from ..exceptions import SpecError, choices
from .report import StackChange, compared
from .snapshot import Snapshot


def _by_stack(states: Iterable[Snapshot]) -> dict[str, Snapshot]:
    return {state.stack: state for state in states}


def changes_between(
    base: Iterable[Snapshot],
    head: Iterable[Snapshot],
    stacks: Iterable[str] = (),
) -> tuple[StackChange, ...]:
    """
    What changes in each of *stacks*; in all if none is named.

    Raises:
        SpecError: If neither revision has such a stack.
    """
    before, after = _by_stack(base), _by_stack(head)
    # A revision that cannot even be loaded has no stacks to tell of.
    broken = [*before.pop("", Snapshot(stack="")).problems]
    wrong = [*after.pop("", Snapshot(stack="")).problems]
    known = tuple(dict.fromkeys((*after, *before)))
    wanted = tuple(stacks) or known or ("all stacks",)
    for name in wanted if known else ():
        if name not in known:
            msg = f"Stack {name!r} has no file; {choices(name, known)}."
            raise SpecError(msg)

    return tuple(
        compared(
            before.get(name, Snapshot(stack=name, problems=tuple(broken))),
            after.get(name, Snapshot(stack=name, problems=tuple(wrong))),
        )
        for name in wanted
    )
