"""
A Dockerfile with all that is asked about it.
"""

import fnmatch
import functools
import itertools

from collections.abc import Iterator, Mapping
from pathlib import Path

from .images import (
    Instruction,
    Stage,
    context_files,
    expanded,
    instructions,
    lineage,
    stages,
)
from .spec import Dockerfile


_EMPTY = "scratch"


class Recipe:
    """
    A Dockerfile with all that is asked about it.

    Attributes:
        dockerfile: The Dockerfile.

        stages: Its stages.

        lineage: The stage that is built, and those that it starts from.
    """

    def __init__(self, root: Path, dockerfile: Dockerfile) -> None:
        self._root = root
        self.dockerfile = dockerfile
        self.stages = stages(root, dockerfile)
        self.lineage = lineage(root, dockerfile)

    @functools.cached_property
    def _files(self) -> frozenset[str]:
        return frozenset(context_files(self._root, self.dockerfile))

    @functools.cached_property
    def _folders(self) -> frozenset[str]:
        return frozenset(
            path[:end]
            for path in self._files
            for end, sign in enumerate(path)
            if sign == "/"
        )

    def has(self, pattern: str) -> bool:
        """
        Whether the build reads something of the context that is called like
        *pattern*.
        """
        wanted = pattern.split("/")
        return any(
            len(names) == len(wanted)
            and all(map(fnmatch.fnmatchcase, names, wanted))
            for path in (*self._files, *self._folders)
            for names in (path.split("/"),)
        )

    def is_folder(self, path: str) -> bool:
        """
        Whether *path* is a folder of the context.
        """
        return path == "." or path in self._folders

    @functools.cached_property
    def arguments(self) -> Mapping[str, str]:
        """
        What stands before the first stage, with the values that are given.
        """
        found: dict[str, str] = {}
        for instruction in itertools.takewhile(
            lambda said: said.name != "FROM",
            instructions(self._root, self.dockerfile),
        ):
            self._declare(found, instruction)
        return found

    def _declare(self, found: dict[str, str], said: Instruction) -> None:
        for word in said.words if said.name == "ARG" else ():
            name, is_set, default = word.partition("=")
            value = self.dockerfile.args.get(name)
            value = default if value is None and is_set else value
            text = value and expanded(value, found)
            if text:
                found[name] = text

    def values(self, stage: Stage) -> Mapping[str, str]:
        """
        Arguments and variables that *stage* declares itself.
        """
        found: dict[str, str] = {}
        for said in stage.instructions:
            self._declare(found, said)
            for word in said.words if said.name == "ARG" else ():
                if word in self.arguments:
                    found.setdefault(word, self.arguments[word])
            for name, value in variables(said):
                text = expanded(value, found)
                if text is not None:
                    found[name] = text
        return found

    def is_stage(self, name: str) -> bool:
        """
        Whether *name* is a stage's, or the number of one.
        """
        names = {stage.name.lower() for stage in self.stages}
        return name.lower() in names or (
            name.isdigit() and int(name) < len(self.stages)
        )


def variables(instruction: Instruction) -> Iterator[tuple[str, str]]:
    """
    Names and values that ``ENV`` sets.
    """
    if instruction.name == "ENV":
        words = instruction.words
        yield from zip(words[::3], words[1::3], strict=True)


def _read_from(stage: Stage, said: Instruction) -> Iterator[str]:
    """
    Images and stages that an instruction reads, as they are written.
    """
    if said.name == "FROM":
        yield stage.base
    source = said.flag("from")
    if source:
        yield source
    for flag in said.flags:
        if flag.startswith("--mount="):
            for option in flag.split("=", 1)[1].split(","):
                if option.startswith("from="):
                    yield option.removeprefix("from=")


def outer_images(recipe: Recipe) -> Iterator[tuple[int, str]]:
    """
    Line and name of each image that is not a stage.
    """
    for stage in recipe.stages:
        for said in stage.instructions:
            for named in _read_from(stage, said):
                name = expanded(named, recipe.arguments)
                if name and name != _EMPTY and not recipe.is_stage(name):
                    yield said.line, name
