"""
Names that a part had before.
"""

from typing import Any

from .._validators import dns_label, refuse, texts


def former_names(inst: Any, attr: Any, value: tuple[str, ...]) -> None:
    """
    Names that a part had, the first one first.
    """
    texts(inst, attr, value)
    for name in value:
        dns_label(inst, attr, name)
    if inst.name in value:
        refuse(inst, attr.name, "differ from its name", inst.name)
    if len(set(value)) < len(value):
        refuse(inst, attr.name, "have different names", value)


def first_name(part: Any) -> str:
    """
    The name that *part* had first, by which its data is kept.

    >>> from mizzen import Redis
    >>> first_name(Redis("queue", version=8, disk="1Gi", formerly="redis"))
    'redis'
    """
    return str((*part.formerly, part.name)[0])
