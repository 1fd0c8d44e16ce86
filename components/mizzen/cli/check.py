"""
``mizzen check``.
"""

import click

from ._output import form_option
from ._target import about_a_stack, target_of


@click.command()
@about_a_stack
@form_option("text", "json")
def check(stack: str, app: str | None, form: str) -> int:
    """
    Judge the Kubernetes objects of STACK.

    Under version control, also what is dangerous about their changes since
    the branch left the default branch.

    The exit code is 1 if anything of severity error is found.
    """
    from ._findings import findings_of, show_findings  # noqa: PLC0415
    from ._guards import findings_since_base  # noqa: PLC0415

    target = target_of(stack, app)
    guarded = findings_since_base(target, app)

    return show_findings((*guarded, *findings_of(target)), form)
