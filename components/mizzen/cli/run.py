"""
``mizzen run``.
"""

import click

from ..exceptions import chosen
from ..spec import CronJob, Job
from ._options import app_option, context_option, duration, stack_option
from ._target import context_of, target_of


@click.command()
@click.argument("job")
@click.argument("args", nargs=-1)
@stack_option
@app_option
@click.option(
    "--deadline",
    type=duration,
    metavar="DURATION",
    help="How long it may take, like 30m, in place of the job's own deadline.",
)
@context_option
def run(
    job: str,
    args: tuple[str, ...],
    *,
    stack: str,
    app: str | None,
    context: str | None,
    deadline: int | None,
) -> int:
    """
    Run JOB once more, as it is deployed, and show what it says.

    ARGS, after --, replace its arguments. The exit code is that of the job.
    """
    from .. import runs  # noqa: PLC0415
    from .._names import instance  # noqa: PLC0415
    from ..kubectl import Kubectl  # noqa: PLC0415

    target = target_of(stack, app)
    jobs = {
        part.name: part
        for part in target.app.parts
        if isinstance(part, (Job, CronJob))
    }
    part = chosen("Job", job, jobs)
    named = context_of(target, context)
    manifests = target.compile()

    return runs.run(
        Kubectl(context=named, namespace=manifests.namespace),
        manifests.names[part.name],
        type(part).__name__,
        instance(target.app.name, target.stack.name),
        args,
        deadline_seconds=deadline,
    )
