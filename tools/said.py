"""
Which arguments lines of Python say.
"""

import ast
import inspect

from collections.abc import Iterator, Mapping
from typing import Any


def argument(cls: type, name: str) -> str:
    """
    An argument, by the class that brings it: what all kinds of parts have
    in common has to be said of one of them.

    >>> from mizzen import Worker
    >>> argument(Worker, "replicas"), argument(Worker, "health")
    ('Replicated.replicas', 'Worker.health')
    """
    owners = [
        each for each in cls.__mro__ if name in inspect.get_annotations(each)
    ]
    return f"{(owners or [cls])[-1].__name__}.{name}"


def arguments(cls: type) -> set[str]:
    """
    All arguments of *cls*.
    """
    return {argument(cls, name) for name in inspect.signature(cls).parameters}


def _class(call: ast.Call, words: Mapping[str, Any]) -> Any:
    """
    What is made, or what is overridden.
    """
    called = call.func
    if isinstance(called, ast.Name):
        return words[called.id]
    if isinstance(called, ast.Attribute) and called.attr == "override":
        return type(words[ast.unparse(called.value)])
    return None


def said(line: str, words: Mapping[str, Any]) -> Iterator[str]:
    """
    The arguments that a *line* about *words* gives a value.
    """
    for node in ast.walk(ast.parse(line)):
        cls = _class(node, words) if isinstance(node, ast.Call) else None
        if cls is not None:
            given = inspect.signature(cls).bind_partial(
                *node.args, **{each.arg: each for each in node.keywords}
            )
            yield from (argument(cls, name) for name in given.arguments)
