"""
What of an object does not fit the schema of its kind, in words.
"""

import functools
import re

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ._structural_schemas import (
    LIMITS,
    NUMBER,
    TYPES,
    holds_unknown,
    is_unknown,
    translated,
)
from .exceptions import choices


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
                holds_unknown if key in counting else is_unknown, check
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
        return TYPES["object"]
    return TYPES["array"] if isinstance(value, list) else repr(value)


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
        words = [TYPES[name] for name in rule]
        yield f"{path} must be {' or '.join(words)} {got}"
    elif error.validator == "enum":
        valid = choices(value, map(str, rule))
        yield f"{path} {_given(value)} is unknown; {valid}"
    elif error.validator == "pattern":
        yield f"{path} must match {rule!r} {got}"
    elif error.validator in LIMITS:
        length = repr(value) if type(value) in NUMBER else len(value)
        said = LIMITS[error.validator][1].format(rule)
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
    validator = _judge()(translated(schema, root=True))
    found = {
        words
        for error in validator.iter_errors(body)
        for words in _sentences(error)
    }
    return sorted(found)
