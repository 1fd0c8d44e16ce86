"""
A field takes what its annotation says, or says itself what it takes.
"""

import collections.abc
import enum
import functools
import types
import typing

from collections.abc import Callable
from typing import Any, NoReturn

import attrs

from ._validators import Validator, describe
from .exceptions import SpecError


_Test = Callable[[Any], bool]
# What goes wrong in code that expects a value of another type.
_MISTAKEN = (AttributeError, KeyError, IndexError, TypeError, ValueError)
_WORDS = {
    str: "text",
    bytes: "bytes",
    int: "a whole number",
    bool: "True or False",
    types.NoneType: "None",
}


def _members(annotation: Any) -> tuple[Any, ...]:
    """
    What a union consists of; one annotation for anything else.
    """
    if isinstance(annotation, types.UnionType) or (
        typing.get_origin(annotation) is typing.Union
    ):
        return typing.get_args(annotation)
    return (annotation,)


@functools.cache
def _words(annotation: Any) -> str:
    """
    What a field takes, in the words of its user.
    """
    found = [_word(member) for member in _members(annotation)]
    *others, last = dict.fromkeys(found)

    return f"{', '.join(others)} or {last}" if others else last


def _word(member: Any) -> str:
    origin = typing.get_origin(member)
    if origin is typing.Literal:
        return ", ".join(repr(value) for value in typing.get_args(member))
    if isinstance(origin, type):
        if issubclass(origin, collections.abc.Mapping):
            return "a mapping"
        return f"a list of {_words(typing.get_args(member)[0])}"

    if isinstance(member, enum.EnumType):
        return ", ".join(value.name for value in member)  # type: ignore[var-annotated]

    return str(_WORDS.get(member) or getattr(member, "__name__", member))


@functools.cache
def _test(annotation: Any) -> _Test:
    """
    Whether a value is what an annotation says, as far as that can be told.
    """
    tests = [_test_of_one(member) for member in _members(annotation)]

    return tests[0] if len(tests) == 1 else lambda v: any(t(v) for t in tests)


def _test_of_one(member: Any) -> _Test:
    origin, arguments = typing.get_origin(member), typing.get_args(member)
    if origin is typing.Literal:
        return lambda value: value in arguments
    if origin is tuple and arguments[1:] == (...,):
        inner = _test(arguments[0])
        return lambda value: type(value) is tuple and all(map(inner, value))
    if isinstance(origin, type):
        return lambda value: isinstance(value, origin)
    if member is int:
        return lambda value: type(value) is int
    if isinstance(member, type) and member is not Any:
        return lambda value: isinstance(value, member)

    return lambda _: True


def _kind(value: object) -> str:
    if not isinstance(value, tuple):
        return type(value).__name__
    kinds = dict.fromkeys(type(item).__name__ for item in value)

    return f"a list of {', '.join(kinds)}"


def _refuse(
    inst: Any, attr: "attrs.Attribute[Any]", value: object
) -> NoReturn:
    annotation: Any = attr.type
    # The value itself may be a secret in the wrong place.
    msg = (
        f"{describe(inst)}: {attr.name} must be {_words(annotation)} "
        f"(got {_kind(value)})."
    )
    raise SpecError(msg)


@attrs.frozen(eq=False)
class _Guard:
    """
    A validator that finds values of other types too.
    """

    inner: Validator | None

    def __call__(
        self, inst: Any, attr: "attrs.Attribute[Any]", value: Any
    ) -> None:
        if attr.alias != attr.name:
            # The name that users give it.
            attr = attr.evolve(name=attr.alias)
        try:
            if self.inner is not None:
                self.inner(inst, attr, value)
        except SpecError:
            raise
        except _MISTAKEN:
            _refuse(inst, attr, value)
        annotation: Any = attr.type
        if not _test(annotation)(value):
            _refuse(inst, attr, value)


def _converter(inner: Any) -> Any:
    if inner is None:
        return None

    def guarded(value: Any, inst: Any, attr: "attrs.Attribute[Any]") -> Any:
        try:
            return inner(value)
        except SpecError as error:
            msg = f"{describe(inst)}: {attr.name}: {error}"
            raise SpecError(msg) from None
        except _MISTAKEN:
            _refuse(inst, attr, value)

    return attrs.Converter(guarded, takes_self=True, takes_field=True)


def typed(
    cls: type, fields: list["attrs.Attribute[Any]"]
) -> list["attrs.Attribute[Any]"]:
    """
    For ``attrs.frozen(field_transformer=…)``: whatever is handed to a field,
    it is taken or there is a `SpecError` that names the field.
    """
    return [
        field
        if isinstance(field.validator, _Guard)
        else field.evolve(
            validator=_Guard(field.validator),
            converter=_converter(field.converter),
        )
        for field in fields
    ]
