"""
``mizzen check``.
"""

import click

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
    from ._findings import findings_of, told  # noqa: PLC0415

    findings = findings_of(target_of(stack, app))

    return told(findings, form)
