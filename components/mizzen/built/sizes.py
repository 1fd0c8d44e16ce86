"""
Bytes and percentages as people read and write them.
"""

from ..quantities import BINARY_UNITS


def shown_bytes(number: int) -> str:
    """
    *number* of bytes in the unit that suits them.

    >>> shown_bytes(127742038), shown_bytes(2048), shown_bytes(7)
    ('121.8 MiB', '2.0 KiB', '7 B')
    """
    for unit in ("Mi", "Ki"):
        if number >= BINARY_UNITS[unit]:
            return f"{number / BINARY_UNITS[unit]:,.1f} {unit}B"
    return f"{number} B"


def percent(number: float) -> str:
    """
    *number* with the sign of a percentage.

    >>> percent(3.47)
    '3.5 %'
    """
    return f"{number:.1f} %"
