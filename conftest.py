"""
Examples in docstrings are tests, and which tests run side by side.
"""

import os
import signal

from pathlib import PurePosixPath
from typing import Any

import pytest

from sybil import Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers.rest import DocTestParser
from xdist.scheduler import LoadScopeScheduling


pytest_collect_file = Sybil(
    parsers=[DocTestParser()],
    path="components",
    patterns=["**/*.py"],
    document_types={".py": PythonDocStringDocument},
).pytest()

# Shells make background jobs ignore it, and so would all programs that tests
# start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Folders whose tests share what is costly to start.
_TOGETHER = frozenset({"api_server", "consumer", "e2e", "independent"})
# Folders and modules whose tests take longest, and begin first.
_FIRST = frozenset({"api_server", "e2e", "test_properties", "test_tools"})
# Modules whose tests take so long that each goes its own way.
_APART = frozenset({"test_properties"})


class _Scheduling(LoadScopeScheduling):
    """
    Tests of a module stay together, and those of some folders.
    """

    def _split_scope(self, nodeid: str) -> str:
        module = PurePosixPath(nodeid.partition("::")[0])
        if module.stem in _APART:
            return nodeid
        folder = module.parent

        return str(folder if folder.name in _TOGETHER else module)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(
    config: pytest.Config, log: Any
) -> LoadScopeScheduling:
    """
    How tests are handed to processes.
    """
    return _Scheduling(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """
    One process more than there are processors: tests of a cluster mostly
    wait.
    """
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """
    Put the longest first.
    """
    items.sort(
        key=lambda item: _FIRST.isdisjoint(
            {item.path.parent.name, item.path.stem}
        )
    )
