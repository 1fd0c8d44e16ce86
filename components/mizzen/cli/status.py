"""
``mizzen status``.
"""

import datetime as dt
import json
import sys

import click

from ._options import context_option
from ._output import FINDINGS, FINE, drawn, form_option, print_text
from ._target import about_a_stack, target_of


@click.command()
@about_a_stack
@click.argument("part", required=False)
@context_option
@form_option("text", "json")
def status(
    stack: str,
    app: str | None,
    part: str | None,
    context: str | None,
    form: str,
) -> int:
    """
    Show what runs in STACK, and why parts are not ready.

    With PART, everything about it. The exit code is 1 if something is not
    ready.
    """
    from ..observation import status_of  # noqa: PLC0415
    from ..status import to_document  # noqa: PLC0415
    from ._status_text import print_part, print_status  # noqa: PLC0415

    target = target_of(stack, app)
    if part is not None:
        target.part(part)
    view = target.view(context)
    found = status_of(
        view.look(),
        stack=stack,
        namespace=view.kubectl.namespace,
        parts=view.parts,
        now=dt.datetime.now(dt.UTC),
    )
    if part is not None:
        found = found.about(part)
    if form == "json":
        print_text(f"{json.dumps(to_document(found), indent=2)}\n")
    else:
        show = print_part if part else print_status
        colour = sys.stdout.isatty()
        print_text(drawn(lambda to: show(found, to), colour=colour))

    return FINE if found.well else FINDINGS
