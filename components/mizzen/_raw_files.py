"""
Files of objects of others, as Kubernetes has them.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ._definitions import flaw
from .exceptions import SpecError
from .spec import Definitions, Extra, HelmChart, Raw, RawFile


def documents(text: str, *, strict: bool = False) -> list[Any]:
    """
    The objects of a YAML stream, those of each List one by one.

    Args:
        text: The stream.

        strict: Whether a key that is given twice is refused; programs that
            print YAML mean the last one.

    Raises:
        ValueError: If it is none.

    >>> documents("a: 1\\n---\\na: 2\\na: 3\\n")
    [{'a': 1}, {'a': 3}]
    """
    import yaml  # noqa: PLC0415 - few apps have raw files

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    found = []
    try:
        while loader.check_node():
            node = loader.get_node()
            if strict:
                _refuse_twice(node)
            found.append(loader.construct_document(node))
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from None
    finally:
        loader.dispose()

    return [
        item
        for document in found
        if document is not None
        for item in _items(document)
    ]


def _refuse_twice(root: Any) -> None:
    """
    Refuse maps of the YAML below *root* that have a key twice.
    """
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen or not isinstance(node.value, list):
            continue
        seen.add(id(node))
        keys: set[tuple[str, str]] = set()
        for child in node.value:
            if not isinstance(child, tuple):
                waiting.append(child)
                continue
            key, value = child
            waiting.append(value)
            told = (key.tag, str(key.value))
            if told in keys:
                line = key.start_mark.line + 1
                msg = f"key {key.value!r} is given twice, again in line {line}"
                raise ValueError(msg)
            keys.add(told)


def _items(document: Any) -> list[Any]:
    items = document.get("items") if isinstance(document, dict) else None

    return items if isinstance(items, list) else [document]


def _read(what: str, path: str, root: Path) -> list[Any]:
    """
    The objects in the file at *path*, which *what* names.

    Raises:
        SpecError: If it cannot be read, or is not YAML.
    """
    try:
        text = (root / path).read_text(encoding="utf-8")
        return documents(text, strict=True)
    except OSError as error:
        msg = f"{what} cannot be read: {error.strerror}."
        raise SpecError(msg) from None
    except ValueError as error:
        msg = f"{what} is not YAML: {error}."
        raise SpecError(msg) from None


def _called(body: Any, number: int) -> str:
    """
    What an object of a file is called; the *number* of its place there where
    it does not say.
    """
    kind = body.get("kind") if isinstance(body, Mapping) else None
    metadata = body.get("metadata") if isinstance(body, Mapping) else None
    name = metadata.get("name") if isinstance(metadata, Mapping) else None
    if isinstance(kind, str) and isinstance(name, str):
        return f"{kind} {name!r}"
    return f"object {number}"


def _objects(what: str, path: str, root: Path, **fields: Any) -> Iterator[Raw]:
    """
    The objects in the file at *path*, which *what* names, with *fields*.

    Raises:
        SpecError: If something in it is none.
    """
    for number, body in enumerate(_read(what, path, root), 1):
        try:
            yield Raw(body, **fields)
        except SpecError as error:
            said = str(error).removeprefix("Raw: ").removeprefix("body.")
            msg = f"{what}: {_called(body, number)}: {said}"
            raise SpecError(msg) from None


def raws(extra: Raw | RawFile | HelmChart, root: Path) -> list[Raw]:
    """
    The objects that *extra* says, or that are in its file.

    Raises:
        SpecError: If the file cannot be read, or has something else.
    """
    if not isinstance(extra, RawFile):
        return [extra] if isinstance(extra, Raw) else []
    what = f"RawFile {extra.path!r}"
    found = [
        *_objects(
            what,
            extra.path,
            root,
            clustered=extra.clustered,
            before=extra.before,
            after=extra.after,
        )
    ]
    if not found:
        msg = f"{what} must hold an object (got nothing)."
        raise SpecError(msg)
    return found


def _definition_bodies(path: str, root: Path) -> list[dict[str, Any]]:
    what = f"Definitions {path!r}"
    found = [dict(raw.body) for raw in _objects(what, path, root)]
    if not found:
        msg = f"{what} must hold a CustomResourceDefinition (got nothing)."
        raise SpecError(msg)
    for number, body in enumerate(found, 1):
        wrong = flaw(body)
        if wrong is not None:
            msg = f"{what}: {_called(body, number)}: {wrong}."
            raise SpecError(msg)
    return found


def not_deployed(extras: Iterable[Extra], root: Path) -> list[dict[str, Any]]:
    """
    The definitions in the files that *extras* name.

    Raises:
        SpecError: If a file cannot be read, or has something else.
    """
    return [
        body
        for extra in extras
        if isinstance(extra, Definitions)
        for path in extra.paths
        for body in _definition_bodies(path, root)
    ]
