"""
What is wrong with Dockerfiles, line by line.
"""

import re

from collections.abc import Iterator

import attrs

from ._image_references import tells_version
from ._recipe import Recipe, outer_images, variables
from ._secret_names import is_secret
from .images import Instruction, expanded


_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*://|git@")
_INSTALLS = re.compile(
    r"\b(pip3?|uv pip|poetry|pipenv|npm|yarn|pnpm|bundle|composer) +"
    r"(-\S+ +)*(install|ci|sync)\b"
    r"|\b(uv sync|go mod download|cargo fetch)\b"
    r"|\b(apt-get|apt|apk|dnf|yum|microdnf) +(-\S+ +)*(install|add)\b"
)
_OWN_PACKAGE = re.compile(r"install +(-\S+ +)*\.(\s|$|\[)")
_SHELLS = ("sh", "bash", "ash", "dash", "/bin/sh", "/bin/bash")


@attrs.frozen
class Flaw:
    """
    What a rule has found.

    Attributes:
        line: Line of the Dockerfile.

        message: What is the matter with it.

        remedy: What to do about it, as a whole sentence.
    """

    line: int
    message: str
    remedy: str


def base_image_latest(recipe: Recipe) -> Iterator[Flaw]:
    """
    An image that a build starts from is whatever is the latest.
    """
    for line, image in outer_images(recipe):
        if not tells_version(image):
            yield Flaw(
                line,
                f"image {image!r} does not tell which version is built on",
                "Give it the tag of a version, or a digest.",
            )


def base_image_digest(recipe: Recipe) -> Iterator[Flaw]:
    """
    Somebody else can exchange what a build starts from.
    """
    for line, image in outer_images(recipe):
        if tells_version(image) and "@" not in image:
            yield Flaw(
                line,
                f"image {image!r} is pinned by a tag, which its publisher "
                "can move, and the same sources then build another image",
                f"Give it a digest, like {image}@sha256:….",
            )


def secret_in_image(recipe: Recipe) -> Iterator[Flaw]:
    """
    Everybody who can pull an image can read what its arguments and
    variables are.
    """
    for stage in recipe.stages:
        for said in stage.instructions:
            for name, value in variables(said):
                if is_secret(name, value):
                    yield _secret(said.line, "ENV", name)
            for word in said.words if said.name == "ARG" else ():
                name, _, value = word.partition("=")
                if is_secret(name, value or "given"):
                    yield _secret(said.line, "ARG", name)


def _secret(line: int, word: str, name: str) -> Flaw:
    remedy = (
        "Set env on the part to FromConfig(…, secret=True)."
        if word == "ENV"
        else f"Mount it: RUN --mount=type=secret,id={name.lower()} …."
    )
    return Flaw(
        line,
        f"{word} {name} holds what looks like a secret, and whoever can pull "
        "the image can read it",
        remedy,
    )


def _sources(said: Instruction) -> tuple[str, ...]:
    """
    What an instruction copies from the build context, as it is written.
    """
    if (
        said.name not in ("ADD", "COPY")
        or said.inline
        or said.flag("from") is not None
    ):
        return ()
    return said.words[:-1]


def _path(source: str) -> str:
    return "/".join(n for n in source.split("/") if n not in ("", ".")) or "."


def copy_source(recipe: Recipe) -> Iterator[Flaw]:
    """
    What is to be copied is not in the build context.
    """
    for stage in recipe.stages:
        values = recipe.values(stage)
        for said in stage.instructions:
            for source in _sources(said):
                wanted = expanded(source, values)
                if wanted is None or _ELSEWHERE.match(wanted):
                    continue
                path = _path(wanted)
                if path != "." and not recipe.has(path):
                    yield Flaw(
                        said.line,
                        f"{said.name} of {wanted!r}, which is not in the "
                        f"build context {recipe.dockerfile.context}, or its "
                        ".dockerignore excludes it",
                        "Correct the path, or take it from .dockerignore.",
                    )


def dependencies_first(recipe: Recipe) -> Iterator[Flaw]:
    """
    Dependencies are installed again whenever a source file changes.
    """
    for stage in recipe.stages:
        values = recipe.values(stage)
        copied: int | None = None
        for said in stage.instructions:
            sources = (expanded(each, values) for each in _sources(said))
            if any(each and recipe.is_folder(_path(each)) for each in sources):
                copied = copied or said.line
            text = " ".join(said.words)
            if (
                copied
                and said.name == "RUN"
                and _INSTALLS.search(text)
                and not _OWN_PACKAGE.search(text)
            ):
                yield Flaw(
                    said.line,
                    "dependencies are installed after the sources of line "
                    f"{copied} are copied, and so again with each change of "
                    "them",
                    "Copy the lists of dependencies alone, install, and copy "
                    "the sources then.",
                )


def _started(recipe: Recipe) -> Instruction | None:
    """
    What the image runs, if the Dockerfile says it.
    """
    for stage in recipe.lineage:
        found = stage.last("ENTRYPOINT") or stage.last("CMD")
        if found:
            return found
    return None


def _shell_text(said: Instruction) -> str | None:
    """
    What *said* hands to a shell; `None` if it starts a program itself.
    """
    words = said.words
    if not said.is_list:
        return " ".join(words)
    if len(words) > 2 and words[0] in _SHELLS and words[1] == "-c":  # noqa: PLR2004 - shell, option, text
        return words[2]
    return None


def shell_form(recipe: Recipe) -> Iterator[Flaw]:
    """
    A shell stands between Kubernetes and the program.
    """
    said = _started(recipe)
    text = said and _shell_text(said)
    if said and text and not re.match(r"\s*exec\s", text):
        yield Flaw(
            said.line,
            f"{said.name} starts a shell, which hands no signal on: the "
            "program does not learn that its pod ends, and is killed",
            f'Write it as a list, like {said.name} ["python", "-m", "api"].',
        )
