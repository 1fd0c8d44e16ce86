"""
``mizzen check``.
"""

import sys

import click

from ._output import FINDINGS, FINE, print_text
from ._target import about_a_stack, target_of


@click.command()
@about_a_stack
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
)
def check(stack: str, app: str | None, form: str) -> int:
    """
    Judge the Kubernetes objects of STACK.

    The exit code is 1 if anything of severity error is found.
    """
    from .. import _passphrase  # noqa: PLC0415
    from .._neighbours import neighbours  # noqa: PLC0415
    from ..checks import Severity  # noqa: PLC0415
    from ..checks import check as findings_of  # noqa: PLC0415
    from ._findings import (  # noqa: PLC0415
        as_json,
        as_text,
        print_coloured,
        summary,
    )

    target = target_of(stack, app)
    findings = findings_of(
        target.app,
        target.environment,
        target.stack,
        target.compile(),
        empty_passphrase=_passphrase.is_empty(),
        neighbours=neighbours(target.project, target.app, target.stack),
    )
    if form == "json":
        print_text(as_json(findings))
    elif sys.stdout.isatty():
        print_coloured(findings)
    else:
        print_text(as_text(findings))
    click.echo(summary(findings), err=True)
    failed = any(finding.severity is Severity.ERROR for finding in findings)

    return FINDINGS if failed else FINE
