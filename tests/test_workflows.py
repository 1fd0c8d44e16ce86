"""
The action and the workflows: what they may do, and what they do.
"""

import json
import os
import re
import subprocess
import sys

from pathlib import Path

import attrs
import jsonschema
import pytest
import yaml

from infra.local.errors import LocalClusterError
from infra.local.tools import ACTIONLINT

from mizzen.changes.reading import schema

from .repository import Repository


ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def loaded(path):
    """
    A workflow; YAML takes the word ``on`` for a truth.
    """
    found = yaml.safe_load(path.read_text())
    found["on"] = found.pop(True)

    return found


@pytest.fixture(name="changes")
def _changes():
    return loaded(ROOT / ".github" / "workflows" / "changes.yml")


@pytest.fixture(name="comment")
def _comment():
    return loaded(ROOT / ".github" / "workflows" / "comment.yml")


@pytest.fixture(name="actionlint", scope="session")
def _actionlint():
    try:
        return ACTIONLINT.build() / "actionlint"
    except LocalClusterError as error:
        pytest.skip(f"actionlint cannot be built here: {error}")


class TestSafety:
    @pytest.mark.parametrize(
        "path", [*WORKFLOWS, ROOT / "action.yml"], ids=lambda path: path.name
    )
    def test_pinned(self, path):
        """
        Actions of others are named by the hash of a commit.
        """
        used = re.findall(r"uses: (.+)", path.read_text())

        assert used
        assert all(
            one.startswith("./ ") or PINNED.fullmatch(one) for one in used
        )

    @pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
    def test_rights(self, path):
        """
        No job has a right that it does not ask for, and none runs with the
        rights of the target what a pull request brings.
        """
        workflow = loaded(path)

        assert workflow["permissions"] == {}
        assert "pull_request_target" not in workflow["on"]
        assert all("permissions" in job for job in workflow["jobs"].values())

    def test_reader(self, changes):
        """
        What runs the code of a pull request reads it, and gets no secret
        and no token that stays behind.
        """
        (job,) = changes["jobs"].values()

        assert [*changes["on"]] == ["pull_request"]
        assert job["permissions"] == {"contents": "read"}
        assert not re.search(r"secrets|token", json.dumps(changes))
        assert job["steps"][0]["with"]["persist-credentials"] is False

    def test_writer(self, changes, comment):
        """
        What may write runs the code of the default branch alone, and hands
        to the shell what a stranger can choose as variables.
        """
        (job,) = comment["jobs"].values()
        checkout, *_ = job["steps"]
        run = "".join(step.get("run", "") for step in job["steps"])

        assert comment["on"] == {
            "workflow_run": {
                "workflows": [changes["name"]],
                "types": ["completed"],
            }
        }
        assert checkout["with"] == {"persist-credentials": False}
        assert "${{" not in run

    def test_actionlint(self, actionlint):
        """
        A checker that knows what GitHub runs finds nothing.
        """
        ran = subprocess.run(
            [actionlint, *WORKFLOWS], capture_output=True, text=True, cwd=ROOT
        )

        assert (ran.returncode, ran.stdout) == (0, "")


@attrs.frozen
class Runner:
    """
    Runs the shell steps of the action, as GitHub's runner does.

    Attributes:
        repository: What is checked out.

        folder: A folder of the job's own.
    """

    repository: Repository
    folder: Path

    @property
    def report(self):
        """
        The report that would be kept.
        """
        return json.loads(
            (self.folder / "mizzen-report" / "report.json").read_text()
        )

    @property
    def summary(self):
        """
        What people see of the job.
        """
        return (self.folder / "summary").read_text()

    def run(self, **inputs):
        """
        Run the steps up to the first that fails; names of those that ran,
        and the last exit code.
        """
        action = yaml.safe_load((ROOT / "action.yml").read_text())
        known = {
            f"inputs.{name}": str(given["default"])
            for name, given in action["inputs"].items()
        }
        known |= {f"inputs.{name}": text for name, text in inputs.items()}
        known["runner.temp"] = str(self.folder)
        known["inputs.mizzen"] = f"{sys.executable} -m mizzen.cli"
        ran = []
        for step in action["runs"]["steps"]:
            ran.append(step["name"])
            if "run" in step:
                code = self._step(step, known)
                if code:
                    return ran, code
            else:
                path = self._filled(step["with"]["path"], known)
                assert Path(path).is_file()
        return ran, 0

    def _filled(self, text, known):
        return re.sub(
            r"\$\{\{ ([\w.-]+) \}\}", lambda match: known[match[1]], str(text)
        )

    def _step(self, step, known):
        script = self.folder / "script.sh"
        script.write_text(self._filled(step["run"], known))
        output = self.folder / "output"
        output.write_text("")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            capture_output=True,
            cwd=self.repository.top
            / self._filled(step["working-directory"], known),
            env={
                **os.environ,
                **{
                    name: self._filled(value, known)
                    for name, value in step["env"].items()
                },
                "GITHUB_OUTPUT": str(output),
                "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            },
            text=True,
        )
        for line in output.read_text().splitlines():
            name, _, value = line.partition("=")
            known[f"steps.{step['id']}.outputs.{name}"] = value

        return done.returncode


@pytest.fixture(name="runner")
def _runner(tmp_path, monkeypatch):
    """
    The merge of a pull request, as it is checked out: its first parent is
    what it goes to.
    """
    top = tmp_path / "checkout"
    top.mkdir()
    repository = Repository(top)
    repository.git("switch", "--quiet", "--create", "smaller")
    repository.edit("2Gi", "1Gi")
    repository.commit("Shrink")
    repository.git("switch", "--quiet", "main")
    more = '"dev", overrides=[web.override(replicas=3)]'
    repository.edit('"dev"', more)
    repository.commit("Scale on the default branch")
    repository.git("merge", "--quiet", "--no-edit", "smaller")
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "components"))

    return Runner(repository, folder)


class TestAction:
    def test_merge(self, runner):
        """
        What the pull request brings is reported, and not what the default
        branch has got in the meantime.
        """
        ran, code = runner.run(**{"working-directory": "infra"})
        report = runner.report

        assert code == 0
        assert ran == ["Compare", "Keep the report", "Summarize"]
        jsonschema.validate(report, schema())
        assert [
            (stack["stack"], [part["part"] for part in stack["parts"]])
            for stack in report["stacks"]
        ] == [("dev", ["db"]), ("eu", ["db"])]
        assert "| `db` | data at risk |" in runner.summary

    def test_inputs(self, runner):
        """
        Stacks can be chosen; what is too dangerous fails the last step, when
        the report is kept.
        """
        ran, code = runner.run(
            **{
                "working-directory": "infra",
                "stacks": "eu",
                "fail-on": "data-at-risk",
            }
        )

        assert code == 1
        assert ran[-1] == "Summarize"
        assert [stack["stack"] for stack in runner.report["stacks"]] == ["eu"]
        assert runner.summary.startswith("- **`eu`**: data at risk")

    def test_broken(self, runner):
        """
        A pull request whose code cannot be compiled has a report that says
        so, and fails.
        """
        runner.repository.edit("disk=", "disc=")
        ran, code = runner.run(**{"working-directory": "infra"})

        assert code == 2
        assert ran[-1] == "Summarize"
        assert runner.report["stacks"][0]["failed"] is True
        assert "no answer" in runner.summary

    def test_no_base(self, runner):
        """
        Where there is nothing to compare with, the job ends at once.
        """
        ran, code = runner.run(
            **{"working-directory": "infra", "base": "missing"}
        )

        assert (ran, code) == (["Compare"], 2)


def blocks(language):
    """
    Examples on the page about pull requests.
    """
    text = (ROOT / "docs" / "pull-requests.md").read_text()

    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", text)


class TestPage:
    def test_workflows(self, tmp_path):
        """
        The workflows on the page are ones, and hand nothing of a stranger to
        a shell.
        """
        *found, _ = blocks("yaml")
        for number, text in enumerate(found):
            path = tmp_path / f"{number}.yml"
            path.write_text(text.replace("OWNER/mizzen@HASH", "./"))
            workflow = loaded(path)
            (job,) = workflow["jobs"].values()

            assert workflow["permissions"] == {}
            assert "${{" not in "".join(s.get("run", "") for s in job["steps"])
        assert len(found) == 3

    def test_same_rights(self, comment):
        """
        The page asks for no other rights than our own workflow.
        """
        (own,) = comment["jobs"].values()
        page = yaml.safe_load(blocks("yaml")[1])

        assert page["jobs"]["comment"]["permissions"] == own["permissions"]

    def test_actionlint(self, actionlint, tmp_path):
        """
        The checker finds nothing in them either.
        """
        for number, text in enumerate(blocks("yaml")[:2]):
            path = tmp_path / f"{number}.yml"
            path.write_text(text)
            ran = subprocess.run(
                [actionlint, path], capture_output=True, text=True
            )

            assert (ran.returncode, ran.stdout) == (0, "")
