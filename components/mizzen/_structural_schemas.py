"""
Schemas of CustomResourceDefinitions, as JSON Schema has them.
"""

import re
import warnings

from collections.abc import Iterator, Mapping
from typing import Any

from .spec.texts import Placeholder


TYPES = {
    "array": "a list",
    "boolean": "True or False",
    "integer": "a whole number",
    "number": "a number",
    "object": "a map",
    "string": "text",
}
NUMBER = (int, float)
# Limits, what they can be, and what they say.
LIMITS: dict[str, tuple[tuple[type, ...], str]] = {
    "minimum": (NUMBER, "be {} or more"),
    "maximum": (NUMBER, "be {} or less"),
    "exclusiveMinimum": (NUMBER, "be more than {}"),
    "exclusiveMaximum": (NUMBER, "be less than {}"),
    "multipleOf": (NUMBER, "be a multiple of {}"),
    "minLength": ((int,), "be text whose length is {} or more"),
    "maxLength": ((int,), "be text whose length is {} or less"),
    "minItems": ((int,), "be a list whose length is {} or more"),
    "maxItems": ((int,), "be a list whose length is {} or less"),
    "minProperties": ((int,), "be a map whose length is {} or more"),
    "maxProperties": ((int,), "be a map whose length is {} or less"),
}
_EITHER = ("allOf", "anyOf", "oneOf")
# What every whole object has, and so does one that is embedded in another.
_IDENTITY: dict[str, Any] = {
    "apiVersion": {"type": "string"},
    "kind": {"type": "string"},
    "metadata": {"type": "object"},
}
_EMBEDDED = "x-kubernetes-embedded-resource"
_INT_OR_STRING = "x-kubernetes-int-or-string"
# How definitions say the same in words of OpenAPI.
_INT_OR_TEXT = [{"type": "integer"}, {"type": "string"}]
_PRESERVED = "x-kubernetes-preserve-unknown-fields"


def is_unknown(value: Any) -> bool:
    """
    Whether *value* is known only at deployment.
    """
    return isinstance(value, Placeholder)


def holds_unknown(value: Any) -> bool:
    """
    Whether something in *value* is.
    """
    if isinstance(value, dict):
        return any(map(holds_unknown, value.values()))
    if isinstance(value, list):
        return any(map(holds_unknown, value))
    return is_unknown(value)


def _readable(pattern: Any) -> bool:
    """
    Whether *pattern*, which Go understands, means the same to Python.

    >>> _readable("^[a-z]+$"), _readable(r"^\\pL$"), _readable("[[:alpha:]]")
    (True, False, False)
    """
    if not isinstance(pattern, str) or is_unknown(pattern):
        return False
    with warnings.catch_warnings():
        # Sets in sets are warned of.
        warnings.simplefilter("error", FutureWarning)
        try:
            re.compile(pattern, re.ASCII)
        except (re.error, OverflowError, FutureWarning):
            return False
    return True


def _limits(schema: Mapping[str, Any]) -> dict[str, Any]:
    found = {
        key: schema[key]
        for key, (classes, _) in LIMITS.items()
        if type(schema.get(key)) in classes
        and (key != "multipleOf" or schema[key] > 0)
    }
    # A flag of OpenAPI is a number of JSON Schema.
    for bound in ("Minimum", "Maximum"):
        if schema.get(f"exclusive{bound}") is True:
            limit = found.pop(bound.lower(), None)
            if limit is not None:
                found[f"exclusive{bound}"] = limit
    return found


def _types(schema: Mapping[str, Any]) -> list[str]:
    if schema.get(_INT_OR_STRING) is True:
        return ["integer", "string"]
    return [name for name in TYPES if name == schema.get("type")]


def _fields(
    schema: Mapping[str, Any], *, closed: bool, whole: bool
) -> dict[str, Any]:
    found = schema.get("properties")
    fields = {
        name: translated(
            inner, closed=closed and not (whole and name == "metadata")
        )
        for name, inner in (found if isinstance(found, dict) else {}).items()
    }
    return {**_IDENTITY, **fields} if whole else fields


def _alternatives(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """
    What refers to the same value: it allows no fields of its own.
    """
    for key in _EITHER:
        found = schema.get(key)
        said = _INT_OR_STRING in schema and found == _INT_OR_TEXT
        if isinstance(found, list) and found and not said:
            yield key, [translated(inner, closed=False) for inner in found]
    if isinstance(schema.get("not"), dict):
        yield "not", translated(schema["not"], closed=False)


def translated(
    schema: Any, *, closed: bool = True, root: bool = False
) -> dict[str, Any]:
    """
    *schema* as JSON Schema has it. What is no part of a schema is left out:
    the API server refuses the definition.

    Args:
        schema: The schema.

        closed: Whether fields that it does not name are refused.

        root: Whether it is that of the whole object.
    """
    if not isinstance(schema, dict):
        return {}
    embedded = schema.get(_EMBEDDED) is True
    fields = _fields(schema, closed=closed, whole=root or embedded)
    types = _types(schema)
    required = schema.get("required")
    names = required if isinstance(required, list) else []
    found = {
        **_limits(schema),
        **dict(_alternatives(schema)),
        "properties": fields,
        "required": [
            *(("apiVersion", "kind") if embedded else ()),
            *(name for name in names if type(name) is str),
        ],
    }
    if types:
        found["type"] = types
    values = schema.get("enum")
    if isinstance(values, list) and not holds_unknown(values):
        found["enum"] = values
    if _readable(schema.get("pattern")):
        found["pattern"] = schema["pattern"]
    if "items" in schema:
        found["items"] = translated(schema["items"], closed=closed)
    if "additionalProperties" in schema:
        others = schema["additionalProperties"]
        found["additionalProperties"] = translated(others, closed=closed)
    elif closed and types == ["object"] and schema.get(_PRESERVED) is not True:
        found["additionalProperties"] = False

    return found
