"""
What all commands have in common that run Pulumi.
"""

from collections.abc import Callable
from pathlib import Path

import click

from ..changes import ObjectChange
from ..changes.drift import drift
from ..changes.preview import diagnostics
from ..engine import Engine
from ..exceptions import SpecError
from ._target import Target


def runs_pulumi(command: Callable[..., int]) -> Callable[..., int]:
    """
    The options of all commands that run Pulumi.
    """
    return click.option(
        "--config-file",
        type=click.Path(
            path_type=Path, exists=True, dir_okay=False, resolve_path=True
        ),
        metavar="FILE",
        help="The stack's file, if it is not at its usual place.",
    )(command)


def engine_of(target: Target, config_file: Path | None) -> Engine:
    """
    Pulumi for the stack of *target*.
    """
    project, name = target.project, target.stack.name

    return Engine(
        root=project.root,
        stack=name,
        config_file=config_file or project.stack_file(name),
    )


def drift_of(
    engine: Engine,
) -> tuple[tuple[ObjectChange, ...], tuple[str, ...]]:
    """
    What the cluster has otherwise than the last update left it, and why that
    is not known.
    """
    try:
        events = engine.drift()
        problems = diagnostics(events, "error")
    except SpecError as error:
        events, problems = (), error.problems
    if problems:
        reasons = "; ".join(problems)
        return (), (f"What differs in the cluster is not known: {reasons}",)

    return drift(events), ()
