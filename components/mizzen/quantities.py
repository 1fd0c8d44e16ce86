"""
Kubernetes quantities: how memory, disks and processor time are written.
"""

import re


BINARY_UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}

_BINARY = re.compile(r"([1-9][0-9]*)(Ki|Mi|Gi|Ti)", re.ASCII)
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
