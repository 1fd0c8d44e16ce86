"""
What is asked of a change.
"""


def effects(change):
    """
    Effects of each part that changes.
    """
    assert () == change.problems

    return {
        part.part: tuple(effect.name for effect in part.effects)
        for part in change.parts
    }


def reasons(change, name):
    """
    Why a part changes.
    """
    (found,) = [part.reasons for part in change.parts if part.part == name]

    return found
