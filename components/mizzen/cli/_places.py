"""
Where in the files of a project something was written.
"""

import ast

from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs


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


def _modules(root: Path) -> Iterator[tuple[str, ast.Module]]:
    """
    The project's own Python files, without those of virtual environments.
    """
    for path in sorted(root.rglob("*.py")):
        inside = path.relative_to(root)
        if any(part.startswith(".") for part in inside.parts) or (
            "site-packages" in inside.parts or "node_modules" in inside.parts
        ):
            continue
        try:
            yield str(inside), ast.parse(path.read_text(encoding="utf-8"))
        except (SyntaxError, UnicodeDecodeError):
            continue


def _called(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _first(call: ast.Call) -> object:
    first = call.args[0] if call.args else None
    return first.value if isinstance(first, ast.Constant) else None


def _keyword(call: ast.Call, name: str) -> ast.keyword | None:
    return next((word for word in call.keywords if word.arg == name), None)


class Places:
    """
    Where parts, overrides and environments of a project are written.

    Args:
        root: Folder of the project.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._calls: list[tuple[str, ast.Call]] = []
        self._names: dict[str, str] = {}
        for file, module in _modules(root):
            for node in ast.walk(module):
                if isinstance(node, ast.Call):
                    self._calls.append((file, node))
                elif isinstance(node, ast.Assign):
                    self._remember(node)

    def _remember(self, node: ast.Assign) -> None:
        """
        The variable that a part is kept in.
        """
        name = _first(node.value) if isinstance(node.value, ast.Call) else None
        for target in node.targets:
            if isinstance(target, ast.Name) and isinstance(name, str):
                self._names[target.id] = name

    def _found(
        self, calls: Iterable[tuple[str, ast.Call]], field: str
    ) -> Place | None:
        """
        The line of a keyword, or of the call that could have it.
        """
        whole = None
        for file, call in calls:
            keyword = _keyword(call, field)
            if keyword is not None:
                return Place(file, keyword.value.lineno)
            whole = whole or Place(file, call.lineno)
        return whole

    def constructor(self, kind: str, name: str, field: str) -> Place | None:
        """
        Where *field* of a part or an environment is written.
        """
        return self._found(
            (
                (file, call)
                for file, call in self._calls
                if _called(call) == kind and _first(call) == name
            ),
            field,
        )

    def override(self, name: str, field: str) -> Place | None:
        """
        Where *field* of a part is overridden.
        """
        for file, call in self._calls:
            keyword = _keyword(call, field)
            if (
                _called(call) == "override"
                and keyword is not None
                and isinstance(call.func, ast.Attribute)
                and self._part(call.func.value) == name
            ):
                return Place(file, keyword.value.lineno)
        return None

    def address(self, path: Path, field: str) -> Place | None:
        """
        Where *field* of a stack is written in its file, which is at *path*.
        """
        first, *words = field.split("_")
        key = f"{first}{''.join(word.title() for word in words)}:"
        lines = path.read_text().splitlines() if path.is_file() else ()
        for number, line in enumerate(lines, 1):
            if f":{key}" in line or line.strip().startswith(key):
                return Place(str(path.relative_to(self._root)), number)
        return None

    def _part(self, node: ast.expr) -> str | None:
        """
        Name of the part that an expression stands for.
        """
        if isinstance(node, ast.Name):
            return self._names.get(node.id)
        if isinstance(node, ast.Attribute):
            return self._names.get(node.attr)
        if isinstance(node, ast.Subscript):
            key = node.slice
            return str(key.value) if isinstance(key, ast.Constant) else None
        return None
