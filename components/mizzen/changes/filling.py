"""
What fits into a given space: a little of everything before all of anything.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence


# A thing that is told in at most so many entries of each of its lists.
Thing = Callable[[int], str]

# How much of each thing is tried first, and what it may then take of all.
_FIRST = (12, 3, 1)
_SHARE = 8
_LEAST_SHARE = 500
_GROWTH = tuple(int(1.25**exponent) for exponent in range(6, 60))
# Less holds nothing that is worth trying.
_LEAST = 60


def beginning(texts: Iterable[str], space: int) -> Iterator[str]:
    """
    The *texts* that fit in, up to the first that does not.

    >>> [*beginning(["ab", "cde", "f"], 4)]
    ['ab']
    """
    for text in texts:
        space -= len(text)
        if space < 0:
            return
        yield text


class _Filling:
    """
    What is shown of each thing so far, by its number.
    """

    def __init__(self, things: Sequence[Thing], space: int) -> None:
        self._things = things
        self._left = space
        self._longest = max(space // _SHARE, _LEAST_SHARE)
        self._most: dict[int, int] = {}
        self.shown: dict[int, str] = {}

    def _take(self, number: int, most: int, text: str) -> bool:
        more = len(text) - len(self.shown.get(number, ""))
        if more > self._left:
            return False
        self._left -= more
        self._most[number] = most
        self.shown[number] = text

        return True

    def begin(self, most: int) -> None:
        """
        Take those in that are not in yet, if they need no more than their
        share.
        """
        for number, thing in enumerate(self._things):
            if self._left < _LEAST:
                return
            if number not in self.shown:
                text = thing(most)
                if len(text) <= self._longest:
                    self._take(number, most, text)

    def _grows(self, number: int, most: int) -> bool:
        if most <= self._most[number]:
            return True
        text = self._things[number](most)

        return text != self.shown[number] and self._take(number, most, text)

    def grow(self) -> None:
        """
        Show more of everything until it is whole or does not fit.
        """
        growing = sorted(self.shown)
        for most in _GROWTH:
            growing = [n for n in growing if self._grows(n, most)]


def filled(things: Sequence[Thing], space: int) -> list[str]:
    """
    What fits of *things*, those that come first before the others, and in
    their order. Of each the beginning goes in before more of any: one that
    is huge hides no other.

    >>> filled([lambda most: "a" * min(most, 900), lambda most: "b"], 600)[1]
    'b'
    """
    found = _Filling(things, space)
    for most in _FIRST:
        found.begin(most)
    found.grow()

    return [found.shown[number] for number in sorted(found.shown)]
