"""
Why a deployment has stopped: what its failed jobs have said.
"""

import os

from infra.local.progress import say

from mizzen import SpecError, compile_app, load_project, runs

from .target import Target


def show_failed_jobs(name: str, target: Target) -> None:
    """
    Print the last lines of each failed job of the stack called *name*.
    """
    project = load_project()
    stack = project.stack(name)
    app = project.app()
    manifests = compile_app(app, project.environment(stack), stack)
    kubectl = runs.Kubectl(
        context=target.addresses["context"],
        namespace=manifests.namespace,
        environment={**os.environ, **target.environment},
    )
    labels = {"app.kubernetes.io/instance": f"{app.name}-{stack.name}"}
    try:
        for job, said in runs.failures(kubectl, labels):
            say(f"Job {job} failed:\n{said}")
    except SpecError as error:
        say(str(error))
