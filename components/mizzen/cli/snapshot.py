"""
``mizzen snapshot``.
"""

import attrs
import click

from ._options import app_option
from ._output import FINE, print_text
from ._target import project_here


@click.command()
@click.argument("stacks", nargs=-1)
@app_option
@click.option(
    "--edition", metavar="YEAR", help="Another edition than the app's own."
)
def snapshot(
    stacks: tuple[str, ...], app: str | None, edition: str | None
) -> int:
    """
    Print the desired state of each of STACKS, with what was written to get
    it, as one JSON document a line. Without STACKS, all of them.

    This is what `mizzen diff` compares.
    """
    from ..changes import Snapshot  # noqa: PLC0415
    from ..changes import snapshot as snapshot_of  # noqa: PLC0415
    from ..exceptions import SpecError  # noqa: PLC0415

    project = project_here()
    found = project.app(app)
    if edition:
        found = attrs.evolve(found, edition=edition)
    for name in stacks or project.stacks():
        try:
            stack = project.stack(name).of(found.name)
            environment = project.environment(stack, found)
            state = snapshot_of(found, environment, stack)
        except SpecError as error:
            state = Snapshot(stack=name, problems=tuple(error.problems))
        print_text(f"{state.to_json()}\n")

    return FINE
