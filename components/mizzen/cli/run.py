"""
``mizzen run``.
"""

import click

from ..spec import CronJob, Job
from ._target import complete_stack, context_of, target_of


@click.command()
@click.argument("job")
@click.argument("args", nargs=-1)
@click.option(
    "--stack", required=True, metavar="STACK", shell_complete=complete_stack
)
@click.option("--app", metavar="NAME", help="App, if the project has several.")
@click.option(
    "--context",
    metavar="NAME",
    help="Context of the kubeconfig, if the stack's file names none.",
)
def run(
    job: str,
    args: tuple[str, ...],
    stack: str,
    app: str | None,
    context: str | None,
) -> int:
    """
    Run JOB once more, as it is deployed, and show what it says.

    ARGS, after --, replace its arguments. The exit code is that of the job.
    """
    from .. import runs  # noqa: PLC0415
    from .._names import instance  # noqa: PLC0415

    target = target_of(stack, app)
    jobs = {
        part.name: part
        for part in target.app.parts
        if isinstance(part, (Job, CronJob))
    }
    part = runs.known_job(job, jobs)
    chosen = context_of(target, context)
    manifests = target.compile()

    return runs.run(
        runs.Kubectl(context=chosen, namespace=manifests.namespace),
        manifests.names[part.name],
        type(part).__name__,
        instance(target.app.name, target.stack.name),
        args,
    )
