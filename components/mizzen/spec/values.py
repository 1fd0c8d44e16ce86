"""
Values that are declared now and known later, and the word for "none at all".
"""

import enum

from typing import Any, Final, Literal

import attrs

from .._fields import typed
from .._validators import Validator, instance_of, matching


class Off(enum.Enum):
    """
    Type of `OFF`.
    """

    OFF = "OFF"

    def __repr__(self) -> str:
        return "OFF"


OFF: Final[Literal[Off.OFF]] = Off.OFF
"""
Removes what a part, a default or an environment has set; `None` inherits it.
"""


def unless_off(validator: Validator) -> Validator:
    """
    *validator*, for values that are neither `OFF` nor `None`.
    """

    def validate(inst: Any, attr: Any, value: Any) -> None:
        if value is not None and not isinstance(value, Off):
            validator(inst, attr, value)

    return validate


_text = instance_of("be text", str)
_boolean = instance_of("be True or False", bool)
# As Pulumi names organizations, projects and stacks.
_stack_name = matching(
    r"[A-Za-z0-9._-]{1,100}(/[A-Za-z0-9._-]{1,100}){0,2}",
    "be the name of a stack, like 'acme/data/prod'",
)


@attrs.frozen(field_transformer=typed)
class FromConfig:
    """
    A value from the stack's configuration.

    Args:
        key:
            Key as in ``pulumi config set KEY``; without a colon it belongs
            to the project.

        secret:
            Whether it is kept from manifests and logs. It then reaches the
            containers through a Secret.

    >>> FromConfig("apiKey", secret=True).describe()
    'config: apiKey'
    """

    key: str = attrs.field(validator=_text)
    secret: bool = attrs.field(default=False, kw_only=True, validator=_boolean)

    def describe(self) -> str:
        """
        Where the value comes from, in place of the value.
        """
        return f"config: {self.key}"


@attrs.frozen(field_transformer=typed)
class FromStack:
    """
    An output of another Pulumi stack.

    Args:
        stack: Full name of the stack, like ``"acme/data/prod"``.

        output: Name of its output.

        secret: Whether it is kept from manifests and logs.

    Raises:
        SpecError: If no stack of Pulumi is called so.

    >>> FromStack("acme/data/prod", "host").describe()
    'stack: acme/data/prod host'
    """

    stack: str = attrs.field(validator=_stack_name)
    output: str = attrs.field(validator=_text)
    secret: bool = attrs.field(default=False, kw_only=True, validator=_boolean)

    def describe(self) -> str:
        """
        Where the value comes from, in place of the value.
        """
        return f"stack: {self.stack} {self.output}"


@attrs.frozen(field_transformer=typed)
class FromProgram:
    """
    A value that the surrounding Pulumi program gives by ``bind=``.

    Args:
        name: Key in the mapping that ``bind=`` takes.

        secret: Whether it is kept from manifests and logs.

    >>> FromProgram("host").describe()
    'program: host'
    """

    name: str = attrs.field(validator=_text)
    secret: bool = attrs.field(default=False, kw_only=True, validator=_boolean)

    def describe(self) -> str:
        """
        Where the value comes from, in place of the value.
        """
        return f"program: {self.name}"


Later = FromConfig | FromStack | FromProgram


@attrs.frozen(eq=False, repr=False, field_transformer=typed)
class Setting:
    """
    One connection setting of a part, like ``db.url``: for `Use.env`.

    Attributes:
        part: The part that is connected to.

        field: Which of its settings, like ``"url"``.
    """

    part: Any
    field: str

    def __repr__(self) -> str:
        return f"<{self.part.name}.{self.field}>"


class Addressed:
    """
    A part that others reach under a name.
    """

    __slots__ = ()

    @property
    def host(self) -> Setting:
        """
        The name under which other parts reach it, for `Use.env`.
        """
        return Setting(self, "host")

    @property
    def url(self) -> Setting:
        """
        The address of its first port with scheme, for `Use.env`.
        """
        return Setting(self, "url")
