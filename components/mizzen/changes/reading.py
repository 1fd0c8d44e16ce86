"""
Changes from JSON that somebody else may have written.
"""

import functools
import json

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from ..checks import Finding, Severity
from ..exceptions import SpecError
from .capacity import Capacity
from .effects import Effect
from .fields import ABSENT, FieldChange
from .objects import Action, ObjectChange
from .reach import Edge
from .report import PartChange, StackChange


_DEEPEST = 100


@functools.cache
def schema() -> Mapping[str, Any]:
    """
    The JSON schema of changes.
    """
    text = Path(__file__).with_name("schema.json").read_text(encoding="utf-8")
    found: Mapping[str, Any] = json.loads(text)

    return found


def _refuse(where: str) -> NoReturn:
    # What it says instead is not repeated: it may be meant for the log.
    msg = f"This is no report of mizzen: it is wrong at {where}."
    raise SpecError(msg)


def _no_number(_: str) -> NoReturn:
    raise ValueError


def _is_deep(value: Any, levels: int = _DEEPEST) -> bool:
    inner = value.values() if isinstance(value, dict) else value
    nested = isinstance(value, (dict, list))

    return nested and (
        levels == 0 or any(_is_deep(item, levels - 1) for item in inner)
    )


def _validated(text: str) -> Any:
    import jsonschema  # noqa: PLC0415 - few need it

    try:
        document = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        _refuse("$")
    if _is_deep(document):
        _refuse("$")
    validator = jsonschema.Draft202012Validator(schema())
    error = next(validator.iter_errors(document), None)
    if error is not None:
        _refuse(error.json_path)

    return document


def _field(found: Mapping[str, Any]) -> FieldChange:
    return FieldChange(
        tuple(found["path"]),
        found.get("old", ABSENT),
        found.get("new", ABSENT),
    )


def _object(part: str | None, found: Mapping[str, Any]) -> ObjectChange:
    return ObjectChange(
        part=part,
        role=found["role"],
        action=Action(found["action"]),
        old=found["old"],
        new=found["new"],
        fields=tuple(map(_field, found["fields"])),
    )


def _part(found: Mapping[str, Any]) -> PartChange:
    part = found["part"]
    return PartChange(
        part=part,
        effects=tuple(map(Effect, found["effects"])),
        reasons=tuple(found["reasons"]),
        objects=tuple(_object(part, entry) for entry in found["objects"]),
        opened=tuple(Edge(**edge) for edge in found["opened"]),
        closed=tuple(Edge(**edge) for edge in found["closed"]),
    )


def _capacity(found: Mapping[str, Any]) -> Capacity:
    return Capacity(
        pods=int(found["pods"]),
        cpu=Decimal(str(found["cpu"])),
        memory=Decimal(found["memory"]),
        memory_limit=Decimal(found["memoryLimit"]),
        disk=Decimal(found["disk"]),
    )


def _finding(found: Mapping[str, Any]) -> Finding:
    return Finding(**{**found, "severity": Severity(found["severity"])})


def _acknowledge(found: Mapping[str, Any]) -> tuple[str, ...]:
    """
    The lines of the stack's file, from what became of them.
    """
    matching = [
        danger["line"] for danger in found["dangers"] if danger["acknowledged"]
    ]
    return (*matching, *found["acknowledgesNothing"])


def _stack(found: Mapping[str, Any]) -> StackChange:
    return StackChange(
        stack=found["stack"],
        parts=tuple(map(_part, found["parts"])),
        unchanged=tuple(found["unchanged"]),
        added=_capacity(found["added"]),
        acknowledge=_acknowledge(found),
        problems=tuple(found["problems"]),
        failed=found["failed"],
        drift=tuple(_object(None, entry) for entry in found["drift"]),
        findings=tuple(map(_finding, found["findings"])),
        warnings=tuple(found["warnings"]),
    )


def from_json(text: str) -> tuple[StackChange, ...]:
    """
    The changes that `to_json` has written. Nothing is believed that does not
    follow the schema, and nothing of it gets into the error.

    Raises:
        SpecError: If it is something else.
    """
    return tuple(map(_stack, _validated(text)["stacks"]))
