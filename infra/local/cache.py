"""
Folders that are keyed by what they were made from and appear whole or not at
all.
"""

import contextlib
import fcntl
import hashlib
import shutil

from collections.abc import Callable, Iterator
from pathlib import Path


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """
    Hold the lock file at *path*, waiting for whoever holds it. A process
    that dies lets go of it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def write_whole(path: Path, content: str) -> None:
    """
    Write a file that is never seen half-written.
    """
    partial = path.with_name(f"{path.name}.partial")
    partial.write_text(content)
    partial.rename(path)


def key(*parts: str | bytes) -> str:
    """
    A short name for the content of *parts*; their borders matter.

    >>> key("ab", "c") == key("a", "bc")
    False
    """
    digest = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        digest.update(len(content).to_bytes(8, "big") + content)

    return digest.hexdigest()[:16]


def folder_key(
    folder: Path, *parts: str | bytes, without: str | None = None
) -> str:
    """
    A short name for the names and contents of all files in *folder* but
    those below folders named *without*, and for *parts*.
    """
    files = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and without not in path.parts
    )
    content = [
        piece
        for path in files
        for piece in (str(path.relative_to(folder)), path.read_bytes())
    ]

    return key(*parts, *content)


def publish(target: Path, make: Callable[[Path], None]) -> Path:
    """
    Have *make* fill a folder that then appears at *target* in one go.

    What a killed run has left behind is removed first; nothing is done when
    *target* is there already.
    """
    if target.is_dir():
        return target

    partial = target.with_name(f"{target.name}.partial")
    with locked(target.with_name(f"{target.name}.lock")):
        if target.is_dir():
            return target
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        make(partial)
        partial.rename(target)

    return target
