"""
What an image build reads: the files of its context, their hash, and the
stages of its Dockerfile.
"""

import hashlib
import os
import stat

from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs

from .exceptions import SpecError
from .spec import Dockerfile


TAG_LENGTH = 12
_TELLING = ("FROM", "USER", "EXPOSE")


@attrs.frozen
class Instruction:
    """
    One instruction of a Dockerfile.

    Attributes:
        name: What it begins with, in capitals.

        flags: Its options, like ``--from=build``.

        words: What follows them, as it is written.

        is_list: Whether *words* are written as a JSON list.

        line: Number of its first line.

        inline: Whether files stand in the Dockerfile itself.
    """

    name: str
    flags: tuple[str, ...]
    words: tuple[str, ...]
    is_list: bool
    line: int
    inline: bool

    def flag(self, name: str) -> str | None:
        """
        Value of the option called *name*; `None` if it is not given.
        """
        start = f"--{name}="
        found = (f for f in self.flags if f.startswith(start))
        flag = next(found, None)

        return flag and flag.removeprefix(start)


@attrs.frozen
class Stage:
    """
    One stage of a Dockerfile.

    Attributes:
        name: Name after ``AS``, or its position.

        base: Image or stage it starts from, as it is written.

        instructions: Its instructions, from ``FROM`` on.
    """

    name: str
    base: str
    instructions: tuple[Instruction, ...]

    def last(self, name: str) -> Instruction | None:
        """
        The last instruction called *name*; `None` if there is none.
        """
        found = (i for i in reversed(self.instructions) if i.name == name)
        return next(found, None)

    @property
    def user(self) -> str | None:
        """
        Last ``USER``, if any.
        """
        found = self.last("USER")
        return found.words[0] if found else None

    @property
    def exposed(self) -> tuple[str, ...]:
        """
        Ports of ``EXPOSE``, as they are written.
        """
        return tuple(
            word
            for instruction in self.instructions
            if instruction.name == "EXPOSE"
            for word in instruction.words
        )


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8-sig").splitlines()


def _context(root: Path, dockerfile: Dockerfile) -> Path:
    context = root / dockerfile.context
    if not context.is_dir():
        msg = (
            f"Dockerfile {dockerfile.context!r}: there is no folder "
            f"{dockerfile.context} in the project."
        )
        raise SpecError(msg)
    if not context.resolve().is_relative_to(root.resolve()):
        msg = (
            f"Dockerfile {dockerfile.context!r}: the folder leads out of "
            "the project by a symbolic link."
        )
        raise SpecError(msg)
    return context


def dockerfile_path(root: Path, dockerfile: Dockerfile) -> Path:
    """
    Where the Dockerfile is.

    Raises:
        SpecError: If it is not there or not in the project.
    """
    path = _context(root, dockerfile) / dockerfile.file
    if not path.is_file():
        msg = (
            f"Dockerfile {dockerfile.context!r}: there is no file "
            f"{dockerfile.context}/{dockerfile.file}."
        )
        raise SpecError(msg)
    return path


def _unreadable(dockerfile: Dockerfile, reason: object) -> SpecError:
    msg = (
        f"Dockerfile {dockerfile.context!r}: {dockerfile.context}/"
        f"{dockerfile.file} cannot be read ({reason})."
    )
    return SpecError(msg)


def instructions(
    root: Path, dockerfile: Dockerfile
) -> tuple[Instruction, ...]:
    """
    The instructions of *dockerfile* from first to last.

    Raises:
        SpecError: If it is not there or cannot be read as a Dockerfile.
    """
    from e2b_dockerfile_utils import (  # noqa: PLC0415 - not all apps build
        DockerfileSyntaxError,
        parse_dockerfile_ast,
    )

    path = dockerfile_path(root, dockerfile)
    try:
        syntax = parse_dockerfile_ast(path.read_text(encoding="utf-8-sig"))
    except (DockerfileSyntaxError, UnicodeDecodeError) as error:
        raise _unreadable(dockerfile, error) from None
    for found in syntax.instructions:
        if found.name in _TELLING and not found.args:
            reason = f"line {found.start_line}: {found.name} says nothing"
            raise _unreadable(dockerfile, reason)

    return tuple(
        Instruction(
            name=found.name,
            flags=tuple(found.flags),
            words=tuple(found.args),
            is_list=found.json,
            line=found.start_line,
            inline=bool(found.heredocs),
        )
        for found in syntax.instructions
    )


def stages(root: Path, dockerfile: Dockerfile) -> tuple[Stage, ...]:
    """
    The stages of *dockerfile* from first to last.

    Raises:
        SpecError: If it is not there or cannot be read as a Dockerfile.
    """
    found: list[Stage] = []
    for instruction in instructions(root, dockerfile):
        words = instruction.words
        if instruction.name == "FROM":
            named = len(words) == 3 and words[1].upper() == "AS"  # noqa: PLR2004
            stage = words[2] if named else str(len(found))
            found.append(Stage(stage, words[0], (instruction,)))
        elif found:
            said = (*found[-1].instructions, instruction)
            found[-1] = attrs.evolve(found[-1], instructions=said)
    if not found:
        raise _unreadable(dockerfile, "it has no FROM")

    return tuple(found)


def built_stage(root: Path, dockerfile: Dockerfile) -> Stage:
    """
    The stage that becomes the image.

    Raises:
        SpecError: If there is no such stage.
    """
    found = stages(root, dockerfile)
    if dockerfile.target is None:
        return found[-1]
    for stage in found:
        if stage.name.lower() == dockerfile.target.lower():
            return stage
    names = ", ".join(repr(stage.name) for stage in found)
    msg = (
        f"Dockerfile {dockerfile.context!r}: there is no stage "
        f"{dockerfile.target!r}, but the stages are: {names}."
    )
    raise SpecError(msg)


def expanded(word: str, values: Mapping[str, str]) -> str | None:
    """
    *word* with variables replaced by their *values*; `None` if it has one
    whose value is not known.

    >>> expanded("python:${TAG}-slim", {"TAG": "3.13"})
    'python:3.13-slim'
    """
    from e2b_dockerfile_utils import (  # noqa: PLC0415 - not all apps build
        ShellLex,
    )

    found = ShellLex("\\", env=values).process_word(word)

    return None if "$" in found else found


def lineage(root: Path, dockerfile: Dockerfile) -> tuple[Stage, ...]:
    """
    The stage that becomes the image, and then those of the same Dockerfile
    that it starts from: they hand down users, ports and layers.

    Raises:
        SpecError: If there is no such stage.
    """
    wanted = built_stage(root, dockerfile).name
    found = []
    # A stage starts from an earlier one.
    for stage in reversed(stages(root, dockerfile)):
        if stage.name.lower() == wanted.lower():
            found.append(stage)
            wanted = stage.base

    return tuple(found)


def _ignore_patterns(root: Path, dockerfile: Dockerfile) -> list[str]:
    """
    Docker prefers an ignore file beside the Dockerfile to the context's.
    """
    path = dockerfile_path(root, dockerfile)
    for candidate in (
        path.with_name(f"{path.name}.dockerignore"),
        root / dockerfile.context / ".dockerignore",
    ):
        if candidate.is_file():
            return _lines(candidate)
    return []


def context_files(root: Path, dockerfile: Dockerfile) -> list[str]:
    """
    Paths below the context that its build reads, sorted, with ``/`` between
    folders. Ignore files are never among them.

    Raises:
        SpecError: If the folder is not there or an ignore pattern is broken.
    """
    from e2b_dockerfile_utils import (  # noqa: PLC0415 - not all apps build
        PatternMatcher,
    )

    context = _context(root, dockerfile)
    try:
        matcher = PatternMatcher(_ignore_patterns(root, dockerfile))
    except ValueError as error:
        msg = f"Dockerfile {dockerfile.context!r}: {error}."
        raise SpecError(msg) from None

    def walk(folder: str) -> Iterator[str]:
        with os.scandir(context / folder) as entries:
            for entry in entries:
                path = f"{folder}{entry.name}"
                ignored = matcher.matches(path)
                if entry.is_dir(follow_symlinks=False):
                    if not ignored or matcher.may_match_under(path):
                        yield from walk(f"{path}/")
                elif not ignored and not path.endswith(".dockerignore"):
                    yield path

    return sorted(walk(""))


def _is_executable(mode: int) -> bool:
    return bool(mode & stat.S_IXUSR)


def _fingerprint(path: Path) -> bytes:
    """
    Kind, executable bit and content of a file; other bits of its mode and
    its times differ between machines.
    """
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return b"link " + os.fsencode(path.readlink())
    with path.open("rb") as file:
        content = hashlib.file_digest(file, "sha256").digest()

    return (b"program " if _is_executable(mode) else b"file ") + content


def fingerprints(
    root: Path, dockerfile: Dockerfile
) -> Iterator[tuple[str, bytes]]:
    """
    Each path below the context that its build reads, sorted, with what
    changes when the file does.

    Raises:
        SpecError: If the context is not there.
    """
    context = root / dockerfile.context
    for path in context_files(root, dockerfile):
        yield path, _fingerprint(context / path)


def content_tag(root: Path, dockerfile: Dockerfile, platform: str) -> str:
    """
    Tag that changes if and only if what the build reads changes.

    Raises:
        SpecError: If the context or the Dockerfile is not there.
    """
    total = hashlib.sha256()

    def add(word: str | bytes) -> None:
        data = word.encode() if isinstance(word, str) else word
        total.update(len(data).to_bytes(8, "big") + data)

    built_stage(root, dockerfile)
    add(platform)
    add(dockerfile.target or "")
    add(dockerfile_path(root, dockerfile).read_bytes())
    for name, value in sorted(dockerfile.args.items()):
        add(f"{name}={value}")
    for path, fingerprint in fingerprints(root, dockerfile):
        add(os.fsencode(path))
        add(fingerprint)

    return total.hexdigest()[:TAG_LENGTH]


def stage_copy(root: Path, dockerfile: Dockerfile, target: Path) -> None:
    """
    Make *target* hold exactly what `content_tag` hashed: ``Dockerfile`` and
    the folder ``context``, with modes reduced to the executable bit.
    """
    import shutil  # noqa: PLC0415 - not before a build

    shutil.rmtree(target, ignore_errors=True)
    copied = target / "context"
    copied.mkdir(parents=True)
    shutil.copyfile(dockerfile_path(root, dockerfile), target / "Dockerfile")
    (target / "Dockerfile").chmod(0o644)
    source = root / dockerfile.context
    for path in context_files(root, dockerfile):
        to = copied / path
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / path, to, follow_symlinks=False)
        if not to.is_symlink():
            mode = (source / path).stat().st_mode
            to.chmod(0o755 if _is_executable(mode) else 0o644)
    for folder in (copied, *copied.rglob("*")):
        if folder.is_dir() and not folder.is_symlink():
            folder.chmod(0o755)
