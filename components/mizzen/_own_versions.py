"""
With which version of mizzen a revision of a project is compiled: its own.
"""

import hashlib
import importlib.metadata
import json
import os
import shutil
import sys
import tomllib

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from .exceptions import SpecError


@attrs.frozen
class Tree:
    """
    The files of a repository at one revision.

    Attributes:
        top: Folder of the repository.

        folder: Folder of the project, below that one.
    """

    top: Path
    folder: Path

    @property
    def project(self) -> Path:
        """
        Folder of the project.
        """
        return self.top / self.folder

    def lock(self) -> Path | None:
        """
        The project's lock file, which may be that of its workspace.
        """
        for folder in (self.folder, *self.folder.parents):
            path = self.top / folder / "uv.lock"
            if path.is_file():
                return path
        return None


def _locked(path: Path) -> str | None:
    """
    What tells the mizzen that a lock file names from any other; `None` if
    it is a folder, or none is named.
    """
    for package in tomllib.loads(path.read_text(encoding="utf-8")).get(
        "package", ()
    ):
        if package["name"] == "mizzen":
            source = package["source"]
            if "registry" in source:
                return str(package["version"])
            if "git" in source:
                return str(source["git"]).rpartition("#")[2]
            return str(source["url"]) if "url" in source else None
    return None


def _installed() -> str:
    """
    The same of the mizzen that runs here.
    """
    found = importlib.metadata.distribution("mizzen")
    origin = json.loads(found.read_text("direct_url.json") or "{}")
    if not origin:
        return found.version
    return str(origin.get("vcs_info", {}).get("commit_id", origin["url"]))


def _moved(here: Path, there: Path) -> Iterator[str]:
    """
    What the folders of *here* that Python looks into are called in *there*;
    those of its environment are in no repository.
    """
    prefix = Path(sys.prefix).resolve()
    for path in filter(None, sys.path):
        found = Path(path).resolve()
        if found.is_relative_to(here) and not found.is_relative_to(prefix):
            yield str(there / found.relative_to(here))


def process(
    here: Tree, tree: Tree, cache: Path
) -> tuple[Sequence[str], Mapping[str, str]]:
    """
    Command and variables with which *tree* compiles itself.

    Args:
        here: The working tree.

        tree: The revision.

        cache: Where environments are kept.

    Raises:
        SpecError: If that takes uv, which is not installed.
    """
    variables = {"PYTHONPATH": os.pathsep.join(_moved(here.top, tree.top))}
    lock = tree.lock()
    version = lock and _locked(lock)
    if lock is None or version is None or version == _installed():
        return (sys.executable,), variables
    uv = shutil.which("uv")
    if uv is None:
        msg = (
            f"It has mizzen {version} in its lock file, which is not the one "
            "that runs here. Install uv, which runs it."
        )
        raise SpecError(msg)
    mark = hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    variables["UV_PROJECT_ENVIRONMENT"] = str(cache / "environments" / mark)

    return (uv, "run", "--frozen", "--quiet", "python"), variables
