"""
What holds for every desired state. Each property is a function whose
docstring is the claim; a new one goes into the ``ALL`` of its module.
"""

from . import (
    accounts,
    hardened,
    limits,
    network,
    outside,
    pods,
    references,
    routes,
    selectors,
    text,
    traefik,
)
from .seen import Seen


PROPERTIES = tuple(
    claim
    for module in (
        selectors,
        references,
        network,
        outside,
        accounts,
        routes,
        pods,
        limits,
        hardened,
        text,
        traefik,
    )
    for claim in module.ALL
)

__all__ = ["PROPERTIES", "Seen"]
