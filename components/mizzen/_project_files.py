"""
Files of the project that become configuration of containers.
"""

import contextlib

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from .exceptions import SpecError
from .spec import (
    Container,
    Directory,
    File,
    Part,
    Runnable,
    Store,
    Template,
    TemplateFile,
    title,
    values_of,
)


_READ = (File, Directory, TemplateFile)


def _content(root: Path, path: str) -> bytes:
    try:
        found = (root / path).resolve()
        if not found.is_relative_to(root.resolve()):
            msg = f"{path!r} leads out of the project by a symbolic link"
            raise SpecError(msg)
        return found.read_bytes()
    except OSError as error:
        msg = f"{path!r} cannot be read ({error.strerror})"
        raise SpecError(msg) from None


def _text_or_bytes(root: Path, path: str) -> str | bytes:
    content = _content(root, path)
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return content
    return content if "\0" in text else text


def _text(root: Path, path: str) -> str:
    text = _text_or_bytes(root, path)
    if isinstance(text, bytes):
        msg = f"{path!r} is not text in UTF-8"
        raise SpecError(msg)
    return text


def _below(root: Path, folder: str) -> Iterator[str]:
    """
    Paths of all files below *folder*, relative to it, but for what Python
    leaves behind.
    """
    top = root / folder
    found = False
    for path in sorted(top.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            continue
        found = True
        name = path.relative_to(top).as_posix()
        if path.name == ".env":
            msg = (
                f"'{folder}/{name}' is where people keep their own secrets. "
                "Put it elsewhere"
            )
            raise SpecError(msg)
        if path.suffix != ".pyc":
            yield name
    if not found:
        msg = f"{folder!r} is no folder that has files"
        raise SpecError(msg)


def _read(root: Path, value: Any, *, binary: bool) -> Any:
    if isinstance(value, File):
        read = _text_or_bytes if binary else _text
        return read(root, value.path)
    if isinstance(value, TemplateFile):
        return Template(_text(root, value.path), **value.values)
    return value


@attrs.frozen
class Reader:
    """
    Reads the files that containers refer to.

    Attributes:
        root: Folder of the project.

        problems: What is wrong with them, so far.
    """

    root: Path
    problems: list[str] = attrs.field(factory=list)

    @contextlib.contextmanager
    def _noting(self, owner: str, what: str) -> Iterator[None]:
        try:
            yield
        except SpecError as error:
            reason = str(error).removesuffix(".")
            self.problems.append(f"{owner}: {what}: {reason}.")

    def part(self, part: Part) -> Part:
        """
        *part* with the contents of files in place of their paths.
        """
        if isinstance(part, Store):
            return part
        changes = self._changes(title(part), part)
        for field in ("sidecars", "init"):
            before = getattr(part, field)
            after = [self._container(title(part), each) for each in before]
            if any(a is not b for a, b in zip(after, before, strict=True)):
                changes[field] = after
        return attrs.evolve(part, **changes) if changes else part

    def _container(self, owner: str, container: Container) -> Container:
        whose = f"{owner}: {container.name}"
        changes = self._changes(whose, container)
        return attrs.evolve(container, **changes) if changes else container

    def _changes(self, whose: str, owner: Runnable) -> dict[str, Any]:
        if any(isinstance(value, _READ) for _, value in values_of(owner)):
            return {
                "env": self._variables(whose, owner.env),
                "files": self._files(whose, owner.files),
            }
        return {}

    def _variables(
        self, owner: str, env: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        found = dict(env)
        for name, value in env.items():
            with self._noting(owner, f"env {name}"):
                found[name] = _read(self.root, value, binary=False)
        return found

    def _files(
        self, owner: str, files: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        found: dict[str, Any] = {}
        for path, value in files.items():
            with self._noting(owner, f"file {path}"):
                if isinstance(value, Directory):
                    self._add_folder(path, value, found)
        for path, value in files.items():
            with self._noting(owner, f"file {path}"):
                if not isinstance(value, Directory):
                    found[path] = _read(self.root, value, binary=True)
        return found

    def _add_folder(
        self, at: str, folder: Directory, found: dict[str, Any]
    ) -> None:
        for name in _below(self.root, folder.path):
            path = f"{at}/{name}"
            if path in found:
                msg = f"{path} is taken by another Directory"
                raise SpecError(msg)
            source = f"{folder.path}/{name}"
            found[path] = _text_or_bytes(self.root, source)
