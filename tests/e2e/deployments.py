"""
Copies of this tree, and what was deployed from them.
"""

import contextlib
import json
import os
import shutil
import subprocess
import time

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import httpx
import yaml

from infra import local


def copy_tree(root: Path, target: Path) -> None:
    """
    What git tracks, and what it would track, without history.
    """
    listed = subprocess.run(
        ["git", "ls-files", "-z", "-co", "--exclude-standard"],
        capture_output=True,
        check=True,
        cwd=root,
        text=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (root / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, target / name)


@attrs.frozen(kw_only=True)
class Deployment:
    """
    A copy of the tree and the app that was deployed from it.
    """

    stack: str
    folder: Path
    url: str
    environment: dict[str, str]
    output: str

    @property
    def namespace(self) -> str:
        """
        The app's namespace.
        """
        return f"multi-{self.stack}"

    def up(self) -> str:
        """
        ``make up`` once more; what it printed.
        """
        return make_up(self.folder, self.stack).stdout

    def edit(self, old: str, new: str) -> None:
        """
        Replace a piece of the environments.
        """
        path = self.folder / "infra" / "environments.py"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def acknowledge(self, *lines: str) -> None:
        """
        Say in the stack's file that dangerous changes are meant.
        """
        path = self.folder / "stacks" / f"Pulumi.{self.stack}.yaml"
        content = yaml.safe_load(path.read_text())
        content["config"]["multi:acknowledge"] = [*lines]
        path.write_text(yaml.safe_dump(content))

    def kubectl(
        self, *arguments: str, given: str | None = None, check: bool = True
    ) -> str:
        """
        What kubectl prints about the app's namespace, errors included where
        they are no reason to end.
        """
        ran = subprocess.run(
            ["kubectl", "--namespace", self.namespace, *arguments],
            capture_output=True,
            check=False,
            env={**os.environ, **self.environment},
            input=given,
            text=True,
        )
        assert not check or ran.returncode == 0, ran.stderr

        return ran.stdout if check else f"{ran.stdout}{ran.stderr}"

    def objects(self, kind: str, *arguments: str) -> list[dict[str, Any]]:
        """
        All objects of *kind* in the app's namespace.
        """
        listed = self.kubectl("get", kind, "--output=json", *arguments)
        items: list[dict[str, Any]] = json.loads(listed)["items"]

        return items

    def pods(self) -> dict[str, set[str]]:
        """
        Names of the running pods by part.
        """
        found: dict[str, set[str]] = {}
        for pod in self.objects("pods"):
            metadata = pod["metadata"]
            if "deletionTimestamp" in metadata:
                continue
            part = metadata["labels"]["app.kubernetes.io/name"]
            found.setdefault(part, set()).add(metadata["name"])
        return found

    def values(self) -> dict[int, dict[str, Any]]:
        """
        What the API knows, by index.
        """
        answer = httpx.get(f"{self.url}/api/values", timeout=10)
        answer.raise_for_status()

        return {value["index"]: value for value in answer.json()}

    def mizzen(
        self, command: str, *arguments: str
    ) -> subprocess.CompletedProcess[str]:
        """
        Run a command of mizzen that asks the cluster.
        """
        context = local.up().context

        return subprocess.run(
            [
                *(".venv/bin/python", "-m", "mizzen.cli", command),
                *("--context", context, *arguments),
            ],
            capture_output=True,
            check=False,
            cwd=self.folder,
            env={**os.environ, **self.environment},
            text=True,
        )

    def ask(self, index: object) -> httpx.Response:
        """
        Post an index to the API through the page's address.
        """
        return httpx.post(
            f"{self.url}/api/values", json={"index": index}, timeout=10
        )


def attempted_up(folder: Path, stack: str) -> subprocess.CompletedProcess[str]:
    """
    ``make up`` as a user runs it, whether or not it is refused.
    """
    return subprocess.run(
        ["make", "--no-print-directory", "up", f"STACK={stack}"],
        capture_output=True,
        check=False,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        text=True,
    )


def make_up(folder: Path, stack: str) -> subprocess.CompletedProcess[str]:
    """
    The same where nothing is to be refused.
    """
    ran = attempted_up(folder, stack)
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"

    return ran


@contextlib.contextmanager
def running(folder: Path, stack: str) -> Iterator[Deployment]:
    """
    What the copy of a tree in *folder* describes as *stack*, as long as this
    block lasts.
    """
    try:
        ran = make_up(folder, stack)
        yield Deployment(
            stack=stack,
            folder=folder,
            url=ran.stdout.splitlines()[-1],
            environment=local.up().environment,
            output=ran.stdout,
        )
    finally:
        subprocess.run(
            ["make", "destroy", f"STACK={stack}"], check=True, cwd=folder
        )


@contextlib.contextmanager
def deployed(
    root: Path,
    folder: Path,
    stack: str,
    *,
    environment: str,
    file: str,
    pattern: str | None = None,
) -> Iterator[Deployment]:
    """
    The app of a copy of this tree at *folder* as *stack*, as long as this
    block lasts.

    Args:
        root: This tree.

        folder: An empty folder.

        stack: Name of the stack.

        environment: Python that defines the stack's environment.

        file: The stack's file.

        pattern: Names of the stacks that the file of another one stands for.
    """
    copy_tree(root, folder)
    name = stack
    if pattern:
        name = "shared"
        with (folder / "pyproject.toml").open("a") as settings:
            settings.write(f'[tool.mizzen.stacks]\n"{pattern}" = "{name}"\n')
    with (folder / "infra" / "environments.py").open("a") as environments:
        environments.write(environment)
    (folder / "stacks" / f"Pulumi.{name}.yaml").write_text(file)
    with running(folder, stack) as deployment:
        yield deployment


def eventually(state: Callable[[], object], *, seconds: float = 120) -> object:
    """
    The first true result of *state*; the last one when time is up.
    """
    end = time.monotonic() + seconds
    while True:
        try:
            found = state()
        except httpx.HTTPError as error:
            found = None
            if time.monotonic() > end:
                raise AssertionError(str(error)) from error
        if found or time.monotonic() > end:
            return found
        time.sleep(0.5)
