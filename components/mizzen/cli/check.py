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
    from ..checks import Severity  # noqa: PLC0415
    from ._findings import (  # noqa: PLC0415
        as_json,
        as_text,
        findings_of,
        print_coloured,
        summary,
    )

    findings = findings_of(target_of(stack, app))
    if form == "json":
        print_text(as_json(findings))
    elif sys.stdout.isatty():
        print_coloured(findings)
    else:
        print_text(as_text(findings))
    click.echo(summary(findings), err=True)
    failed = any(finding.severity is Severity.ERROR for finding in findings)

    return FINDINGS if failed else FINE
