"""
Bytes and percentages as people read and write them.
"""

from ..quantities import BINARY_UNITS


def megabytes(number: int) -> str:
    """
    *number* of bytes in mebibytes.

    >>> megabytes(127742038)
    '121.8 MiB'
    """
    return f"{number / BINARY_UNITS['Mi']:,.1f} MiB"


def percent(number: float) -> str:
    """
    *number* with the sign of a percentage.

    >>> percent(3.47)
    '3.5 %'
    """
    return f"{number:.1f} %"
