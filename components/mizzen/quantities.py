"""
Kubernetes quantities: how memory, disks and processor time are written.
"""

import re

from decimal import Decimal
from typing import Any


BINARY_UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}

_BINARY = re.compile(r"([1-9][0-9]*)(Ki|Mi|Gi|Ti)", re.ASCII)
_ANY = re.compile(
    r"([+-]?[0-9]*\.?[0-9]+|[0-9]+\.)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?",
    re.ASCII,
)
_DECIMAL_UNITS = {
    unit: Decimal(10) ** power
    for unit, power in zip(
        "numkMGTPE", (-9, -6, -3, 3, 6, 9, 12, 15, 18), strict=True
    )
}
# To Kubernetes, whatever is larger is as large as this.
_MOST = Decimal(2**63 - 1)
_FARTHEST = Decimal(99)
_PROCESSOR = re.compile(r"([1-9][0-9]*)(m?)", re.ASCII)


def parse_bytes(quantity: str) -> int:
    """
    Number of bytes in a binary *quantity*.

    Raises:
        ValueError: If it isn't a whole number with a binary unit.

    >>> parse_bytes("2Gi")
    2147483648
    """
    match = _BINARY.fullmatch(quantity)
    if match is None:
        msg = (
            "must be a whole number followed by Ki, Mi, Gi, or Ti, like "
            f"'10Gi' (got {quantity!r})"
        )
        raise ValueError(msg)

    return int(match[1]) * BINARY_UNITS[match[2]]


def binary(amount: int) -> str:
    """
    Bytes in the largest unit that holds a whole number of them, which is how
    Kubernetes writes them too.

    >>> binary(196608 * 1024)
    '192Mi'
    """
    unit = max(
        (unit for unit, size in BINARY_UNITS.items() if amount % size == 0),
        key=BINARY_UNITS.__getitem__,
    )
    return f"{amount // BINARY_UNITS[unit]}{unit}"


def written_bytes(number: Decimal) -> str:
    """
    *number* of bytes by the largest binary unit that needs no fraction.

    >>> written_bytes(Decimal(3 * 2**29)), written_bytes(Decimal(1000))
    ('1536Mi', '1000')
    >>> written_bytes(Decimal(0))
    '0'
    """
    fitting = (
        f"{number / size:f}{unit}"
        for unit, size in reversed(BINARY_UNITS.items())
        if number and number % size == 0
    )
    return next(fitting, f"{number:f}")


def parse_millicores(quantity: str) -> int:
    """
    Thousandths of a processor core in *quantity*.

    Raises:
        ValueError: If it is neither whole cores nor whole thousandths.

    >>> parse_millicores("250m"), parse_millicores("2")
    (250, 2000)
    """
    match = _PROCESSOR.fullmatch(quantity)
    if match is None:
        msg = (
            "must be thousandths of a core followed by m, like '250m', or "
            f"whole cores, like '2' (got {quantity!r})"
        )
        raise ValueError(msg)

    return int(match[1]) * (1 if match[2] else 1000)


def replicas_of(share: int | str, whole: int, *, up: bool) -> int:
    """
    The number of replicas that a number or a percentage of all of them
    amounts to, rounded *up* or down.

    >>> replicas_of(2, 10, up=True), replicas_of("25%", 10, up=True)
    (2, 3)
    >>> replicas_of("25%", 10, up=False)
    2
    """
    if isinstance(share, int):
        return share
    hundredfold = int(share.rstrip("%")) * whole

    return -(-hundredfold // 100) if up else hundredfold // 100


def number_of(quantity: Any) -> Decimal | None:
    """
    The number that any Kubernetes *quantity* stands for; `None` if it is
    none.

    >>> number_of("1000m") == number_of(1)
    True
    >>> number_of("much") is None
    True
    """
    match = _ANY.fullmatch(str(quantity))
    if match is None:
        return None
    number = Decimal(match[1]) * _size(match[2] or "")

    return max(-_MOST, min(_MOST, number))


def _size(unit: str) -> Decimal:
    """
    What one of *unit* is.
    """
    if unit.endswith("i"):
        return Decimal(1024) ** ("KMGTPE".index(unit[0]) + 1)
    if unit[:1] in ("e", "E") and len(unit) > 1:
        power = max(-_FARTHEST, min(_FARTHEST, Decimal(unit[1:])))
        return Decimal(10) ** power

    return _DECIMAL_UNITS.get(unit, Decimal(1))
