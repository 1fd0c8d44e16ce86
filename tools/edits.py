"""
Writes ``docs/edits.md``, what `mizzen diff` says of each of
``tools/typical_edits.py`` and what was seen when it was deployed: ``python -m
tools.edits``.
"""

import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import attrs

from mizzen.changes import Snapshot, StackChange, compared, to_markdown

from .typical_edits import (
    APP,
    BY_NAME,
    CONFIG,
    EDITS,
    ENVIRONMENT,
    ENVIRONMENTS,
    STACK,
    STACK_FILE,
    Change,
    Edit,
)


ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "edits.md"
SEEN = ROOT / "tools" / "seen_edits.json"

_HEAD = """\
# Typical edits and what they do

What `mizzen diff` says of typical edits of the example app, and what happened when they were deployed.
This page is made by `python -m tools.edits`, which compiles the app before and after each edit; its test fails when it is not up to date.

`tests/e2e/test_edits.py` deploys each of them, on one cluster, one after the other, and on the way back once more.
It holds what the report says against which pods were exchanged (their UIDs, containers and restarts), which requests failed for a client that asks for the page and the API twenty times a second throughout, which claims are the same, whether all values are still known, and whether what is newly reachable answers, and nothing else from outside.
The embedded cluster keeps no part from another one: that NetworkPolicies close what they are to close is not seen here.
What is dangerous is [acknowledged](guards.md) first, but for the smaller disk.
`make test-all` runs it; `--edits` runs it alone.

The app is that of `infra/app.py` with one replica of each part, at a node port.
An edit that stands *on* another one is compared with the app after that one.

"""


@attrs.frozen(kw_only=True)
class Report:
    """
    What is predicted of an edit.

    Attributes:
        before: The desired state before it.

        after: The desired state after it.

        change: What leads from one to the other.
    """

    before: Snapshot
    after: Snapshot
    change: StackChange


def _changes(edit: Edit | None) -> Iterator[Change]:
    if edit is None:
        yield Change(ENVIRONMENTS, "", ENVIRONMENT)
        yield Change(STACK_FILE, "", CONFIG)
        return
    yield from _changes(BY_NAME[edit.on] if edit.on else None)
    for word in edit.words:
        yield Change(APP, "import App, ", f"import App, {word}, ")
    yield from edit.changes


def texts(edit: Edit | None) -> Mapping[str, str]:
    """
    What the files that are touched hold after *edit*, and those that it
    stands on; of the app as it is for `None`.

    Raises:
        ValueError: If a file does not have what is to be replaced, once.
    """
    found: dict[str, str] = {}
    for change in _changes(edit):
        path = ROOT / change.path
        committed = path.read_text("utf-8") if path.is_file() else ""
        text = found.get(change.path, committed)
        if change.old and text.count(change.old) != 1:
            msg = f"{change.path} has not once {change.old!r}."
            raise ValueError(msg)
        found[change.path] = (
            text.replace(change.old, change.new)
            if change.old
            else text + change.new
        )
    return found


def write(folder: Path, edit: Edit | None) -> None:
    """
    Bring a copy of the tree to the state after *edit*, whichever it is in.
    """
    wanted = texts(edit)
    for path in {path for each in EDITS for path in texts(each)} - {*wanted}:
        if (ROOT / path).is_file():
            shutil.copy2(ROOT / path, folder / path)
        else:
            (folder / path).unlink(missing_ok=True)
    for path, text in wanted.items():
        (folder / path).write_text(text, encoding="utf-8")


@functools.cache
def snapshot(edit: Edit | None) -> Snapshot:
    """
    The desired state after *edit*, compiled as `mizzen diff` does.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for copied in ("Pulumi.yaml", "pyproject.toml"):
            shutil.copy2(ROOT / copied, folder)
        for copied in ("infra", "stacks", "apps"):
            ignored = shutil.ignore_patterns("node_modules", "local", "deploy")
            shutil.copytree(ROOT / copied, folder / copied, ignore=ignored)
        write(folder, edit)
        done = subprocess.run(  # noqa: S603 - no shell reads the words
            [sys.executable, "-m", "mizzen.cli", "snapshot", STACK],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT / "components")},
            capture_output=True,
            check=True,
            text=True,
        )
    return Snapshot.from_json(done.stdout)


def report(before: Edit | None, after: Edit | None) -> Report:
    """
    What is predicted of the way from one state to the other.
    """
    one, other = snapshot(before), snapshot(after)

    return Report(before=one, after=other, change=compared(one, other))


def base(edit: Edit) -> Edit | None:
    """
    The edit that *edit* stands on.
    """
    return BY_NAME[edit.on] if edit.on else None


def _said(edit: Edit) -> str:
    """
    The lines of the report, without the stack's name.
    """
    text = to_markdown([report(base(edit), edit).change])
    rows = [
        line.strip("| ").split(" | ")
        for line in text.splitlines()
        if line.startswith("| ")
    ]
    lines = [f"{row[0]}: {row[1]} ({row[2]})" for row in rows[1:]]

    return "<br>".join(lines) or "no change"


def _written(edit: Edit) -> str:
    lines = [
        f"`{' '.join(line.split())}`"
        for change in edit.changes
        for line in change.new.splitlines()
        if line.strip() and line not in change.old.splitlines()
    ]
    return "<br>".join(line.replace("|", "\\|") for line in lines)


def _row(edit: Edit, seen: Mapping[str, Mapping[str, str]]) -> str:
    on = f" (on *{edit.on}*)" if edit.on else ""
    found = seen.get(edit.name)
    fact = f"{found['seen']} ({found['date']})" if found else "not run yet"

    return f"| {edit.name}{on} | {_written(edit)} | {_said(edit)} | {fact} |\n"


def page() -> str:
    """
    The whole page.
    """
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        [*pool.map(snapshot, (None, *EDITS))]
    seen = json.loads(SEEN.read_text("utf-8"))
    table = "| Edit | Written | The report | Seen |\n|---|---|---|---|\n"

    return _HEAD + table + "".join(_row(edit, seen) for edit in EDITS)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
