"""
The cluster's part of the tree of control groups, in both of its versions.
"""

import contextlib
import os
import time

from collections.abc import Iterable
from pathlib import Path


_ROOT = Path("/sys/fs/cgroup")
NAME = "mizzen"
_PATIENCE_SECONDS = 10.0
_POLL_SECONDS = 0.05


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


def switched_off() -> list[str]:
    """
    The controllers that version 2 knows and does not hand down to groups;
    the kubelet needs some of them.
    """
    known = _ROOT / "cgroup.controllers"
    if not known.exists():
        return []
    handed_down = (_ROOT / "cgroup.subtree_control").read_text().split()

    return [
        controller
        for controller in known.read_text().split()
        if controller not in handed_down
    ]


def _switch(sign: str, controllers: Iterable[str]) -> None:
    for controller in controllers:
        # Some cannot be handed down, such as cpu beside real-time processes;
        # the kubelet says so if it is one that it needs.
        with contextlib.suppress(OSError):
            (_ROOT / "cgroup.subtree_control").write_text(
                f"{sign}{controller}"
            )


def create(switched_on: Iterable[str]) -> None:
    """
    Make the cluster's group in every tree, and hand down the controllers
    *switched_on*.
    """
    _switch("+", switched_on)
    for tree in _trees():
        (tree / NAME).mkdir(exist_ok=True)


def _remove(group: Path) -> None:
    for folder, _, _ in os.walk(group, topdown=False):
        with contextlib.suppress(OSError):
            Path(folder).rmdir()


def remove(switched_on: Iterable[str]) -> list[Path]:
    """
    Remove the cluster's groups, once their processes are gone, and no longer
    hand down the controllers *switched_on*; the groups that stay.
    """
    groups = [tree / NAME for tree in _trees()]
    end = time.monotonic() + _PATIENCE_SECONDS
    while left := [group for group in groups if group.exists()]:
        for group in left:
            _remove(group)
        if time.monotonic() > end:
            break
        time.sleep(_POLL_SECONDS)
    _switch("-", switched_on)

    return [group for group in groups if group.exists()]
