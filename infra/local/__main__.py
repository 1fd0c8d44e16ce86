"""
``python -m infra.local up|down|status|logs``
"""

import sys

import click

from . import cluster, progress
from .errors import LocalClusterError


@click.group(help="The embedded local cluster.")
def main() -> None:
    """
    The embedded local cluster.
    """


@main.command()
def up() -> None:
    """
    Start the cluster, unless it runs.
    """
    with progress.step("Starting the embedded cluster"):
        started = cluster.up()
    click.echo(f"export KUBECONFIG={started.kubeconfig}")


@main.command()
def down() -> None:
    """
    End the cluster and remove its data.
    """
    with progress.step("Removing the embedded cluster"):
        cluster.down()


if __name__ == "__main__":
    try:
        main(prog_name="python -m infra.local")
    except LocalClusterError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
