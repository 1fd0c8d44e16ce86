"""
A field takes what its annotation says, or says itself what it takes.
"""

from collections.abc import Mapping
from typing import Any, Literal

import attrs
import pytest

from mizzen import OFF, SpecError
from mizzen._fields import typed
from mizzen.spec import Off


@attrs.frozen(field_transformer=typed)
class Thing:
    """
    Something with a field of each kind.
    """

    name: str = "lamp"
    count: int | None = None
    bright: bool = False
    colour: Literal["red", "blue"] | Off = OFF
    tags: tuple[str, ...] = attrs.field(default=(), converter=tuple[str, ...])
    sizes: Mapping[str, int] = attrs.field(factory=dict)
    anything: Any = None
    broken: str = attrs.field(
        default="", validator=lambda *words: {"": 1}[words[2]]
    )


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", 5, "name must be text (got int)."),
        ("name", None, "name must be text (got NoneType)."),
        ("count", True, "count must be a whole number or None (got bool)."),
        ("bright", 1, "bright must be True or False (got int)."),
        ("colour", "green", "colour must be 'red', 'blue' or OFF (got str)."),
        ("tags", 5, "tags must be a list of text (got int)."),
        ("tags", ["a", 5], "tags must be a list of text (got a list of str, int)."),
        ("broken", "x", "broken must be text (got str)."),
        ("sizes", [], "sizes must be a mapping (got list)."),
    ],
)  # fmt: skip
def test_refused(field, value, said):
    """
    Values of other types are refused in the words of the annotation, and
    never shown: they may be secrets.
    """
    with pytest.raises(SpecError) as ei:
        Thing(**{field: value})

    name = "Thing: " if field == "name" else "Thing 'lamp': "
    assert name + said == str(ei.value)
