"""
What holds for whatever users describe.
"""

import hashlib
import os
import pickle
import re
import subprocess
import sys

import pytest

from hypothesis import given
from tests.fixed_examples import FIXED
from tests.properties import PROPERTIES, Seen
from tests.strategies import deployments, descriptions

from mizzen import SpecError, _names


# Compiles what it is handed, and says what has become of it.
RECOMPILE = """
import hashlib, pickle, sys
for description in pickle.load(sys.stdin.buffer):
    text = description.compiled().to_yaml()
    print(hashlib.sha256(text.encode()).hexdigest())
"""


# What a thousand examples take is for them alone: each line has tests of its
# own, and to watch lines takes longer than to run them.
pytestmark = pytest.mark.no_cover


@given(descriptions())
def test_compiled_or_refused(description):
    """
    A description is compiled, or refused by sentences that each name what
    is wrong.
    """
    names = [
        description.name,
        description.environment.name,
        description.stack.name,
        _names.instance(description.name, description.stack.name),
        *(part.name for part in description.parts),
    ]
    try:
        assert len(description.compiled()) >= len(description.parts)
    except SpecError as error:
        for problem in error.problems:
            assert any(
                re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", problem)
                for name in names
            )


@pytest.mark.parametrize("claim", FIXED)
def test_fixed(claim):
    """
    Every property holds for what it did not hold for.
    """
    description = FIXED[claim]
    seen = Seen(description, description.compiled())
    for holds in PROPERTIES:
        holds(seen)


def test_properties(root):
    """
    Every property holds for every desired state, and another process with
    other hashes writes the same texts.
    """
    described = []
    digests = []

    @given(deployments())
    def hold(deployment):
        seen = Seen(deployment.description, deployment.manifests)
        for holds in PROPERTIES:
            holds(seen)
        described.append(deployment.description)
        text = deployment.manifests.to_yaml().encode()
        digests.append(hashlib.sha256(text).hexdigest())

    hold()
    done = subprocess.run(
        [sys.executable, "-c", RECOMPILE],
        input=pickle.dumps(described),
        capture_output=True,
        cwd=root,
        env={**os.environ, "PYTHONHASHSEED": "4711"},
    )

    assert digests
    assert digests == done.stdout.decode().split(), done.stderr.decode()
