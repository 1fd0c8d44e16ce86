"""
Measures `mizzen diff` of the example app, two revisions and both stacks,
against `mizzen render` of one stack.

Whole processes are run in turn. The revisions are commits in a repository of
their own; what they compile to is in the cache, or they are the working tree.
Run: ``python -m benchmarks.diff``
"""

# ruff: noqa: S603, S607, T201 - a program that runs programs and prints

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile

from pathlib import Path

from .processes import environment
from .render import Command


ROOT = Path(__file__).parents[1]
# Most that it may take, as a multiple of the time of one rendering.
TARGETS = {"HEAD~1": 5.0, "HEAD~1 HEAD": 3.0}
RUNS = 11


def repository(folder: Path) -> Path:
    """
    The example app, at a commit and with an edit on top of it.
    """
    folder.mkdir()
    for name in ("Pulumi.yaml", "pyproject.toml"):
        shutil.copy2(ROOT / name, folder)
    for name in ("infra", "stacks", "apps"):
        shutil.copytree(
            ROOT / name,
            folder / name,
            ignore=shutil.ignore_patterns("node_modules", "__pycache__"),
        )
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder)
    source = folder / "apps" / "worker" / "src" / "worker" / "loop.py"
    source.write_text(f"{source.read_text()}# Another line.\n")
    commit(folder)

    return folder


def git(folder: Path, *words: str) -> None:
    """
    Run git as somebody.
    """
    who = ("-c", "user.name=Somebody", "-c", "user.email=a@example.com")
    subprocess.run(["git", *who, *words], cwd=folder, check=True)


def commit(folder: Path) -> None:
    """
    Commit all there is.
    """
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Change")


def main() -> int:
    """
    Print the figures; the exit code says whether all targets were met.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    runs = parser.parse_args().runs
    mizzen = [sys.executable, "-m", "mizzen.cli"]
    met = True
    print("| revisions | render, s | diff, s | ratio | at most |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        app = repository(folder / "app")
        variables = {
            **environment(folder),
            "XDG_CACHE_HOME": str(folder / "cache"),
        }
        one = Command([*mizzen, "render", "prod"], app, variables)
        for revisions, most in TARGETS.items():
            words = revisions.split()
            both = Command([*mizzen, "diff", *words], app, variables)
            one.output()
            if "loop.py" not in both.output():
                msg = "The report does not tell of the edit."
                raise SystemExit(msg)
            times = [(one.seconds(), both.seconds()) for _ in range(runs)]
            base, found = map(statistics.median, zip(*times, strict=True))
            met &= found / base <= most
            print(
                f"| `mizzen diff {revisions}` | {base:.3f} | {found:.3f} "
                f"| {found / base:.2f} | {most} |"
            )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
