"""
The cluster's part of the tree of control groups, in both of its versions.
"""

import contextlib
import os
import time

from pathlib import Path


_ROOT = Path("/sys/fs/cgroup")
NAME = "mizzen"
_PATIENCE_SECONDS = 10.0


def _trees() -> list[Path]:
    """
    Where control groups can be made: one tree in version 2, one for each
    controller in version 1.
    """
    if (_ROOT / "cgroup.controllers").exists():
        return [_ROOT]

    return [
        tree
        for tree in _ROOT.iterdir()
        if tree.is_dir() and (tree / "cgroup.procs").exists()
    ]


def create() -> None:
    """
    Make the cluster's group in every tree.
    """
    for tree in _trees():
        (tree / NAME).mkdir(exist_ok=True)


def _remove(group: Path) -> None:
    for folder, _, _ in os.walk(group, topdown=False):
        with contextlib.suppress(FileNotFoundError):
            Path(folder).rmdir()


def remove() -> list[Path]:
    """
    Remove the cluster's groups, once their processes are gone; those that
    stay.
    """
    groups = [tree / NAME for tree in _trees()]
    end = time.monotonic() + _PATIENCE_SECONDS
    while left := [group for group in groups if group.exists()]:
        for group in left:
            with contextlib.suppress(OSError):
                _remove(group)
        if time.monotonic() > end:
            break
        time.sleep(0.05)

    return [group for group in groups if group.exists()]
