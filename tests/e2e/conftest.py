"""
The whole thing: ``make up`` of a copy of this tree on the embedded cluster,
and a real browser.
"""

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
import pytest

from infra import local
from selenium import webdriver


STACK = "e2e"
NAMESPACE = f"multi-{STACK}"


def _copy_tree(root: Path, target: Path) -> None:
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

    folder: Path
    url: str
    environment: dict[str, str]
    output: str

    def up(self) -> str:
        """
        ``make up`` once more; what it printed.
        """
        return make_up(self.folder).stdout

    def kubectl(self, *arguments: str) -> str:
        """
        What kubectl prints about the app's namespace.
        """
        return subprocess.run(
            ["kubectl", "--namespace", NAMESPACE, *arguments],
            capture_output=True,
            check=True,
            env={**os.environ, **self.environment},
            text=True,
        ).stdout

    def pods(self) -> dict[str, set[str]]:
        """
        Names of the running pods by part.
        """
        found: dict[str, set[str]] = {}
        listed = json.loads(self.kubectl("get", "pods", "--output", "json"))
        for pod in listed["items"]:
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

    def ask(self, index: object) -> httpx.Response:
        """
        Post an index to the API through the page's address.
        """
        return httpx.post(
            f"{self.url}/api/values", json={"index": index}, timeout=10
        )


def make_up(folder: Path) -> subprocess.CompletedProcess[str]:
    """
    ``make up`` as a user runs it.
    """
    ran = subprocess.run(
        ["make", "--no-print-directory", "up", f"STACK={STACK}"],
        capture_output=True,
        check=False,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"

    return ran


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


@pytest.fixture(name="machine", scope="session")
def _machine() -> None:
    """
    A machine that can run the embedded cluster and a browser.
    """
    reason = local.supported()
    if reason is not None:
        pytest.skip(reason)
    if not shutil.which("chromedriver"):
        pytest.skip("chromedriver is not installed (chromium-driver)")


@pytest.fixture(name="deployment", scope="session")
def _deployment(
    machine: None, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """
    The app of a copy of this tree, at a port that Kubernetes has picked, so
    that it meets no app that a developer has running.
    """
    was_running = local.running() is not None
    folder = tmp_path_factory.mktemp("clone")
    _copy_tree(root, folder)
    with (folder / "infra" / "environments.py").open("a") as file:
        file.write('E2E = DEV.derive("e2e", exposure=NodePort([client]))\n')
    (folder / "stacks" / f"Pulumi.{STACK}.yaml").write_text(
        f"config:\n  multi:environment: {STACK}\n"
    )
    try:
        ran = make_up(folder)
        cluster = local.up()
        yield Deployment(
            folder=folder,
            url=ran.stdout.splitlines()[-1],
            environment=cluster.environment,
            output=ran.stdout,
        )
    finally:
        command = "destroy" if was_running else "down"
        subprocess.run(
            ["make", command, f"STACK={STACK}"], check=True, cwd=folder
        )


@pytest.fixture(name="browser", scope="session")
def _browser(
    machine: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    for argument in (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        f"--user-data-dir={tmp_path_factory.mktemp('chromium')}",
    ):
        options.add_argument(argument)
    options.binary_location = shutil.which("chromium") or ""
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    driver = webdriver.Chrome(options=options, service=service)
    yield driver
    driver.quit()
