"""
The command ``mizzen``: what a stack becomes, and what becomes of it.
"""

import importlib

import click

from ..exceptions import SpecError
from ._output import refusal


# Each is a module beside this one, which is not loaded before it is needed.
COMMANDS = (
    "check",
    "comment",
    "compare",
    "explain",
    "diff",
    "graph",
    "preview",
    "image",
    "pin",
    "release",
    "render",
    "run",
    "restore",
    "rollback",
    "rollout",
    "snapshot",
    "status",
    "up",
)


class _Commands(click.Group):
    """
    Commands that return their exit code.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - inherited
        """
        Names of all commands.
        """
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - inherited
        cmd_name: str,
    ) -> click.Command | None:
        """
        The command of that name.
        """
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f".{cmd_name}", __name__)
        command: click.Command = getattr(module, cmd_name)

        return command

    def invoke(self, ctx: click.Context) -> None:
        """
        Run the command and turn what it raises into messages.
        """
        try:
            code = super().invoke(ctx)
        except SpecError as error:
            raise refusal(error) from None
        ctx.exit(code)


@click.group(cls=_Commands)
@click.version_option(package_name="mizzen", message="mizzen %(version)s")
def main() -> None:
    """
    Show what a stack of this project becomes on Kubernetes.
    """
