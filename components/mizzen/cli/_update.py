"""
Updates of a stack, shown to people while they go on.
"""

import sys
import time

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import click

from ..changes.inert import visible
from ..engine import Engine
from ..exceptions import SpecError
from ..pending import keep_wanted
from ..retries import clear_failed
from ..updates import Outcome, Watch, followed_update
from ._output import FINDINGS, FINE, drawn, print_text
from ._status_text import print_diagnosis
from ._target import Target


if TYPE_CHECKING:
    from rich.console import Console

    from ..view import View

DEADLINE_SECONDS = 300


def _telling() -> Callable[[str], None]:
    """
    Says what happens, and how many seconds have gone by.
    """
    began = time.monotonic()

    def tell(line: str) -> None:
        gone = time.monotonic() - began
        print_text(f"{gone:5.0f} s  {visible(line)}\n")

    return tell


def _ways_back(
    target: Target, parts: Iterable[str], outcome: Outcome, view: "View"
) -> Iterator[str]:
    """
    How to go back to what was there before.
    """
    stack = target.stack
    hopeless = dict.fromkeys(each.part for each in outcome.diagnoses)
    recorded = [part for part in parts or hopeless if part in stack.versions]
    for part in recorded:
        yield f"mizzen rollback {part} --stack {stack.name}"
    if not recorded:
        yield f"undo the change, and: mizzen up {stack.name}"
    for diagnosis in outcome.diagnoses:
        # A StatefulSet goes on with a pod only once that is ready.
        if diagnosis.workload.startswith("StatefulSet") and diagnosis.pods:
            yield view.kubectl.command("delete", "pod", *diagnosis.pods)


def _print_outcome(
    outcome: Outcome,
    view: "View",
    target: Target,
    parts: Iterable[str],
    console: "Console",
) -> None:
    """
    Print why an update has ended early, what runs meanwhile, and how to go
    back.
    """
    from rich.text import Text  # noqa: PLC0415

    console.print()
    for diagnosis in outcome.diagnoses:
        log = diagnosis.cause.log
        print_diagnosis(
            diagnosis, console, view.kubectl.said(log) if log else ()
        )
    # What Pulumi says of what it waits for is the same, in more words.
    if not outcome.diagnoses:
        for problem in outcome.problems:
            console.print(Text(visible(problem), "bold red"))
    if outcome.cancelled:
        console.print("The update was ended: waiting does not help.")
    ways = "; then: ".join(_ways_back(target, parts, outcome, view))
    console.print(Text(f"To go back: {ways}"))


def _clear_failed(
    engine: Engine,
    view: "View",
    targets: Iterable[str],
    tell: Callable[[str], None],
) -> None:
    """
    Make way for another try of Jobs that have failed.
    """
    try:
        live = view.look()
    except SpecError:
        # The update itself will tell why the cluster is not there.
        return
    for name in clear_failed(engine, view.kubectl, live, targets):
        tell(f"Job {name} has failed before and is tried again")


def update(
    target: Target,
    engine: Engine,
    *,
    parts: Iterable[str] = (),
    targets: Iterable[str] = (),
    context: str | None = None,
    deadline_seconds: float = DEADLINE_SECONDS,
) -> int:
    """
    Update the stack of *target*, and show what happens to each part. It ends
    as soon as a part cannot become ready, and says why.

    Args:
        target: App, environment and stack.

        engine: Pulumi for the stack.

        parts: Those that get another version, if it is about that.

        targets: The resources to update; all if there are none.

        context: Context of the kubeconfig, if the stack names none.

        deadline_seconds: How long a part may take without another pod that
            gets ready.

    Returns:
        The exit code.
    """
    view = target.view(context)
    tell = _telling()
    for name in keep_wanted(engine, view.kubectl):
        tell(f"Job {name} is run again, since what came after it has failed")
    _clear_failed(engine, view, targets, tell)
    watch = Watch(look=view.look, deadline_seconds=deadline_seconds)
    outcome = followed_update(engine.up(targets), watch, tell)
    if not outcome.well:
        colour = sys.stdout.isatty()
        print_text(
            drawn(
                lambda console: _print_outcome(
                    outcome, view, target, parts, console
                ),
                colour=colour,
            )
        )
        return FINDINGS
    url = engine.outputs().get("url")
    if url:
        click.echo(url)

    return FINE
