"""
Changes as JSON: the whole of it, for programs.
"""

import json

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from ..checks import Finding
from .acknowledgements import dangers, open_dangers, unmatched
from .fields import ABSENT, FieldChange
from .objects import ObjectChange
from .report import PartChange, StackChange


FORMAT = 1


def _field(field: FieldChange) -> Mapping[str, Any]:
    found: dict[str, Any] = {"path": list(field.path), "text": str(field)}
    if field.old is not ABSENT:
        found["old"] = field.old
    if field.new is not ABSENT:
        found["new"] = field.new

    return found


def _object(change: ObjectChange) -> Mapping[str, Any]:
    whole = change.old is None or change.new is None
    return {
        "kind": change.kind,
        "name": change.name,
        "role": change.role,
        "action": change.action.value,
        "old": change.old,
        "new": change.new,
        "fields": [] if whole else [_field(field) for field in change.fields],
    }


def _finding(finding: Finding) -> Mapping[str, Any]:
    return {**attrs.asdict(finding), "severity": finding.severity.value}


def _part(change: PartChange) -> Mapping[str, Any]:
    return {
        "part": change.part,
        "effects": [effect.value for effect in change.effects],
        "reasons": list(change.reasons),
        "opened": [attrs.asdict(edge) for edge in change.opened],
        "closed": [attrs.asdict(edge) for edge in change.closed],
        "objects": [_object(found) for found in change.objects],
    }


def _stack(stack: StackChange) -> Mapping[str, Any]:
    added, left = stack.added, open_dangers(stack)
    return {
        "stack": stack.stack,
        "effects": [effect.value for effect in stack.effects],
        "problems": list(stack.problems),
        "failed": stack.failed,
        "unchanged": list(stack.unchanged),
        "added": {
            "pods": added.pods,
            "cpu": float(added.cpu),
            "memory": int(added.memory),
            "memoryLimit": int(added.memory_limit),
            "disk": int(added.disk),
        },
        "dangers": [
            {
                "part": danger.part,
                "effect": danger.effect.value,
                "line": danger.line,
                "acknowledged": danger not in left,
            }
            for danger in dangers(stack)
        ],
        "acknowledgesNothing": list(unmatched(stack)),
        "parts": [_part(change) for change in stack.parts],
        "drift": [_object(change) for change in stack.drift],
        "findings": [_finding(finding) for finding in stack.findings],
        "warnings": list(stack.warnings),
    }


def to_json(stacks: Iterable[StackChange]) -> str:
    """
    All that is known of the changes of *stacks*; the schema is
    ``schema.json`` beside this module.
    """
    content = {"format": FORMAT, "stacks": [_stack(s) for s in stacks]}

    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
