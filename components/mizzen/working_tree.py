"""
What of a build context no commit has.
"""

import subprocess

from collections.abc import Iterator
from pathlib import Path

from .exceptions import SpecError
from .images import context_files, dockerfile_path
from .spec import Dockerfile


def _paths(root: Path, *words: str) -> set[str]:
    """
    The paths that git names, relative to *root*.
    """
    try:
        ran = subprocess.run(  # noqa: S603 - words, no shell
            ["git", *words],  # noqa: S607 - the user's own git
            cwd=root,
            capture_output=True,
            check=False,
            text=True,
        )
    except FileNotFoundError:
        msg = "git is not installed, and tells what is committed. Install it."
        raise SpecError(msg) from None
    if ran.returncode:
        msg = f"git cannot tell what is committed: {ran.stderr.strip()}"
        raise SpecError(msg)
    return set(filter(None, ran.stdout.split("\0")))


def _read(root: Path, dockerfile: Dockerfile) -> Iterator[str]:
    context = root / dockerfile.context
    file = dockerfile_path(root, dockerfile)
    yield from (
        str(context / name) for name in context_files(root, dockerfile)
    )
    yield str(file)
    for ignored in (
        context / ".dockerignore",
        file.with_name(f"{file.name}.dockerignore"),
    ):
        if ignored.is_file():
            yield str(ignored)


def uncommitted(root: Path, dockerfile: Dockerfile) -> tuple[str, ...]:
    """
    Paths, relative to *root*, that make what *dockerfile* builds different
    from what the current commit would build.

    Raises:
        SpecError: If there is no commit.
    """
    context = dockerfile.context
    read = {
        Path(path).relative_to(root).as_posix()
        for path in _read(root, dockerfile)
    }
    committed = _paths(
        root, "ls-tree", "-r", "-z", "--name-only", "HEAD", "--", context
    )
    changed = _paths(
        root, "diff", "--relative", "--name-only", "-z", "HEAD", "--", context
    )
    gone = {path for path in changed if not (root / path).exists()}

    return tuple(sorted((read - committed) | (read & changed) | gone))
