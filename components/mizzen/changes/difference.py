"""
The difference between two versions of an object, as lines of YAML.
"""

import difflib
import json

from collections.abc import Mapping
from typing import Any

from ..manifests import to_yaml
from .objects import ObjectChange
from .reasons import of_field


_CONTEXT = 3


def _lines(body: Mapping[str, Any] | None) -> list[str]:
    if body is None:
        return []
    # Previews hand out keys in another order than programs.
    plain = json.loads(json.dumps(body, sort_keys=True))

    return to_yaml(plain).splitlines()


def unified(change: ObjectChange) -> tuple[str, ...]:
    """
    Unified difference of YAML, without headings; where only what is secret
    differs, the fields that hold it.

    >>> from .objects import object_change
    >>> change = object_change(
    ...     "web", "disk", {"kind": "A", "size": "1"}, {"kind": "A", "size": "2"}
    ... )
    >>> unified(change)
    ('@@ -1,2 +1,2 @@', ' kind: "A"', '-size: "1"', '+size: "2"')
    """
    found = difflib.unified_diff(
        _lines(change.old), _lines(change.new), lineterm="", n=_CONTEXT
    )
    lines = tuple(found)[2:]

    return lines or tuple(f"! {of_field(field)}" for field in change.fields)
