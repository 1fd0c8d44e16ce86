"""
Which differences between two objects mean something.
"""

import pytest

from hypothesis import given
from hypothesis import strategies as st

from mizzen.changes.fields import ABSENT, FieldChange, field_changes, written
from mizzen.quantities import number_of


def differences(old, new):
    """
    Paths at which two objects differ.
    """
    return [str(change) for change in field_changes(old, new)]


class TestChurn:
    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
            ({}, {"protocol": "TCP"}),
            ({"items": []}, {}),
            ({"annotations": None}, {}),
            ({"limits": {"cpu": "1000m"}}, {"limits": {"cpu": 1}}),
            (
                {"requests": {"memory": "1Gi"}},
                {"requests": {"memory": "1024Mi"}},
            ),
            (
                {"emptyDir": {"sizeLimit": "1Gi"}},
                {"emptyDir": {"sizeLimit": "1024Mi"}},
            ),
            (
                {"env": [{"name": "A"}, {"name": "B"}]},
                {"env": [{"name": "B"}, {"name": "A"}]},
            ),
        ],
    )
    def test_equal(self, old, new):
        """
        Order, defaults and other words for the same are no differences.
        """
        assert differences(old, new) == []
        assert differences(new, old) == []

    @pytest.mark.parametrize(
        ("old", "new", "path"),
        [
            ({"value": "1000m"}, {"value": "1"}, "value"),
            (
                {"limits": {"cpu": "much"}},
                {"limits": {"cpu": "1"}},
                "limits.cpu",
            ),
            ({"a": 1}, {"a": True}, "a"),
            ({"a": {}}, {}, "a"),
            ({"args": ["a", "b"]}, {"args": ["b", "a"]}, "args[0]"),
            ({"args": ["a"]}, {"args": ["a", "b"]}, "args"),
            (
                {"rules": [{"from": 1}]},
                {"rules": [{"from": 2}]},
                "rules[0].from",
            ),
            ({"protocol": "UDP"}, {}, "protocol"),
        ],
    )
    def test_different(self, old, new, path):
        """
        What means something else is a difference.
        """
        assert path in differences(old, new)

    def test_mounts(self):
        """
        Mounts are told apart by their paths, for they share volumes.
        """
        old = [{"name": "v", "mountPath": "/a"}]
        new = [*old, {"name": "v", "mountPath": "/b"}]

        assert differences({"m": old}, {"m": new}) == ['m["/b"]']

    def test_values(self):
        """
        A field that comes has no old value, one that goes no new one.
        """
        assert [*field_changes({"a": 1}, {"b": 2})] == [
            FieldChange(("a",), 1, ABSENT),
            FieldChange(("b",), ABSENT, 2),
        ]
        assert repr(ABSENT) == "ABSENT"

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.text(max_size=5), inner, max_size=3)
            ),
        )
    )
    def test_itself(self, anything):
        """
        Nothing differs from itself.
        """
        assert differences(anything, anything) == []


class TestWritten:
    def test_keys(self):
        """
        Keys that are no words are quoted, places in lists are numbers.
        """
        path = ("data", "app.yaml", 3, "a-b")

        assert written(path) == 'data["app.yaml"][3].a-b'


class TestQuantities:
    @pytest.mark.parametrize(
        ("one", "other"),
        [("1e3", "1k"), ("0.5", "500m"), ("1Ki", "1024"), ("1E", "1000P")],
    )
    def test_equal(self, one, other):
        """
        Kubernetes has several words for a number.
        """
        assert number_of(one) == number_of(other) is not None
