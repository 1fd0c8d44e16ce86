"""
What a cluster has besides Kubernetes itself, started where a stack asks for
it.
"""

from .addon import ADDONS, Addon
from .start import start


__all__ = ["ADDONS", "Addon", "start"]
