"""
``python -m infra.local up|down|status|logs``
"""

import shutil
import subprocess
import sys
import time

import click

from rich.console import Console
from rich.table import Table

from . import cluster, paths, progress, status
from .errors import LocalClusterError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """
    A real Kubernetes on this machine, for development.
    """


@main.command()
def up() -> None:
    """
    Start the cluster, unless it runs.
    """
    began = time.monotonic()
    started = cluster.up()
    took = progress.duration(time.monotonic() - began)
    progress.say(f"The embedded cluster is ready ({took}).")
    click.echo(f"export KUBECONFIG={started.kubeconfig}")


@main.command()
def down() -> None:
    """
    End the cluster and remove its data.
    """
    with progress.step("Removing the embedded cluster"):
        cluster.down()


@main.command(name="status")
def show_status() -> None:
    """
    Tell whether the cluster runs, and how to reach what is in it. Exits
    with 1 if it does not run.
    """
    running = cluster.running()
    facts = list(status.lines(running))
    if sys.stdout.isatty():
        table = Table(show_header=False, box=None)
        for label, fact in facts:
            table.add_row(f"[bold]{label}", fact)
        Console(highlight=False).print(table)
    else:
        for label, fact in facts:
            click.echo(f"{label}: {fact}")
    sys.exit(0 if running else 1)


@main.command()
@click.argument("name", required=False)
@click.option("-f", "--follow", is_flag=True, help="Go on with new lines.")
@click.option(
    "-n", "--lines", default=100, show_default=True, help="How many to show."
)
def logs(name: str | None, lines: int, *, follow: bool) -> None:
    """
    Show the log of a process of the cluster; without NAME, list them.
    """
    files = {path.stem: path for path in sorted(paths.logs().glob("*.log"))}
    if name is None:
        click.echo("\n".join(files))
        return
    if name not in files:
        known = ", ".join(map(repr, files)) or "none, the cluster is not there"
        msg = f"There is no log named {name!r}. The logs are: {known}."
        raise click.UsageError(msg)

    options = ["-F"] if follow else []
    tail = shutil.which("tail") or "tail"
    subprocess.run([tail, f"-n{lines}", *options, files[name]], check=False)


if __name__ == "__main__":
    try:
        main(prog_name="python -m infra.local")
    except LocalClusterError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
