"""
What changes between two desired states, in terms of the app.
"""

from .effects import Effect
from .fields import ABSENT, FieldChange
from .objects import Action, ObjectChange
from .reach import Edge
from .report import PartChange, StackChange, compared
from .snapshot import Snapshot, snapshot


__all__ = [
    "ABSENT",
    "Action",
    "Edge",
    "Effect",
    "FieldChange",
    "ObjectChange",
    "PartChange",
    "Snapshot",
    "StackChange",
    "compared",
    "snapshot",
]
