"""
Secrets that stand in objects in plain text.
"""

import base64
import re

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from ._secret_names import (
    argument_secrets,
    assigned_secrets,
    is_secret,
    looking_secret,
    names_secret,
)
from .manifests import CONTENT


_COMMANDS = ("args", "command")
# What Docker keeps by the address of a registry, and how it signs in there.
_PULL_SECRETS = (".dockerconfigjson", ".dockercfg")
_SIGN_IN = re.compile(r'"auth"\s*:\s*"([^"]+)"')
# Begins the description of a value that is known only at deployment.
_LATER = "‹"


@attrs.frozen
class Literal:
    """
    One secret in plain text.

    Attributes:
        place: The field that holds it, or the environment variable.

        text: The secret.

        variable: Whether it is an environment variable.
    """

    place: str
    text: str = attrs.field(repr=False)
    variable: bool = False


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except ValueError:
        return ""


def _named(name: str, value: str) -> list[str]:
    """
    The secrets in what has a name: those that it speaks of, or all of it.
    """
    found = sorted({*assigned_secrets(value)})
    if not found and is_secret(name, value):
        return [value]
    return found


def _of_pair(node: Mapping[str, Any]) -> Iterator[Literal]:
    """
    What has a name and a value, as environment variables have.
    """
    name, value = node.get("name"), node.get("value")
    if isinstance(name, str) and isinstance(value, str):
        for text in _named(name, value):
            yield Literal(f"environment variable {name}", text, variable=True)


def _of_text(text: str, path: str) -> Iterator[Literal]:
    for found in looking_secret(text):
        yield Literal(path, found)


def _of_words(words: list[str], path: str) -> Iterator[Literal]:
    for number, found in argument_secrets(words):
        yield Literal(f"{path}[{number}]", found)


def _of_field(key: str, value: Any, path: str) -> Iterator[Literal]:
    if isinstance(value, str):
        yield from _of_text(value, path)
    elif isinstance(value, Mapping):
        yield from _of_map(value, path)
    elif isinstance(value, list):
        if key in _COMMANDS and all(isinstance(word, str) for word in value):
            yield from _of_words(value, path)
            return
        for number, inner in enumerate(value):
            yield from _of_field("", inner, f"{path}[{number}]")


def _of_map(node: Mapping[str, Any], path: str = "") -> Iterator[Literal]:
    pairs = [*_of_pair(node)]
    yield from pairs
    for key, value in node.items():
        if not (pairs and key == "value"):
            below = f"{path}.{key}" if path else key
            yield from _of_field(key, value, below)


def _of_settings(content: Mapping[str, Any], field: str) -> Iterator[Literal]:
    """
    The secrets in what a ConfigMap holds: values, or whole files.
    """
    for key, text in content.items():
        for secret in _named(key, text) if isinstance(text, str) else ():
            yield Literal(f"{field}.{key}", secret)


def _of_content(content: Mapping[str, Any], field: str) -> Iterator[Literal]:
    """
    The secrets in a Secret that stand in the program, as a value or in a
    file: what is known only at deployment does not.
    """
    for key, value in content.items():
        if not isinstance(value, str):
            continue
        text = _decoded(value) if field == "data" else value
        found = [text] if is_secret(key, text) else []
        found.extend(assigned_secrets(text))
        if key in _PULL_SECRETS:
            found.extend(_SIGN_IN.findall(text))
        for secret in dict.fromkeys(found):
            if _LATER not in secret:
                yield Literal(f"{field}.{key}", secret)


def _of_value(key: str, value: Any, path: str) -> Iterator[Literal]:
    if isinstance(value, Mapping):
        yield from literals_of_values(value, path)
    elif isinstance(value, (list, tuple)):
        if key in _COMMANDS and all(isinstance(word, str) for word in value):
            yield from _of_words([*value], path)
            return
        for number, inner in enumerate(value):
            yield from _of_value(key, inner, f"{path}[{number}]")
    elif value is not None and not names_secret(key):
        for secret in _named(key, str(value)):
            yield Literal(path, secret)


def literals_of_values(
    values: Mapping[str, Any], path: str = "values"
) -> Iterator[Literal]:
    """
    Each secret that stands among the values of a chart in plain text.

    >>> found = literals_of_values({"auth": {"password": "hunter2"}})
    >>> [literal.place for literal in found]
    ['values.auth.password']
    """
    pairs = [*_of_pair(values)]
    yield from pairs
    for key, value in values.items():
        if not (pairs and key == "value"):
            yield from _of_value(key, value, f"{path}.{key}")


def literals(body: Mapping[str, Any]) -> Iterator[Literal]:
    """
    Each secret that stands in an object in plain text.

    >>> variables = [{"name": "DB_PASSWORD", "value": "hunter2"}]
    >>> [literal.place for literal in literals({"env": variables})]
    ['environment variable DB_PASSWORD']
    """
    judges = {"ConfigMap": _of_settings, "Secret": _of_content}
    judge = judges.get(str(body.get("kind")))
    for field in CONTENT if judge else ():
        content = body.get(field)
        if judge and isinstance(content, Mapping):
            yield from judge(content, field)
    told = {
        key: value
        for key, value in body.items()
        if not (judge and key in CONTENT)
    }
    yield from _of_map(told)
