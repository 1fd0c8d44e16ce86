"""
Whatever stands in objects, a diagnosis comes out.
"""

import copy
import datetime as dt
import json

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.troubles import RECORDED

from mizzen._lenient import Lenient
from mizzen.diagnosis import diagnose
from mizzen.observation import status_of
from mizzen.status import to_document

from .support import PARTS, live


NOW = dt.datetime(2026, 11, 23, 20, 30, tzinfo=dt.UTC)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from(["", "Running", "True", "Pod", "1e9Gi", "10"])
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


def paths(node, path=()):
    """
    Paths to everything within *node*.
    """
    yield path
    if isinstance(node, dict):
        for key, value in node.items():
            yield from paths(value, (*path, key))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from paths(value, (*path, number))


@st.composite
def damaged(draw):
    """
    What was recorded of one part, with some values replaced by any others.
    """
    part = draw(st.sampled_from(sorted(PARTS)))
    bodies = copy.deepcopy(
        [
            body
            for body in RECORDED
            if part in json.dumps(body["metadata"]) or body["kind"] == "Node"
        ]
    )
    for _ in range(draw(st.integers(1, 5))):
        path = draw(st.sampled_from([*paths(bodies)][1:]))
        node = bodies
        for key in path[:-1]:
            node = node[key]
        node[path[-1]] = draw(JSON)
        bodies = json.loads(json.dumps(bodies))
    return bodies


class TestAnything:
    @settings(max_examples=100)
    @given(damaged())
    def test_damaged_objects(self, bodies):
        """
        Whatever stands in an object, a diagnosis and a status come out.
        """
        found = live(bodies)
        status = status_of(
            found, stack="dev", namespace="lab", parts=PARTS, now=NOW
        )

        assert json.dumps(to_document(status))
        assert all(str(each).endswith(".") for each in diagnose(found))

    @given(st.lists(JSON, max_size=3))
    def test_no_objects(self, bodies):
        """
        What is no object at all is left out.
        """
        assert () == live(bodies).workloads

    def test_lenient(self):
        """
        What is not there is empty, and can be asked on.
        """
        nothing = Lenient([1])["a"]["b"]

        assert not nothing
        assert ("", 0, [], []) == (
            nothing.text,
            nothing.number,
            [*nothing],
            [*nothing.items()],
        )
