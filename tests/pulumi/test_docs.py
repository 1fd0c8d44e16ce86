"""
The pages, run as Pulumi programs.
"""

import doctest

from pathlib import Path

import pytest

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser


ROOT = Path(__file__).parents[2]
PAGES = Sybil(
    parsers=[PythonCodeBlockParser(doctest_optionflags=doctest.ELLIPSIS)]
)


@pytest.mark.parametrize(
    "page",
    [
        "README.md",
        "docs/guide.md",
        "docs/platform.md",
        "docs/containers.md",
        "docs/stores.md",
        "docs/exposure.md",
        "docs/network.md",
        "docs/adopting.md",
    ],
)
def test_examples(deploy, page):
    """
    Every Python block does what the page says, in the stack ``dev`` of a
    program that runs all of them in their order.
    """
    examples = list(PAGES.parse(ROOT / page).examples())
    assert examples

    def program():
        for example in examples:
            example.evaluate()

    deploy(program, config={"shop:environment": "dev"})
