"""
The texts that values of containers stand for, as far as they are known.
"""

from typing import Any

from ._connections import SeenConnections
from .spec import Later, Setting, Template, template_pieces
from .spec.texts import Placeholder


def _filled(template: Template, found: SeenConnections) -> str:
    pieces: list[str] = []
    for literal, name in template_pieces(template.text):
        pieces.append(literal)
        if name is not None:
            pieces.append(text_of(template.values[name], found))
    if any(isinstance(piece, Placeholder) for piece in pieces):
        return Placeholder.of(*pieces)
    return "".join(pieces)


def text_of(value: Any, found: SeenConnections) -> str:
    """
    The text that *value* stands for, as far as it is known.
    """
    if isinstance(value, Later):
        return Placeholder.of(value)
    if isinstance(value, Setting):
        return found[value.part.name].settings[value.field]
    if isinstance(value, Template):
        return _filled(value, found)
    return str(value)
