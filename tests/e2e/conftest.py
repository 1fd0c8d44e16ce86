"""
The whole thing: ``make up`` of a copy of this tree on the embedded cluster,
and a real browser.
"""

import contextlib
import shutil
import subprocess

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra import local
from selenium import webdriver

from .deployments import Deployment, deployed


# The fixtures of what takes long, and what asks for it.
_ASKED_FOR = {"constant": "--rate", "edits": "--edits"}


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """
    What takes long runs when it is asked for, as `make test-all` does: tests
    under a constant load, which need the machine for themselves, when a rate
    is given, and the typical edits with ``--edits``. Those of production come
    last, because what they need takes longest to compile.
    """
    items.sort(key=lambda item: item.path.stem == "test_prod")
    left_out = {
        fixture
        for fixture, option in _ASKED_FOR.items()
        if not config.getoption(option)
    }
    found = [
        item
        for item in items
        if not left_out.isdisjoint(getattr(item, "fixturenames", ()))
    ]
    config.hook.pytest_deselected(items=found)
    items[:] = [item for item in items if item not in found]


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


@pytest.fixture(name="cluster", scope="session")
def _cluster(machine: None, root: Path) -> Iterator[None]:
    """
    The embedded cluster goes with the tests, unless a developer has it
    running.
    """
    was_running = local.running() is not None
    yield
    if not was_running:
        subprocess.run(["make", "down"], check=True, cwd=root)


@pytest.fixture(name="deployment", scope="session")
def _deployment(
    cluster: None, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """
    The app of a copy of this tree, at a port that Kubernetes has picked, so
    that it meets no app that a developer has running. Modules share it, each
    leaving it as it was but the last, which loses a volume.
    """
    with deployed(
        root,
        tmp_path_factory.mktemp("clone"),
        "e2e",
        environment='E2E = DEV.derive("e2e", exposure=NodePort([client]))\n',
        file="config:\n  multi:environment: e2e\n",
    ) as found:
        yield found


@contextlib.contextmanager
def _driver(folder: Path, *arguments: str) -> Iterator[webdriver.Chrome]:
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
        f"--user-data-dir={folder}",
        *arguments,
    ):
        options.add_argument(argument)
    options.binary_location = shutil.which("chromium") or ""
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    driver = webdriver.Chrome(options=options, service=service)
    try:
        yield driver
    finally:
        driver.quit()


@pytest.fixture(name="open_browser", scope="session")
def _open_browser(
    machine: None, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., contextlib.AbstractContextManager[webdriver.Chrome]]:
    """
    How a browser is started with further arguments.
    """

    def open_browser(
        *arguments: str,
    ) -> contextlib.AbstractContextManager[webdriver.Chrome]:
        return _driver(tmp_path_factory.mktemp("chromium"), *arguments)

    return open_browser


@pytest.fixture(name="browser", scope="session")
def _browser(
    open_browser: Callable[
        ..., contextlib.AbstractContextManager[webdriver.Chrome]
    ],
) -> Iterator[webdriver.Chrome]:
    with open_browser() as driver:
        yield driver
