"""
Where in the files of a project something was written.
"""

import ast
import sys

from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs


_MIZZEN = Path(__file__).parents[1]


@attrs.frozen
class Place:
    """
    A line of a file.

    Attributes:
        file: Path below the project's folder.

        line: Number of the line, from one.
    """

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def loaded_files(root: Path) -> tuple[Path, ...]:
    """
    The Python files below *root* that have been imported, without those of
    libraries: what describes the app, and not what tests it.
    """
    files = [
        Path(file)
        for module in list(sys.modules.values())
        if (file := getattr(module, "__file__", None))
    ]
    return tuple(
        sorted(
            file
            for file in files
            if file.suffix == ".py"
            and file.is_relative_to(root)
            and not file.is_relative_to(_MIZZEN)
            and "site-packages" not in file.parts
        )
    )


def _called(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _keyword(call: ast.Call, name: str) -> ast.keyword | None:
    return next((word for word in call.keywords if word.arg == name), None)


def _first(call: ast.Call) -> object:
    """
    The name that something is made with.
    """
    keyword = _keyword(call, "name")
    first = call.args[0] if call.args else keyword and keyword.value

    return first.value if isinstance(first, ast.Constant) else None


def _within(node: ast.AST) -> Iterator[ast.Call]:
    return (each for each in ast.walk(node) if isinstance(each, ast.Call))


def _variable(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else None


def _line(value: ast.expr, key: str | None) -> int:
    """
    The line of a value, or of the entry *key* within it.
    """
    for each in value.keys if isinstance(value, ast.Dict) else ():
        if isinstance(each, ast.Constant) and str(each.value) == key:
            return each.lineno
    return value.lineno


class Places:
    """
    Where parts, overrides and environments of a project are written.

    Args:
        root: Folder of the project.

        files: Python files below it that describe the app.
    """

    def __init__(self, root: Path, files: Iterable[Path]) -> None:
        self._root = root
        self._calls: list[tuple[str, ast.Call]] = []
        self._names: dict[str, str] = {}
        self._made: dict[str, Place] = {}
        for file in files:
            inside = str(file.relative_to(root))
            for node in ast.walk(ast.parse(file.read_bytes())):
                if isinstance(node, ast.Call):
                    self._calls.append((inside, node))
                elif isinstance(node, ast.Assign):
                    self._remember(inside, node.targets, node.value)
                elif isinstance(node, ast.AnnAssign):
                    self._remember(inside, [node.target], node.value)

    def _remember(
        self, file: str, targets: list[ast.expr], value: ast.expr | None
    ) -> None:
        """
        The variable that a part or an environment is kept in.
        """
        name = _first(value) if isinstance(value, ast.Call) else None
        for target in targets:
            if isinstance(target, ast.Name) and isinstance(name, str):
                self._names[target.id] = name
                self._made.setdefault(name, Place(file, target.lineno))

    def constructor(
        self, kind: str, name: str, field: str, key: str | None = None
    ) -> Place | None:
        """
        Where *field* of something that is called *name* is written; of maps
        the entry *key*.
        """
        for file, call in self._calls:
            if _called(call) == kind and _first(call) == name:
                keyword = _keyword(call, field)
                found = _line(keyword.value, key) if keyword else call.lineno
                return Place(file, found)
        # A function of the project's own makes it.
        return self._made.get(name)

    def _environments(
        self, name: str | None
    ) -> Iterator[tuple[str, ast.Call]]:
        """
        The calls that make an environment: its own, and those that make the
        ones that it derives from.
        """
        for file, call in self._calls:
            called = _called(call)
            if called in ("Environment", "derive") and _first(call) == name:
                yield file, call
                if called == "derive" and isinstance(call.func, ast.Attribute):
                    base = _variable(call.func.value)
                    yield from self._environments(self._names.get(base or ""))
                return

    def environment(self, name: str, field: str) -> Place | None:
        """
        Where *field* of an environment is written.
        """
        for file, call in self._environments(name):
            if keyword := _keyword(call, field):
                return Place(file, keyword.value.lineno)
        return None

    def defaults(
        self, environment: str, field: str, key: str | None = None
    ) -> Place | None:
        """
        Where the default *field* of an environment is written.
        """
        for file, call in self._environments(environment):
            for inner in _within(call):
                keyword = _keyword(inner, field)
                if keyword and _called(inner) == "Defaults":
                    return Place(file, _line(keyword.value, key))
        return self.environment(environment, "defaults")

    def override(
        self, environment: str, name: str, field: str, key: str | None = None
    ) -> Place | None:
        """
        Where *field* of a part is overridden.
        """
        made = [
            (file, inner)
            for file, call in self._environments(environment)
            # Of two that say the same, the later one decides.
            for inner in reversed([*_within(call)])
        ]
        for file, call in (*made, *self._calls):
            keyword = _keyword(call, field)
            if (
                keyword
                and _called(call) == "override"
                and isinstance(call.func, ast.Attribute)
                and self._part(call.func.value) == name
            ):
                return Place(file, _line(keyword.value, key))
        return None

    def address(self, path: Path, field: str) -> Place | None:
        """
        Where *field* of a stack is written in its file, which is at *path*.
        """
        first, *words = field.split("_")
        key = f"{first}{''.join(word.title() for word in words)}:"
        lines = (
            path.read_text(encoding="utf-8").splitlines()
            if path.is_file()
            else ()
        )
        if lines and field == "name":
            return Place(str(path.relative_to(self._root)), 1)
        for number, line in enumerate(lines, 1):
            if f":{key}" in line or line.strip().startswith(key):
                return Place(str(path.relative_to(self._root)), number)
        return None

    def _part(self, node: ast.expr) -> str | None:
        """
        Name of the part that an expression stands for.
        """
        if isinstance(node, ast.Subscript):
            key = node.slice
            return str(key.value) if isinstance(key, ast.Constant) else None
        return self._names.get(_variable(node) or "")
