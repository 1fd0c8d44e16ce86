"""
What processes that are measured have in common.
"""

import os
import statistics

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import click


def environment(folder: Path) -> dict[str, str]:
    """
    Python with compiled modules, as every installer leaves them.
    """
    variables = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)

    return variables


def compared(
    runs: Sequence[tuple[float, float]],
) -> tuple[float, float, float]:
    """
    The medians of theirs and of ours in *runs*, each a pair of seconds, and
    that of their ratios.
    """
    theirs, ours = (
        statistics.median(times) for times in zip(*runs, strict=True)
    )
    return theirs, ours, statistics.median(our / their for their, our in runs)


def services(counts: Iterable[int]) -> Callable[[Any], Any]:
    """
    For a click command: takes which of *counts*, numbers of services, are
    measured; all, if none is given.
    """
    known = tuple(counts)
    return click.argument(
        "services", type=click.Choice(known), nargs=-1, default=known
    )
