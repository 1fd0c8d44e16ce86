"""
What changes between two desired states, in terms of the app.
"""

from .acknowledgements import (
    UNJUDGED,
    Danger,
    dangers,
    effects_left,
    open_dangers,
    refused,
    remedy,
    unjudged,
    unmatched,
)
from .document import to_json
from .effects import Effect
from .fields import ABSENT, FieldChange
from .markdown import to_markdown
from .objects import Action, ObjectChange
from .preview import preview_change
from .reach import Edge
from .report import PartChange, StackChange, compared
from .snapshot import Snapshot, snapshot
from .terminal import print_changes


__all__ = [
    "ABSENT",
    "UNJUDGED",
    "Action",
    "Danger",
    "Edge",
    "Effect",
    "FieldChange",
    "ObjectChange",
    "PartChange",
    "Snapshot",
    "StackChange",
    "compared",
    "dangers",
    "effects_left",
    "open_dangers",
    "preview_change",
    "print_changes",
    "refused",
    "remedy",
    "snapshot",
    "to_json",
    "to_markdown",
    "unjudged",
    "unmatched",
]
