"""
The tools that are built from Go modules. On a machine that has cached
nothing this builds them while other tests run.
"""

import subprocess

import pytest

from infra.local import gobuild, tools
from infra.local.errors import LocalClusterError
from infra.local.gobuild import GoTool


# What a cluster needs comes first, so that its tests begin soon: those of
# add-ons are the last that need any of these.
TOOLS = [tool for tool in vars(tools).values() if isinstance(tool, GoTool)]


@pytest.fixture(name="go")
def _go():
    try:
        return gobuild.go()
    except LocalClusterError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_built(go, tool):
    """
    The commands of a tool are built, each from its package, and need no
    library of the machine.
    """
    folder = tool.build()
    commands = [folder / name for name in tool.title.split(", ")]
    said = [
        subprocess.run(
            [go, "version", "-m", command],
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for command in commands
    ]

    for package, told in zip(tool.packages, said, strict=True):
        assert package == "." or f"\tpath\t{package}\n" in told
        assert "\tbuild\tCGO_ENABLED=0\n" in told
