"""
Where a project is, and what its ``pyproject.toml`` says of it.
"""

import re
import tomllib

from pathlib import Path
from typing import Any

from .exceptions import SpecError


_USUAL: dict[str, Any] = {
    "apps": [],
    "environments": "infra.environments",
    "clusters": None,
    "stacks": {},
}
_MODULE = r"[^\W\d]\w*(\.[^\W\d]\w*)*"


def find_root(folder: Path) -> Path:
    """
    The nearest folder, from *folder* upwards, whose ``pyproject.toml`` has
    ``[tool.mizzen]``.

    Raises:
        SpecError: If there is none.
    """
    for candidate in (folder, *folder.parents):
        path = candidate / "pyproject.toml"
        if path.is_file() and b"[tool.mizzen]" in path.read_bytes():
            return candidate
    msg = (
        "No pyproject.toml with [tool.mizzen] here or above. Start in the "
        "project's folder."
    )
    raise SpecError(msg)


def _patterns(table: Any) -> dict[str, str]:
    if not isinstance(table, dict) or not all(
        isinstance(name, str) for name in table.values()
    ):
        msg = (
            "[tool.mizzen.stacks] must give patterns the names of stacks "
            f'with files, like \'"pr-*" = "preview"\' (got {table!r}).'
        )
        raise SpecError(msg)
    return table


def _module(value: Any, key: str) -> str:
    if not isinstance(value, str) or not re.fullmatch(_MODULE, value):
        msg = (
            f"[tool.mizzen] {key} must be a module, like "
            f'"infra.{key}" (got {value!r}).'
        )
        raise SpecError(msg)
    return value


def settings(path: Path) -> dict[str, Any]:
    """
    What ``[tool.mizzen]`` in the file *path* says, and the usual where it
    says nothing.

    Raises:
        SpecError: If it is not TOML, or says what nobody can read.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        msg = f"{path.name} is not TOML in UTF-8: {error}."
        raise SpecError(msg) from None

    found = {**_USUAL, **content.get("tool", {}).get("mizzen", {})}
    apps = found["apps"]
    if not isinstance(apps, list) or not all(
        isinstance(app, str) and re.fullmatch(rf"{_MODULE}:\w+", app)
        for app in apps
    ):
        msg = (
            "[tool.mizzen] apps must be a list of modules and the Apps in "
            f'them, like ["infra.app:app"] (got {apps!r}).'
        )
        raise SpecError(msg)
    environments = _module(found["environments"], "environments")
    clusters = found["clusters"]

    return {
        **found,
        "clusters": environments
        if clusters is None
        else _module(clusters, "clusters"),
        "stacks": _patterns(found["stacks"]),
    }
