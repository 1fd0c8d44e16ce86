"""
A stack is ready for Pulumi without anything set up by hand.
"""

import json
import os
import shutil
import signal
import subprocess
import sys

import attrs
import pytest
import yaml

from infra.deploy.errors import RefusedError
from infra.deploy.pulumi_stack import forget, opened
from infra.deploy.target import Target

from mizzen import load_project


@pytest.fixture(name="project")
def _project(root, tmp_path):
    """
    A copy of the repository's files that Pulumi and mizzen read.
    """
    folder = tmp_path / "project"
    for name in ("infra", "stacks"):
        shutil.copytree(root / name, folder / name)
    for name in ("Pulumi.yaml", "pyproject.toml"):
        shutil.copy(root / name, folder / name)

    return load_project(folder)


@pytest.fixture(name="target")
def _target(toolchain, tmp_path, monkeypatch):
    for name in (
        "PULUMI_BACKEND_URL",
        "PULUMI_CONFIG_PASSPHRASE",
        "PULUMI_CONFIG_PASSPHRASE_FILE",
    ):
        monkeypatch.delenv(name, raising=False)
    return Target(
        addresses={"context": "somewhere"},
        environment=toolchain,
        home=tmp_path / "home",
    )


FAKE = """\
import pathlib, signal, sys

try:
    print("began", flush=True)
    signal.pause()
except KeyboardInterrupt:
    for _ in range(3 * 10**7):  # longer than anybody is patient
        pass
    pathlib.Path("ended").touch()
    sys.exit(3)
"""
RUN = """\
import os, pathlib, sys
from infra.deploy.pulumi_stack import PulumiStack

root = pathlib.Path(sys.argv[1])
stack = PulumiStack(
    name="dev", root=root, config_file=root / "x", environment=os.environ
)
sys.exit(stack.mizzen("up"))
"""


class TestMizzen:
    def test_interrupted(self, root, tmp_path):
        """
        A command that is interrupted ends in its own time.
        """
        (tmp_path / "mizzen").mkdir()
        (tmp_path / "mizzen" / "__init__.py").touch()
        (tmp_path / "mizzen" / "cli.py").write_text(FAKE)
        with subprocess.Popen(
            [sys.executable, "-c", RUN, tmp_path],
            cwd=root,
            stdout=subprocess.PIPE,
            start_new_session=True,
            text=True,
        ) as process:
            assert process.stdout.readline() == "began\n"
            os.killpg(process.pid, signal.SIGINT)
            code = process.wait()

        assert code == 3
        assert (tmp_path / "ended").is_file()


def configuration(stack) -> dict[str, object]:
    """
    What Pulumi makes of the stack's file, secrets among it.
    """
    shown = stack.output("config", "--show-secrets", "--json")
    return {key: entry["value"] for key, entry in json.loads(shown).items()}


class TestOpened:
    def test_everything_made(self, project, target):
        """
        State, passphrase, salt and key are made, and addresses joined with
        what the stack's file says.
        """
        with opened(project, "dev", target) as stack:
            found = configuration(stack)

        assert "dev" == found["multi:environment"]
        assert "somewhere" == found["multi:context"]
        assert 64 == len(found["multi:stackKey"])

    def test_pull_request(self, project, target):
        """
        A stack without a file of its own takes that of its pattern, and has
        a key of its own.
        """
        project = attrs.evolve(project, patterns={"pr-*": "dev"})
        found = []
        for name in ("pr-1", "pr-2"):
            with opened(project, name, target) as stack:
                found.append(configuration(stack))
                assert stack.name == name

        assert all(one["multi:environment"] == "dev" for one in found)
        assert len({one["multi:stackKey"] for one in found}) == 2
        assert not [*project.stack_folder.glob("Pulumi.pr-*")]

    def test_forgotten(self, project, target):
        """
        Of a forgotten stack neither state nor key is left; others stay.
        """
        project = attrs.evolve(project, patterns={"pr-*": "dev"})
        for name in ("pr-1", "pr-12"):
            with opened(project, name, target) as stack:
                assert 0 == stack.run("destroy", "--yes", "--skip-preview")
        with opened(project, "pr-1", target) as stack:
            forget(stack, target)
        left = {path.name for path in target.home.rglob("*pr-1*.*")}

        assert {"pr-1.lock"} == {name for name in left if "pr-12" not in name}
        assert {"Pulumi.pr-12.yaml", "pr-12.json"} <= left

    def test_key_stays(self, project, target):
        """
        The key is made once: another would change every password.
        """
        with opened(project, "dev", target) as stack:
            first = configuration(stack)
        with opened(project, "dev", target) as stack:
            second = configuration(stack)

        assert first == second

    def test_committed_file_untouched(self, project, target):
        """
        The committed file stays as it is, and no key is in plain text.
        """
        path = project.stack_folder / "Pulumi.dev.yaml"
        before = path.read_text()
        with opened(project, "dev", target) as stack:
            key = configuration(stack)["multi:stackKey"]
            personal = stack.config_file

        assert before == path.read_text()
        assert str(key) not in personal.read_text()
        assert 0o600 == personal.stat().st_mode & 0o777
        assert 0o600 == (target.home / "passphrase").stat().st_mode & 0o777

    def test_one_at_a_time(self, project, target):
        """
        A stack that is being deployed is refused to a second process.
        """
        with (
            opened(project, "dev", target),
            pytest.raises(RefusedError) as ei,
            opened(project, "dev", target),
        ):
            pass

        assert "Stack 'dev' is being deployed by another process." == str(
            ei.value
        )

    def test_killed_before(self, project, target):
        """
        The lock that a killed Pulumi left in the state is in nobody's way.
        """
        with opened(project, "dev", target):
            state = target.home / "state" / ".pulumi"
        lock = state / "locks" / "organization" / "multi" / "dev" / "1.json"
        lock.parent.mkdir(parents=True, exist_ok=True)
        lock.write_text(json.dumps({"pid": os.getpid()}))
        with opened(project, "dev", target) as stack:
            found = stack.output("stack", "export")

        assert '"deployment"' in found
        assert not lock.exists()

    def test_locked_elsewhere(self, project, target, monkeypatch, tmp_path):
        """
        A lock in a backend of the user's own may be held by somebody else,
        and is left alone.
        """
        backend = tmp_path / "shared"
        backend.mkdir()
        monkeypatch.setenv("PULUMI_BACKEND_URL", backend.as_uri())
        with opened(project, "dev", target):
            locks = backend / ".pulumi" / "locks" / "organization"
        lock = locks / "multi" / "dev" / "1.json"
        lock.parent.mkdir(parents=True, exist_ok=True)
        lock.write_text(json.dumps({"pid": os.getpid()}))

        with (
            pytest.raises(RefusedError, match="currently locked"),
            opened(project, "dev", target),
        ):
            pass

        assert lock.exists()

    def test_own_salt(self, project, target, monkeypatch):
        """
        A file that brings its own salt is used as it is.
        """
        monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "known")
        with opened(project, "dev", target) as stack:
            content = yaml.safe_load(stack.config_file.read_text())
        path = project.stack_folder / "Pulumi.dev.yaml"
        path.write_text(yaml.safe_dump(content))
        with opened(project, "dev", target) as stack:
            assert path == stack.config_file
