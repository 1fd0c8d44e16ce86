"""
``mizzen graph``.
"""

from pathlib import Path

import click

from ._output import FINE, Refusal, form_option, print_text, writing
from ._target import about_a_stack, target_of


@click.command()
@about_a_stack
@form_option("mermaid", "svg")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="File to write to.",
)
def graph(stack: str, app: str | None, form: str, output: Path | None) -> int:
    """
    Draw who uses whom in STACK, and what the world outside reaches.
    """
    from .. import diagram  # noqa: PLC0415
    from ..graph import graph as graph_of  # noqa: PLC0415

    target = target_of(stack, app)
    draw = diagram.mermaid if form == "mermaid" else diagram.svg
    try:
        picture = draw(graph_of(target.app, target.environment))
    except FileNotFoundError as error:
        raise Refusal(str(error)) from None
    if output is None:
        print_text(picture)
    else:
        with writing(f"File {str(output)!r}"):
            output.write_text(picture, encoding="utf-8")

    return FINE
