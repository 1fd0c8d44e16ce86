"""
Files of the project, and texts with gaps, as configuration of containers.
"""

import string

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from .._fields import typed
from .._validators import inside_project, refuse
from ..exceptions import SpecError, choices
from .values import Later, Setting


TemplateValue = str | Later | Setting


@attrs.frozen(field_transformer=typed)
class File:
    """
    A file of the project, as a file or a variable of the container.

    Args:
        path: Path of the file, relative to the project.

    Raises:
        SpecError: If the path leaves the project.

    >>> File("config/app.toml").path
    'config/app.toml'
    """

    path: str = attrs.field(validator=inside_project("config/app.toml"))


@attrs.frozen(field_transformer=typed)
class Directory:
    """
    All files below a folder of the project, each as a file of the
    container. Files that are given by their own paths go before them, and
    what Python has compiled is left out.

    Args:
        path: Path of the folder, relative to the project.

    Raises:
        SpecError: If the path leaves the project.

    >>> Directory("config").path
    'config'
    """

    path: str = attrs.field(validator=inside_project("config"))


def _template_values(inst: Any, attr: Any, value: Mapping[str, Any]) -> None:
    for name, given in value.items():
        if not isinstance(given, (str, Later, Setting)):
            # The value itself may be a secret in the wrong type.
            rule = "be text, a later value or a setting, like db.host"
            refuse(inst, f"value {name}", rule, type(given).__name__)


def template_pieces(text: str) -> Iterator[tuple[str, str | None]]:
    """
    Each piece of plain text in *text* and the name in the gap after it.

    Raises:
        ValueError: If it is no template, with the reason.
    """
    for literal, name, specification, conversion in string.Formatter().parse(
        text
    ):
        if name is not None and (
            not name.isidentifier() or specification or conversion
        ):
            reason = f"{{{name}}} is not a plain name"
            raise ValueError(reason)
        yield literal, name


def _template_text(inst: Any, attr: Any, value: Any) -> None:
    if not isinstance(value, str):
        refuse(inst, attr.name, "be text", type(value).__name__)
    try:
        names = {name for _, name in template_pieces(value) if name}
    except ValueError as error:
        msg = (
            f"Template: text must have names in single braces, like {{host}}, "
            f"and double all others, like {{{{ and }}}} ({error})."
        )
        raise SpecError(msg) from None
    for name in sorted(names.symmetric_difference(inst.values)):
        if name in names:
            msg = (
                f"Template: {{{name}}} has no value; "
                f"{choices(name, inst.values)}. Pass {name}=…."
            )
        else:
            msg = (
                f"Template: value {name!r} stands nowhere in the text; "
                f"{choices(name, names)}."
            )
        raise SpecError(msg)


@attrs.frozen(init=False, eq=False, repr=False, field_transformer=typed)
class Template:
    """
    Text with gaps: ``{host}`` stands for the value of *host*, ``{{`` and
    ``}}`` for single braces.

    If any value is secret, the whole text is kept in a Secret.

    Args:
        text: The text.

        values:
            What the gaps hold, by name: text, later values, or settings of
            used parts, like ``db.password``.

    Raises:
        SpecError: If a gap has no value, or a value no gap.

    >>> Template("host = {host}", host="db.example.com")
    <Template of host>
    """

    # The first field would stand in messages.
    values: Mapping[str, TemplateValue] = attrs.field(
        validator=_template_values
    )
    text: str = attrs.field(validator=_template_text)

    def __init__(self, text: str, /, **values: TemplateValue) -> None:
        self.__attrs_init__(values, text)  # type: ignore[attr-defined,unused-ignore]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]

    def __repr__(self) -> str:
        return f"<Template of {', '.join(self.values)}>"


@attrs.frozen(init=False, eq=False, repr=False, field_transformer=typed)
class TemplateFile:
    """
    A file of the project that is a `Template`.

    Args:
        path: Path of the file, relative to the project.

        values: What its gaps hold, by name; see `Template`.

    Raises:
        SpecError: If the path leaves the project.

    >>> TemplateFile("config/app.toml", host="db.example.com")
    <TemplateFile config/app.toml of host>
    """

    path: str = attrs.field(validator=inside_project("config/app.toml"))
    values: Mapping[str, TemplateValue] = attrs.field(
        validator=_template_values
    )

    def __init__(self, path: str, /, **values: TemplateValue) -> None:
        self.__attrs_init__(path, values)  # type: ignore[attr-defined,unused-ignore]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]

    def __repr__(self) -> str:
        return f"<TemplateFile {self.path} of {', '.join(self.values)}>"


def settings_in(value: Any) -> Iterator[Setting]:
    """
    Settings of other parts that *value* refers to.
    """
    if isinstance(value, Setting):
        yield value
    elif isinstance(value, (Template, TemplateFile)):
        for inner in value.values.values():
            yield from settings_in(inner)


def later_in(value: Any) -> Iterator[Later]:
    """
    Later values that *value* consists of.
    """
    if isinstance(value, Later):
        yield value
    elif isinstance(value, (Template, TemplateFile)):
        for inner in value.values.values():
            yield from later_in(inner)
