"""
What holds for every desired state. Each property is a function whose
docstring is the claim; a new one goes into the ``ALL`` of its module.
"""

from . import hardened, limits, network, references, selectors, text
from .seen import Seen


PROPERTIES = tuple(
    claim
    for module in (selectors, references, network, limits, hardened, text)
    for claim in module.ALL
)

__all__ = ["PROPERTIES", "Seen"]
