"""
Writes ``docs/reference.md`` from the docstrings of what is public and from
the help of the command: ``python -m tools.reference``.
"""

import re

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import griffe

from griffe import DocstringSectionKind as Kind

from mizzen.cli import main as command


ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference.md"

_HEAD = """\
# Reference

This page is made from the docstrings of the code by `python -m tools.reference`; the [guide](guide.md) tells what to use when.

Arguments that are written with `=` are given by keyword, the others by position.
Where the type is a `tuple`, any iterable is accepted and becomes one.
`None` leaves the decision to the environment, [`OFF`](#off) removes what it has decided.
"""
_WIDTH = 80

# A module, class, function or attribute. Aliases stand in for each of them.
Thing = Any


class Aliases:
    """
    Types that have names within the package alone.
    """

    def __init__(self, package: Thing) -> None:
        self._package = package

    def spelt_out(self, annotation: str | griffe.Expr | None) -> str:
        """
        *annotation* as code, with all such names replaced.
        """
        if annotation is None:
            return ""
        if isinstance(annotation, str):
            return annotation.strip("\"'")
        return "".join(
            self.spelt_out(self._value(word)) or self.spelt_out(str(word))
            for word in annotation.iterate(flat=True)
        )

    def _value(self, word: str | griffe.Expr) -> str | griffe.Expr | None:
        if not isinstance(word, griffe.ExprName):
            return None
        path = word.canonical_path.removeprefix("mizzen.")
        try:
            value = getattr(self._package[path], "value", None)
        except KeyError:
            return None
        bound = _keywords(value).get("bound")
        is_type = isinstance(value, griffe.ExprBinOp | griffe.ExprSubscript)

        return bound or (value if is_type else None)


def _keywords(call: object) -> dict[str, str]:
    arguments = call.arguments if isinstance(call, griffe.ExprCall) else ()
    return {
        argument.name: str(argument.value)
        for argument in arguments
        if isinstance(argument, griffe.ExprKeyword)
    }


def _default(field: Thing) -> str:
    """
    What attrs takes where nothing is given.
    """
    if not isinstance(field.value, griffe.ExprCall):
        return "" if field.value is None else str(field.value)
    given = _keywords(field.value)
    factory = given.get("factory")
    if factory:
        return "{}" if factory == "dict" else f"{factory}()"

    return given.get("default", "")


def _field(owner: Thing, name: str) -> tuple[str, str, Any]:
    """
    An argument that attrs makes of a field: how it is written, its default
    and its type.
    """
    field = owner.all_members[name]
    everywhere = any(
        _keywords(decorator.value).get("kw_only") == "True"
        for decorator in owner.decorators
    )
    given = _keywords(field.value).get("kw_only", str(everywhere))
    written = f"{name}=" if given == "True" else name

    return written, _default(field), field.annotation


def _parameter(owner: Thing, name: str) -> tuple[str, str, Any]:
    """
    The same of a function's parameter.
    """
    found = owner.parameters[name]
    keyword = found.kind is griffe.ParameterKind.keyword_only
    default = "" if found.default is None else str(found.default)

    return f"{name}=" if keyword else name, default, found.annotation


def _signature(function: Thing) -> str:
    stars = {
        griffe.ParameterKind.var_positional: "*",
        griffe.ParameterKind.var_keyword: "**",
    }
    words = []
    for found in function.parameters:
        if found.name in ("self", "cls"):
            continue
        if found.kind is griffe.ParameterKind.keyword_only:
            words.append(f"{found.name}=")
        else:
            words.append(f"{stars.get(found.kind, '')}{found.name}")

    return ", ".join(words)


class Page:
    """
    Markdown, in which the names of what is documented are links.

    Args:
        names: What has a heading, in the order of the headings.

        aliases: How types are written.
    """

    def __init__(self, names: Iterable[str], aliases: Aliases) -> None:
        self._aliases = aliases
        self._blocks = [_HEAD]
        self._anchors: dict[str, str] = {}
        for name in names:
            # Headings that differ in case alone are numbered.
            anchor = name.lower()
            taken = anchor in self._anchors.values()
            self._anchors[name] = f"{anchor}-1" if taken else anchor

    def __str__(self) -> str:
        return "\n".join(self._blocks)

    def add(self, block: str) -> None:
        """
        Append lines as they are, and an empty one.
        """
        self._blocks.append(f"{block}\n")

    def index(self) -> None:
        """
        Append links to all headings.
        """
        self.add(", ".join(self._link(f"`{name}`") for name in self._anchors))

    def document(self, thing: Thing) -> None:
        """
        Append the docstring of *thing*.
        """
        if thing.docstring is None:
            return
        for section in thing.docstring.parse("google", warnings=False):
            if section.kind is Kind.text:
                self._paragraphs(section.value)
            elif section.kind is Kind.parameters:
                self._arguments(thing, section.value)
            elif section.kind is Kind.attributes:
                self.attributes(
                    (thing.all_members.get(item.name), item.description)
                    for item in section.value
                )
            elif section.kind is Kind.raises:
                for item in section.value:
                    error = self._link(f"`{item.annotation}`")
                    self.add(f"Raises {error}: {self._line(item.description)}")

    def attributes(self, found: Iterable[tuple[Thing, str]]) -> None:
        """
        Append a table of attributes.
        """
        self._table(
            ("Attribute", "Type", "Meaning"),
            [
                (
                    _code(attribute.name),
                    self._type(attribute.annotation),
                    self._line(text),
                )
                for attribute, text in found
            ],
        )

    def _arguments(
        self, owner: Thing, items: Iterable[griffe.DocstringParameter]
    ) -> None:
        read = _field if owner.is_class else _parameter
        rows = []
        for item in items:
            written, default, annotation = read(owner, item.name)
            rows.append(
                (
                    _code(written),
                    self._type(annotation),
                    _code(default) or "required",
                    self._line(item.description),
                )
            )
        self._table(("Argument", "Type", "Default", "Meaning"), rows)

    def _table(
        self, columns: Sequence[str], rows: Sequence[Sequence[str]]
    ) -> None:
        if not rows:
            return
        lines = [
            "| {} |".format(
                " | ".join(cell.replace("|", r"\|") or "–" for cell in row)
            )
            for row in (columns, *rows)
        ]
        lines.insert(1, "|---" * len(columns) + "|")
        self.add("\n".join(lines))

    def _paragraphs(self, text: str) -> None:
        for paragraph in text.split("\n\n"):
            if paragraph.startswith(">>>"):
                self.add(f"```pycon\n{paragraph}\n```")
            else:
                self.add(self._line(paragraph))

    def _line(self, text: str) -> str:
        """
        reStructuredText as one line of Markdown.
        """
        line = " ".join(text.split()).replace("``", "\0")
        line = re.sub("`[^`]+`", lambda found: self._link(found[0]), line)

        return line.replace("\0", "`")

    def _link(self, name: str) -> str:
        plain = name.strip("`").removeprefix("mizzen.")
        anchor = self._anchors.get(plain.partition(".")[0])

        return f"[`{plain}`](#{anchor})" if anchor else f"`{plain}`"

    def _type(self, annotation: str | griffe.Expr | None) -> str:
        return _code(self._aliases.spelt_out(annotation))


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _described(owner: Thing) -> Iterator[Thing]:
    """
    Public members of *owner* that have docstrings of their own.
    """
    for member in owner.all_members.values():
        special = member.name in ("__init__", "__getitem__")
        if member.docstring and (special or not member.name.startswith("_")):
            yield member


def _add_class(page: Page, owner: Thing) -> None:
    """
    A class with what its users construct, read and call.
    """
    page.document(owner)
    members = list(_described(owner))
    page.attributes(
        (member, member.docstring.value)
        for member in members
        if member.is_attribute
    )
    for member in members:
        if member.is_attribute:
            continue
        path = f"{owner.name}.{member.name}({_signature(member)})"
        if member.name == "__init__":
            path = f"{owner.name}({_signature(member)})"
        elif member.name == "__getitem__":
            path = f"{owner.name}[{_signature(member)}]"
        page.add(f"#### `{path}`")
        page.document(member)


def _add_help(page: Page, found: click.Command, path: str) -> None:
    context = click.Context(found, info_name=path, terminal_width=_WIDTH)
    page.add(f"```text\n$ {path} --help\n{found.get_help(context)}\n```")
    if isinstance(found, click.Group):
        for name in found.list_commands(context):
            below = found.get_command(context, name)
            if below is not None:
                _add_help(page, below, f"{path} {name}")


def _public(module: Thing) -> dict[str, Thing]:
    """
    What *module* exports, in the order in which it says so.
    """
    found = {}
    for name in map(str, module.exports):
        thing = module[name]
        # The function `graph` hides the module of the same name.
        alias = thing[name] if thing.is_module else thing
        found[name] = alias.final_target if alias.is_alias else alias

    return found


def reference() -> str:
    """
    The whole page.
    """
    package: Thing = griffe.load(
        "mizzen", search_paths=[ROOT / "components"], resolve_aliases=True
    )
    modules = [package, package["pulumi"]]
    public = [_public(module) for module in modules]
    page = Page([name for found in public for name in found], Aliases(package))
    page.index()
    for module, found in zip(modules, public, strict=True):
        page.add(f"\n## `{module.path}`")
        page.document(module)
        for name, thing in found.items():
            page.add(f"### `{name}`")
            if thing.is_class:
                _add_class(page, thing)
            else:
                if thing.is_function:
                    page.add(f"`{name}({_signature(thing)})`")
                page.document(thing)
    page.add("\n## The command")
    page.add("[The command](command.md) has a page of its own.")
    _add_help(page, command, "mizzen")

    return str(page)


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
