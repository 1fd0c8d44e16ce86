"""
Objects that are in the cluster already, and that an app takes over.
"""

from collections.abc import Iterator, Sequence

from .exceptions import choices
from .manifests import Manifest
from .stack import Stack


def adopted(manifest: Manifest, stack: Stack) -> bool:
    """
    Whether *manifest* is taken over and not made.
    """
    return f"{manifest.kind}/{manifest.name}" in stack.adopt


def adopts_nothing(objects: Sequence[Manifest], stack: Stack) -> Iterator[str]:
    """
    A sentence for each name of *stack* that no object has.
    """
    if not stack.adopt:
        return
    names = {f"{each.kind}/{each.name}" for each in objects}
    for name in stack.adopt:
        if name not in names:
            yield (
                f"Stack {stack.name!r} adopts {name!r}, which the app does "
                f"not have; {choices(name, names)}."
            )
