"""
Edits of a stack's file that leave all else in it as it is.
"""

import os
import tempfile

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from .exceptions import SpecError


_NEVER = 2**20


def _composed(text: str, name: str) -> Any:
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        msg = f"{name} is not YAML: {reason}."
        raise SpecError(msg) from None


def _data(node: Any) -> Any:
    return yaml.SafeLoader("").construct_document(node)


def _is_block(node: Any) -> bool:
    """
    Whether *node* consists of keys that have lines of their own.
    """
    return isinstance(node, yaml.MappingNode) and not node.flow_style


def _end(node: Any) -> int:
    """
    Where the last value of *node* ends; comments that follow are not its own.
    """
    if isinstance(node, yaml.ScalarNode) or node.flow_style:
        return int(node.end_mark.index)
    if isinstance(node, yaml.SequenceNode):
        return _end(node.value[-1])
    key, value = node.value[-1]
    return max(int(key.end_mark.index), _end(value))


def _merged(old: Any, keys: tuple[str, ...], value: Any) -> Any:
    """
    *old* with *value* at the end of *keys*; `None` where nothing is left.

    Raises:
        SpecError: If a key leads through a value that has none.
    """
    if not keys:
        return value
    if isinstance(old, str):
        # Pulumi may have written it as JSON.
        old = yaml.safe_load(old)
    if not isinstance(old, (dict, type(None))):
        msg = f"{keys[0]!r} cannot be set in a value that has no keys."
        raise SpecError(msg)
    merged = dict(old or {})
    inner = _merged(merged.pop(keys[0], None), keys[1:], value)
    if inner is not None:
        merged = {**(old or {}), keys[0]: inner}

    return merged or None


def _lines(content: Any, column: int) -> str:
    """
    *content* as YAML, all lines but the first one indented.
    """
    text = yaml.safe_dump(
        content, sort_keys=False, width=_NEVER, allow_unicode=True
    )
    return text.rstrip().replace("\n", "\n" + " " * column)


def _trail(root: Any, keys: tuple[str, ...]) -> list[tuple[Any, Any]]:
    """
    Where *keys* lead from *root*, as far as there are lines for them: each
    mapping and its entry, a key and a value.
    """
    found: list[tuple[Any, Any]] = []
    mapping = root
    for key in keys:
        if not _is_block(mapping):
            break
        entry = next((e for e in mapping.value if e[0].value == key), None)
        if entry is None:
            break
        found.append((mapping, entry))
        mapping = entry[1]

    return found


def _added(text: str, mapping: Any, content: Any) -> str:
    """
    *text* with *content* after the last entry of *mapping*.
    """
    column = mapping.value[-1][0].start_mark.column
    end = text.index("\n", len(text[: _end(mapping)].rstrip()))
    return f"{text[:end]}\n{' ' * column}{_lines(content, column)}{text[end:]}"


def _removed(text: str, trail: list[tuple[Any, Any]]) -> str:
    """
    *text* without the lines of the last entry of *trail*, and of those that
    it leaves empty.
    """
    while len(trail) > 1 and len(trail[-1][0].value) == 1:
        trail.pop()
    key, value = trail[-1][1]
    start = key.start_mark.index - key.start_mark.column
    end = text.index("\n", len(text[: _end(value)].rstrip()))

    return text[:start] + text[end + 1 :]


def _put(text: str, root: Any, keys: tuple[str, ...], value: Any) -> str:
    """
    *text*, in which *keys* lead from *root* to *value*.
    """
    trail = _trail(root, keys)
    rest = keys[len(trail) :]
    mapping = trail[-1][1][1] if trail else root
    if rest and _is_block(mapping):
        new = _merged(None, rest, value)
        return text if new is None else _added(text, mapping, new)
    key, old = trail[-1][1]
    new = _merged(_data(old), rest, value)
    if new is None:
        return _removed(text, trail)
    start, column = key.start_mark.index, key.start_mark.column
    end = max(key.end_mark.index + 1, _end(old))

    return text[:start] + _lines({key.value: new}, column) + text[end:]


def _says(text: str, meant: Any) -> bool:
    try:
        return bool(yaml.safe_load(text) == meant)
    except yaml.YAMLError:
        return False


def _edited(text: str, keys: tuple[str, ...], value: Any, name: str) -> str:
    root = _composed(text, name)
    if root is None:
        new = _merged(None, keys, value)
        return text if new is None else f"{text}{_lines(new, 0)}\n"
    if not _is_block(root):
        msg = f"{name} must consist of keys, each on a line of its own."
        raise SpecError(msg)
    edited = _put(text, root, keys, value)
    meant = _merged(_data(root), keys, value)
    if not _says(edited, meant):
        where = ".".join(keys)
        msg = f"{name} is written in a way that {where} cannot be edited."
        raise SpecError(msg)

    return edited


def _replace(path: Path, text: str) -> None:
    """
    Give *path* another content at once, or leave it as it is.
    """
    descriptor, name = tempfile.mkstemp(
        dir=path.parent, prefix=f".{path.name}."
    )
    partial = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        partial.chmod(path.stat().st_mode)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def edit(path: Path, values: Mapping[tuple[str, ...], Any]) -> None:
    """
    Change single values of the YAML file *path*.

    All else stays as it is, comments and blank lines too, and nobody ever
    reads half of a file.

    Args:
        path: The stack's file.

        values: New values by the keys that lead to them, from the top of the
            file. `None` removes one, and what it leaves empty.

    Raises:
        SpecError: If the file is not YAML, or the keys lead through a value
            that has none.

    >>> path = Path(tempfile.mkdtemp()) / "Pulumi.prod.yaml"
    >>> _ = path.write_text("config:  # of prod\\n  shop:hosts: [a.example]\\n")
    >>> edit(path, {("config", "shop:versions", "web", "tag"): "v5"})
    >>> print(path.read_text(), end="")
    config:  # of prod
      shop:hosts: [a.example]
      shop:versions:
        web:
          tag: v5
    """
    path = path.resolve()
    with path.open(encoding="utf-8", newline="") as file:
        before = file.read()
    text = before.replace("\r\n", "\n")
    if text and not text.endswith("\n"):
        text += "\n"
    for keys, value in values.items():
        text = _edited(text, keys, value, path.name)
    if "\r\n" in before:
        text = text.replace("\n", "\r\n")
    _replace(path, text)
