"""
Schemas of CustomResourceDefinitions, and what of an object does not fit.
"""

import functools
import re
import warnings

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from .exceptions import choices
from .spec.texts import Placeholder


_TYPES = {
    "array": "a list",
    "boolean": "True or False",
    "integer": "a whole number",
    "number": "a number",
    "object": "a map",
    "string": "text",
}
_NUMBER = (int, float)
# Limits, what they can be, and what they say.
_LIMITS: dict[str, tuple[tuple[type, ...], str]] = {
    "minimum": (_NUMBER, "be {} or more"),
    "maximum": (_NUMBER, "be {} or less"),
    "exclusiveMinimum": (_NUMBER, "be more than {}"),
    "exclusiveMaximum": (_NUMBER, "be less than {}"),
    "multipleOf": (_NUMBER, "be a multiple of {}"),
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


def _holds_unknown(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_unknown, value.values()))
    if isinstance(value, list):
        return any(map(_holds_unknown, value))
    return isinstance(value, Placeholder)


def _readable(pattern: Any) -> bool:
    """
    Whether *pattern*, which Go understands, means the same to Python.

    >>> _readable("^[a-z]+$"), _readable(r"^\\pL$"), _readable("[[:alpha:]]")
    (True, False, False)
    """
    if not isinstance(pattern, str) or isinstance(pattern, Placeholder):
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
        for key, (classes, _) in _LIMITS.items()
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
    return [name for name in _TYPES if name == schema.get("type")]


def _fields(
    schema: Mapping[str, Any], *, closed: bool, whole: bool
) -> dict[str, Any]:
    found = schema.get("properties")
    fields = {
        name: _translated(
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
            yield key, [_translated(inner, closed=False) for inner in found]
    if isinstance(schema.get("not"), dict):
        yield "not", _translated(schema["not"], closed=False)


def _translated(
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
    if isinstance(values, list) and not _holds_unknown(values):
        found["enum"] = values
    if _readable(schema.get("pattern")):
        found["pattern"] = schema["pattern"]
    if "items" in schema:
        found["items"] = _translated(schema["items"], closed=closed)
    if "additionalProperties" in schema:
        others = schema["additionalProperties"]
        found["additionalProperties"] = _translated(others, closed=closed)
    elif closed and types == ["object"] and schema.get(_PRESERVED) is not True:
        found["additionalProperties"] = False

    return found


def _is_unknown(value: Any) -> bool:
    return isinstance(value, Placeholder)


def _unless(
    unknown: Callable[[Any], bool], check: Callable[..., Any]
) -> Callable[..., Any]:
    """
    *check*, which takes every value that is only known at deployment, and
    `None`, which the API server leaves out where it must not stand.
    """

    def checked(
        validator: Any, rule: Any, value: Any, schema: Any
    ) -> Iterator[Any]:
        if value is not None and not unknown(value):
            yield from check(validator, rule, value, schema)

    return checked


def _pattern(_: Any, rule: str, value: Any, __: Any) -> Iterator[Any]:
    import jsonschema  # noqa: PLC0415 - few apps have custom resources

    # Go's classes are those of ASCII.
    if isinstance(value, str) and not re.search(rule, value, re.ASCII):
        yield jsonschema.ValidationError("")


@functools.cache
def _judge() -> Any:
    from jsonschema import validators  # noqa: PLC0415 - few apps have them

    draft = validators.Draft202012Validator
    checks = {**draft.VALIDATORS, "pattern": _pattern}
    # More may fit than is known.
    counting = ("not", "oneOf")
    extend: Any = validators.extend

    return extend(
        draft,
        {
            key: _unless(
                _holds_unknown if key in counting else _is_unknown, check
            )
            for key, check in checks.items()
        },
    )


def _path(keys: Iterable[str | int]) -> str:
    """
    >>> _path(["spec", "rules", 0, "host"])
    'spec.rules[0].host'
    """
    words = (f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)
    return "".join(words).lstrip(".")


def _given(value: Any) -> str:
    """
    *value* in few words.
    """
    if isinstance(value, dict):
        return _TYPES["object"]
    return _TYPES["array"] if isinstance(value, list) else repr(value)


def _unknown_fields(error: Any, path: str) -> Iterator[str]:
    known = error.schema["properties"]
    for name in error.instance:
        if name not in known:
            yield f"{path} has no field {name!r}; {choices(name, known)}"


def _sentences(error: Any) -> Iterator[str]:
    """
    What *error* says in words of users.
    """
    path = _path(error.absolute_path) or "it"
    rule, value = error.validator_value, error.instance
    got = f"(got {_given(value)})"
    if error.validator == "additionalProperties":
        yield from _unknown_fields(error, path)
    elif error.validator == "required":
        missing = [name for name in rule if name not in value]
        yield from (
            f"{_path((*error.absolute_path, name))} must be given"
            for name in missing
        )
    elif error.validator == "type":
        words = [_TYPES[name] for name in rule]
        yield f"{path} must be {' or '.join(words)} {got}"
    elif error.validator == "enum":
        valid = choices(value, map(str, rule))
        yield f"{path} {_given(value)} is unknown; {valid}"
    elif error.validator == "pattern":
        yield f"{path} must match {rule!r} {got}"
    elif error.validator in _LIMITS:
        length = repr(value) if type(value) in _NUMBER else len(value)
        said = _LIMITS[error.validator][1].format(rule)
        yield f"{path} must {said} (got {length})"
    else:
        yield f"{path} {_of_alternatives(error)}"


def _of_alternatives(error: Any) -> str:
    if error.validator == "not":
        return "is what its definition excludes"
    if not error.context:
        return "fits several alternatives, of which its definition wants one"
    found = {words for inner in error.context for words in _sentences(inner)}

    return f"fits no alternative: {', or '.join(sorted(found))}"


def misfits(body: dict[str, Any], schema: Any) -> list[str]:
    """
    What of an object does not fit the schema of its version, in words.

    Fields that the schema does not name are among them, because the API
    server would leave them out without a word.

    >>> size = {"type": "integer", "maximum": 5}
    >>> spec = {"type": "object", "properties": {"size": size}}
    >>> schema = {"type": "object", "properties": {"spec": spec}}
    >>> misfits({"kind": "Widget", "spec": {"size": 8}}, schema)
    ['spec.size must be 5 or less (got 8)']
    """
    validator = _judge()(_translated(schema, root=True))
    found = {
        words
        for error in validator.iter_errors(body)
        for words in _sentences(error)
    }
    return sorted(found)
