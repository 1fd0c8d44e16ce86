"""
The real Pulumi engine, with a state of its own and without a cluster.
"""

import json
import os
import shutil
import subprocess
import sys

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest

from infra import local


def copied(root: Path, copy: Path, *folders: str) -> Path:
    """
    A copy of *folders* of the repository, and of what says that it is a
    project.
    """
    copy.mkdir()
    for name in folders:
        shutil.copytree(
            root / name,
            copy / name,
            ignore=shutil.ignore_patterns(
                ".*_cache", "__pycache__", "dist", "local", "node_modules"
            ),
        )
    for name in ("Pulumi.yaml", "pyproject.toml"):
        shutil.copy2(root / name, copy)

    return copy


@attrs.frozen
class Preview:
    """
    What a deployment would do.

    Attributes:
        code: Exit code of the command.

        steps: Resources that would be made, by name.

        errors: What went wrong, one text each.
    """

    code: int
    steps: Mapping[str, Mapping[str, Any]]
    errors: list[str]

    @classmethod
    def parse(cls, ran: "subprocess.CompletedProcess[str]") -> "Preview":
        """
        Read what ``pulumi preview --json`` printed.
        """
        content = json.loads(ran.stdout)
        return cls(
            ran.returncode,
            {
                step["urn"].rpartition("::")[2]: step["newState"]
                for step in content.get("steps", ())
                if step["op"] == "create"
            },
            [
                text.strip().removeprefix("error: ")
                for text in (
                    *(
                        message["message"]
                        for message in content.get("diagnostics", ())
                        if "err" in message["severity"]
                    ),
                    *ran.stderr.splitlines(),
                )
                if not text.startswith("warning: ")
            ],
        )

    def objects(self) -> dict[str, Mapping[str, Any]]:
        """
        The Kubernetes objects, by name of the resource.
        """
        return {
            name: state["inputs"]
            for name, state in self.steps.items()
            if state["type"].startswith("kubernetes:")
        }


@attrs.frozen
class Engine:
    """
    Runs ``pulumi`` for the stacks of any project.
    """

    environment: Mapping[str, str]

    def run(
        self, folder: Path, *arguments: str, given: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """
        Run ``pulumi`` in *folder*; *given* is its standard input.
        """
        return subprocess.run(
            ["pulumi", "--non-interactive", *arguments],
            capture_output=True,
            check=False,
            cwd=folder,
            env=dict(self.environment),
            input=given,
            text=True,
        )

    def new_stack(self, folder: Path, name: str, **secrets: str) -> None:
        """
        Make a stack with secret configuration.
        """
        commands = [
            (("stack", "init", name), ""),
            *(
                (("config", "set", "--secret", key, "-s", name), value)
                for key, value in secrets.items()
            ),
        ]
        for arguments, given in commands:
            ran = self.run(folder, *arguments, given=given)
            assert 0 == ran.returncode, ran.stderr

    def preview(self, folder: Path, stack: str) -> Preview:
        """
        What a deployment of *stack* would do.
        """
        ran = self.run(folder, "preview", "--json", "-s", stack)

        return Preview.parse(ran)


def _home(folder: Path) -> Path:
    """
    A home of its own, in which the plugins of the user's are found.
    """
    users = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    folder.mkdir()
    if (users / "plugins").is_dir():
        (folder / "plugins").symlink_to(users / "plugins")

    return folder


@pytest.fixture(name="pulumi_environment", scope="session")
def pulumi_environment_fixture(
    tmp_path_factory: pytest.TempPathFactory,
) -> Mapping[str, str]:
    """
    Variables under which ``pulumi`` runs, where this machine has it or can
    make it.
    """
    try:
        found = local.pulumi_environment()
    except local.LocalClusterError as error:
        pytest.skip(f"no Pulumi CLI: {error}")
    folder = tmp_path_factory.mktemp("pulumi")
    python = Path(sys.executable).parent

    return {
        **os.environ,
        **found,
        "PATH": f"{python}{os.pathsep}{found['PATH']}",
        # No preview asks a cluster that happens to be there.
        "KUBECONFIG": str(folder / "none"),
        "PULUMI_CONFIG_PASSPHRASE": "tests",
        "PULUMI_HOME": str(_home(folder / "home")),
    }


@pytest.fixture(name="engine")
def engine_fixture(
    pulumi_environment: Mapping[str, str], tmp_path: Path
) -> Engine:
    """
    The engine with no stacks.
    """
    state = tmp_path / "state"
    state.mkdir()

    return Engine({**pulumi_environment, "PULUMI_BACKEND_URL": state.as_uri()})
