"""
Examples in docstrings are tests, and which tests run side by side.
"""

import os

import pytest

from sybil import Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers.rest import DocTestParser


pytest_collect_file = Sybil(
    parsers=[DocTestParser()],
    path="components",
    patterns=["**/*.py"],
    document_types={".py": PythonDocStringDocument},
).pytest()

# Folders whose tests share what is costly to start.
_TOGETHER = frozenset({"api_server", "consumer", "e2e", "independent"})
# Folders and modules whose tests take longest, and begin first.
_FIRST = frozenset({"api_server", "e2e", "test_properties", "test_tools"})


def pytest_xdist_auto_num_workers() -> int:
    """
    One more than there are processors: the tests of a cluster mostly wait.
    """
    return (os.cpu_count() or 1) + 1


def _group(item: pytest.Item) -> str:
    """
    What stays together where tests run side by side: those of some folders,
    each property by itself, and else those of a file.
    """
    folder = item.path.parent.name
    if folder in _TOGETHER:
        return folder
    if item.path.stem == "test_properties":
        return f"properties {item.name}"

    return str(item.path)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """
    Mark groups, and put the longest first.
    """
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item)))
    items.sort(
        key=lambda item: _FIRST.isdisjoint(
            {item.path.parent.name, item.path.stem}
        )
    )
