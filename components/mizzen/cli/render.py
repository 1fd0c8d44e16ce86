"""
``mizzen render``.
"""

from pathlib import Path

import click

from ._output import FINE, form_option, print_text, writing
from ._target import about_a_stack, target_of


@click.command()
@about_a_stack
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder to write one file per object to; other files stay.",
)
@form_option("yaml", "json")
def render(stack: str, app: str | None, output: Path | None, form: str) -> int:
    """
    Print the Kubernetes objects of STACK.

    Values that are known only at deployment are named, not shown.
    """
    manifests = target_of(stack, app).compile()
    if output is not None:
        from ._folder import files, write_files  # noqa: PLC0415

        with writing(f"Folder {str(output)!r}"):
            write_files(output, files(manifests, form))
    else:
        print_text(
            manifests.to_yaml() if form == "yaml" else manifests.to_json()
        )

    return FINE
