"""
What the page about pull requests tells projects of others to run, run.
"""

import json
import os
import re
import subprocess
import sys

from pathlib import Path

import attrs
import pytest
import yaml


PROGRAM = """
import pulumi
config = pulumi.Config()
pulumi.export("environment", config.require("environment"))
pulumi.export("key", config.require_secret("stackKey"))
"""


@pytest.fixture(name="scripts")
def _scripts(root):
    """
    What the steps of the workflow run, by name.
    """
    page = (root / "docs" / "pull-requests.md").read_text("utf-8")
    blocks = re.findall(r"(?ms)^```yaml\n(.*?)^```$", page)
    (workflow,) = (
        found
        for found in map(yaml.safe_load, blocks)
        if found.get("name") == "Preview"
    )
    (job,) = workflow["jobs"].values()

    return {
        step["name"]: step["run"] for step in job["steps"] if "name" in step
    }


@attrs.frozen
class Runner:
    """
    Runs steps of the workflow in a checkout, for ``pr-7``.

    Attributes:
        folder: The checkout.

        scripts: What the steps run, by name.

        environment: Environment variables of the job.
    """

    folder: Path
    scripts: dict
    environment: dict

    def bash(self, script):
        """
        What a script prints.
        """
        return subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script],
            check=True,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout

    def run(self, *steps):
        """
        Run steps; the tools are there already.
        """
        for step in steps:
            script = self.scripts[step].replace("uv sync --frozen\n", "")
            self.bash(script.replace("uv run ", ""))

    def stacks(self):
        """
        Names of all stacks.
        """
        found = json.loads(self.bash("pulumi stack ls --json"))
        return {stack["name"] for stack in found}


@pytest.fixture(name="runner")
def _runner(toolchain, scripts, tmp_path):
    (tmp_path / "state").mkdir()
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name, text in {
        "Pulumi.yaml": "name: shop\nruntime: python\n",
        "Pulumi.preview.yaml": "config: {shop:environment: preview}\n",
        "__main__.py": PROGRAM,
    }.items():
        (folder / name).write_text(text)
    beside = Path(sys.executable).parent
    path = toolchain.get("PATH", os.environ["PATH"])
    runner = Runner(
        folder,
        scripts,
        {
            **os.environ,
            **toolchain,
            "PATH": f"{beside}{os.pathsep}{path}",
            "PULUMI_BACKEND_URL": (tmp_path / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "correct horse",
            "STACK": "pr-7",
        },
    )
    runner.bash("pulumi stack init preview --secrets-provider passphrase")
    runner.bash("echo s3cret | pulumi config set --secret stackKey")

    return runner


class TestPreviews:
    def test_life(self, runner, tmp_path):
        """
        A stack is deployed by the file of its pattern, twice if need be, and
        removed without a trace, while the file and other stacks stay.
        """
        file = (runner.folder / "Pulumi.preview.yaml").read_text()
        for _ in range(2):
            runner.run("Make the stack", "Deploy")
        outputs = json.loads(
            runner.bash("pulumi stack output --json --show-secrets -s pr-7")
        )
        assert {"environment": "preview", "key": "s3cret"} == outputs
        assert {"pr-7", "preview"} == runner.stacks()

        runner.run("Make the stack", "Remove")

        assert {"preview"} == runner.stacks()
        assert file == (runner.folder / "Pulumi.preview.yaml").read_text()
        assert not [*runner.folder.glob("Pulumi.pr-*")]
        assert [] == [
            path
            for path in (tmp_path / "state").rglob("*pr-7*")
            if path.is_file()
        ]

    def test_never_deployed(self, runner):
        """
        A pull request that is closed before anything was deployed leaves
        nothing, and so does one that is closed again.
        """
        for _ in range(2):
            runner.run("Make the stack", "Remove")

        assert {"preview"} == runner.stacks()
