"""
Desired states of other revisions of a project, each compiled by its own
code and its own version of mizzen in a process of its own.
"""

import contextlib
import hashlib
import json
import os
import subprocess
import tempfile

from collections.abc import Iterator
from pathlib import Path

import attrs

from ._own_versions import Tree, process
from ._pyproject import find_root
from .changes import Snapshot, StackChange
from .changes.revisions import changes_between
from .exceptions import SpecError


WORKING_TREE = "the working tree"
_BRANCHES = ("origin/HEAD", "origin/main", "origin/master", "main", "master")


def _git(folder: Path, *words: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - no shell reads the words
            ["git", *words],  # noqa: S607 - the user's own git
            cwd=folder,
            check=True,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        msg = "git is not installed, and tells revisions apart. Install it."
        raise SpecError(msg) from None
    return done.stdout.strip()


def commit(folder: Path, revision: str) -> str:
    """
    Hash of the commit that *revision* names.

    Raises:
        SpecError: If there is none.
    """
    name = f"{revision}^{{commit}}"
    try:
        return _git(folder, "rev-parse", "--verify", "--quiet", name)
    except subprocess.CalledProcessError:
        msg = (
            f"There is no revision {revision!r} here. Fetch it, or name "
            "another one."
        )
        raise SpecError(msg) from None


def _has_commits(folder: Path) -> bool:
    """
    Whether anything was ever committed, or git does not tell.
    """
    try:
        return _git(folder, "rev-list", "--all", "--max-count=1") != ""
    except subprocess.CalledProcessError:
        return True


def merge_base(folder: Path) -> str:
    """
    The commit at which the branch here left the default branch.

    Raises:
        SpecError: If there is no default branch.
    """
    for branch in _BRANCHES:
        with contextlib.suppress(subprocess.CalledProcessError):
            return _git(folder, "merge-base", "HEAD", branch)
    msg = (
        "There is no default branch to compare with. Fetch one with its "
        "history, or name a revision: mizzen diff BASE"
    )
    raise SpecError(msg)


@contextlib.contextmanager
def _worktree(folder: Path, revision: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="mizzen-") as name:
        tree = Path(name) / "tree"
        try:
            _git(folder, "worktree", "add", "--detach", str(tree), revision)
        except subprocess.CalledProcessError as error:
            msg = f"git makes no worktree: {error.stderr.strip()}."
            raise SpecError(msg) from None
        try:
            yield tree
        finally:
            _git(folder, "worktree", "remove", "--force", str(tree))


def code_mark(folder: Path = Path(__file__).parent) -> str:
    """
    What tells the code of mizzen that runs here from that of any other
    version, released or not.
    """
    files = sorted(folder.rglob("*.py"))
    marks = [
        (str(path.relative_to(folder)), stat.st_size, stat.st_mtime_ns)
        for path, stat in zip(files, map(Path.stat, files), strict=True)
    ]
    return hashlib.sha256(json.dumps(marks).encode()).hexdigest()


def _tree_of(root: Path) -> Tree:
    """
    The working tree around the project in *root*, which may be under no
    version control.
    """
    project = root.resolve()
    with contextlib.suppress(SpecError, subprocess.CalledProcessError):
        top = Path(_git(project, "rev-parse", "--show-toplevel"))
        return Tree(top, project.relative_to(top))
    return Tree(project, Path())


@attrs.frozen(kw_only=True)
class Revisions:
    """
    A project under version control.

    Args:
        root: Its folder, with ``pyproject.toml``.

        cache: Where states of commits are kept; nothing changes them.

        app: Name of the app, if there are several.
    """

    root: Path
    cache: Path
    app: str | None = None

    def snapshots(
        self, revision: str | None, *, edition: str | None = None
    ) -> tuple[Snapshot, ...]:
        """
        The desired states of all stacks.

        Args:
            revision: Name of a commit; `None` for the working tree.

            edition: Another edition than the app's own.

        Raises:
            SpecError: If there is no such revision.
        """
        here = _tree_of(self.root)
        if revision is None:
            return self._compiled(here, here, edition)
        found = commit(self.root, revision)
        kept = self._kept(found, here.folder, edition)
        if kept.is_file():
            return _read(kept.read_text(encoding="utf-8"))
        with _worktree(self.root, found) as top:
            tree = Tree(top, here.folder)
            states = self._compiled(here, tree, edition)
        if not any(state.problems for state in states):
            kept.parent.mkdir(parents=True, exist_ok=True)
            text = "".join(f"{state.to_json()}\n" for state in states)
            # Another process may read it meanwhile.
            partial = kept.with_suffix(f".{os.getpid()}")
            partial.write_text(text, encoding="utf-8")
            partial.replace(kept)

        return states

    def _kept(self, found: str, folder: Path, edition: str | None) -> Path:
        """
        File for the states of a commit, under all that they depend on.
        """
        key = json.dumps([code_mark(), str(folder), self.app, edition])
        mark = hashlib.sha256(key.encode()).hexdigest()[:16]

        return self.cache / "snapshots" / f"{found}-{mark}.jsonl"

    def _compiled(
        self, here: Tree, tree: Tree, edition: str | None
    ) -> tuple[Snapshot, ...]:
        try:
            command, variables = process(here, tree, self.cache)
        except SpecError as error:
            return (Snapshot(stack="", problems=tuple(error.problems)),)
        options = [
            word
            for name, value in (("--app", self.app), ("--edition", edition))
            if value
            for word in (name, value)
        ]
        done = subprocess.run(  # noqa: S603 - no shell reads the words
            [*command, "-m", "mizzen.cli", "snapshot", *options],
            cwd=tree.project,
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            reason = done.stderr.strip() or "it ended without a reason"
            return (Snapshot(stack="", problems=(reason,)),)
        try:
            return _read(done.stdout)
        except SpecError as error:
            return (Snapshot(stack="", problems=tuple(error.problems)),)


def _read(text: str) -> tuple[Snapshot, ...]:
    return tuple(map(Snapshot.from_json, text.splitlines()))


def _revisions_of(root: Path, app: str | None) -> Revisions:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"

    return Revisions(root=root, cache=Path(home) / "mizzen", app=app)


def revisions_here(app: str | None) -> Revisions:
    """
    The project around the working folder.

    Raises:
        SpecError: If there is none.
    """
    return _revisions_of(find_root(Path.cwd()), app)


def change_since_base(
    root: Path, head: Snapshot, app: str | None
) -> StackChange:
    """
    What leads to *head* from where the branch of the project in *root* left
    the default branch; its problems tell why that is not known. Before the
    first commit, all of it is new.
    """
    try:
        base = (
            _revisions_of(root, app).snapshots(merge_base(root))
            if _has_commits(root)
            else ()
        )
    except SpecError as error:
        return StackChange(
            stack=head.stack,
            acknowledge=head.acknowledge,
            problems=(str(error),),
        )
    (found,) = changes_between(base, [head], [head.stack])

    return found
