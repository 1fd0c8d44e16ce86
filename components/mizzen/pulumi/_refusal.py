"""
Nothing is deployed that does not work, or that gives secrets away.
"""

from .. import _passphrase
from .._neighbours import neighbours
from ..checks import Severity, check
from ..compiler import compile_app
from ..environment import Environment
from ..exceptions import raise_problems
from ..project import Project
from ..spec import App
from ..stack import Stack


def refuse_errors(
    app: App,
    environment: Environment,
    stack: Stack,
    project: Project | None = None,
) -> None:
    """
    Judge *app* as ``mizzen check`` does, before anything is registered.

    Args:
        app: What is to be deployed.

        environment: Policy of the stack.

        stack: Addresses and versions; see `current_stack`.

        project: Where to look for what else goes to the same cluster.

    Raises:
        mizzen.SpecError: If something of severity error is found.
    """
    findings = check(
        app,
        environment,
        stack,
        compile_app(app, environment, stack),
        empty_passphrase=_passphrase.is_empty(),
        neighbours=neighbours(project, app, stack) if project else (),
    )
    raise_problems(
        f"Stack {stack.name!r} is not deployed",
        (
            str(finding)
            for finding in findings
            if finding.severity is Severity.ERROR
        ),
    )
