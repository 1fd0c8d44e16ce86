"""
A field takes what its annotation says, or says itself what it takes.
"""

import enum
import functools
import types
import typing

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import attrs

from ._unwritable import unwritable
from ._validators import Validator, describe
from .exceptions import SpecError


_Test = Callable[[Any], bool]
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
    origin: Any = typing.get_origin(member)
    if origin is typing.Literal:
        return ", ".join(repr(value) for value in typing.get_args(member))
    if isinstance(origin, type):
        if origin is Callable:
            return "a function"
        if issubclass(origin, Mapping):
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


def _holds(annotation: Any, value: Any) -> bool:
    """
    Whether a mapping holds what its annotation says.
    """
    if typing.get_origin(annotation) is not Mapping:
        return True
    of_keys, of_values = map(_test, typing.get_args(annotation))

    return all(map(of_keys, value)) and all(map(of_values, value.values()))


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
    if isinstance(value, enum.Enum):
        return repr(value)
    if not isinstance(value, tuple):
        return type(value).__name__
    kinds = dict.fromkeys(type(item).__name__ for item in value)

    return f"a list of {', '.join(kinds)}"


def _refuse(
    inst: Any, attr: "attrs.Attribute[Any]", value: object
) -> NoReturn:
    annotation: Any = attr.type
    expected = _words(annotation)
    if expected == "a mapping" and isinstance(value, Mapping):
        keys, values = map(_words, typing.get_args(annotation))
        expected = f"a mapping of {keys} to {values}"
    # The value itself may be a secret in the wrong place.
    msg = (
        f"{describe(inst)}: {attr.name} must be {expected} "
        f"(got {_kind(value)})."
    )
    raise SpecError(msg)


@attrs.frozen(eq=False)
class _Guard:
    """
    A validator that finds values of other types too, and those that cannot
    be written.
    """

    inner: Validator | None

    def __call__(
        self, inst: Any, attr: "attrs.Attribute[Any]", value: Any
    ) -> None:
        if attr.alias != attr.name:
            # The name that users give it.
            attr = attr.evolve(name=attr.alias)
        flaw = None
        try:
            flaw = unwritable(value)
            if self.inner is not None:
                self.inner(inst, attr, value)
            annotation: Any = attr.type
            taken = _test(annotation)(value) and (
                self.inner is not None or _holds(annotation, value)
            )
        except SpecError:
            raise
        except Exception:  # noqa: BLE001 - values may bring code of their own
            taken = False
        if flaw is not None:
            msg = f"{describe(inst)}: {attr.name}{flaw}."
            raise SpecError(msg)
        if not taken:
            _refuse(inst, attr, value)


def _copied(value: Any) -> Any:
    """
    *value* without the mappings and lists of somebody who may change them.
    """
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(_copied, value))
    return value


def _converter(field: "attrs.Attribute[Any]") -> Any:
    inner: Any = field.converter
    if inner is None:
        annotation: Any = field.type
        if not _words(annotation).startswith("a mapping"):
            return None
        inner = _copied

    def guarded(value: Any, inst: Any, attr: "attrs.Attribute[Any]") -> Any:
        try:
            return inner(value)
        except SpecError as error:
            msg = f"{describe(inst)}: {attr.name}: {error}"
            raise SpecError(msg) from None
        except RecursionError:
            # Its validator says what is wrong.
            return value
        except Exception:  # noqa: BLE001 - values may bring code of their own
            _refuse(inst, attr, value)

    return attrs.Converter(guarded, takes_self=True, takes_field=True)


def default_of(field: Any) -> Any:
    """
    The default of a field; `attrs.NOTHING` if it has none.
    """
    made = isinstance(field.default, attrs.Factory)  # type: ignore[arg-type]
    return field.default.factory() if made else field.default


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
            converter=_converter(field),
        )
        for field in fields
    ]
