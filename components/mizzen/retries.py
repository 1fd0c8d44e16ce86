"""
Jobs that have failed and are wanted again.

The name of a Job tells what it runs, so an update that tries it once more
wants the same one, and Pulumi would only wait again for what has failed.
"""

from collections.abc import Iterable

from .engine import Engine
from .kubectl import Kubectl
from .live import Live, happens, name_of
from .pending import IS_JOB, known, wanted


def clear_failed(
    engine: Engine, kubectl: Kubectl, live: Live, targets: Iterable[str] = ()
) -> tuple[str, ...]:
    """
    Remove the failed Jobs that the next update wants, so that it makes them
    anew.

    Args:
        engine: Pulumi for the stack.

        kubectl: The namespace of the app.

        live: The app as the cluster has it.

        targets: The resources to update; all if there are none.

    Returns:
        Names of the Jobs.

    Raises:
        SpecError: If Pulumi or kubectl fails.
    """
    failed = {
        name_of(job) for job in live.of_kind("Job") if happens(job, "Failed")
    }
    if not failed:
        return ()
    again = {
        urn: name
        for urn, name in wanted(engine.preview(targets))
        if IS_JOB in urn and name in failed
    }
    for name in again.values():
        # Its last pods may still be on their way out.
        kubectl.ask("delete", "job", name, "--cascade=foreground")
    forgotten = sorted(again.keys() & known(engine.state()))
    if forgotten:
        engine.refresh(forgotten)

    return tuple(again.values())
