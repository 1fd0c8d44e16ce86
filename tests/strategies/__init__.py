"""
Apps, environments and stacks as users might write them.

What can be said anew gets its strategy in the module of its field; a kind of
part that is new goes to ``parts``.
"""

from .descriptions import Description, deployments, descriptions
from .mistakes import mistakes


__all__ = ["Description", "deployments", "descriptions", "mistakes"]
