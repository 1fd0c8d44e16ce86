"""
Exact Fibonacci numbers with fib(0) = fib(1) = 1.
"""

from collections.abc import Callable
from decimal import Decimal


LARGEST_INDEX = 100_000


def parse_index(text: str) -> int:
    """
    The index that a request names.

    Raises:
        ValueError: If it is no whole number from 0 to `LARGEST_INDEX`.
    """
    # The length is looked at first: int() of a long text is slow or refused.
    if text.isascii() and text.isdigit() and len(text) <= len("100000"):
        index = int(text)
        if index <= LARGEST_INDEX:
            return index

    msg = (
        f"Index must be a whole number from 0 to {LARGEST_INDEX} "
        f"(got {text[:40]!r})."
    )
    raise ValueError(msg)


def fibonacci(index: int, beat: Callable[[], None] = lambda: None) -> int:
    """
    The Fibonacci number at *index*, by fast doubling.

    Args:
        index: Not negative. The result has about ``index * 0.209`` digits.

        beat: Called once per bit of the index, as a sign of life.

    >>> [fibonacci(index) for index in range(7)]
    [1, 1, 2, 3, 5, 8, 13]
    """
    current, following = 0, 1
    # Fast doubling counts from F(0) = 0, one place before ours.
    for bit in f"{index + 1:b}":
        beat()
        doubled = current * (2 * following - current)
        next_doubled = current * current + following * following
        if bit == "1":
            current, following = next_doubled, doubled + next_doubled
        else:
            current, following = doubled, next_doubled

    return current


def digits(number: int) -> str:
    """
    All decimal digits of *number*, however many.

    >>> len(digits(fibonacci(100_000)))
    20899
    """
    # str(int) is refused from 4,301 digits on; Decimal is exact and faster.
    return str(Decimal(number))
