"""
What is wanted again of objects whose deletion is pending.
"""

import copy

from typing import ClassVar

import pytest

from mizzen.pending import is_pending, keep_wanted, put_back


JOB = "urn:pulumi:dev::shop::mizzen:index:App$kubernetes:batch/v1:Job::migrate"
API = "urn:pulumi:dev::shop::mizzen:index:App$kubernetes:apps/v1:Deployment::a"


def resource(urn, name, **marks):
    """
    A resource in the state.
    """
    return {"urn": urn, "inputs": {"metadata": {"name": name}}, **marks}


OLD = resource(JOB, "migrate-1")
NEW = resource(JOB, "migrate-2")
# What an update leaves that has failed with its second migration.
STATE = {
    "deployment": {
        "resources": [
            {"urn": "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"},
            NEW,
            resource(API, "a"),
            {**OLD, "delete": True},
        ]
    }
}


@pytest.fixture(name="state")
def _state():
    return copy.deepcopy(STATE)


def jobs(state):
    """
    Names of jobs in the state, and whether they are to be deleted.
    """
    return [
        (each["inputs"]["metadata"]["name"], each.get("delete", False))
        for each in state["deployment"]["resources"]
        if each["urn"] == JOB
    ]


class TestKept:
    def test_undone(self, state):
        """
        An object that is wanted again is the one that is there, and the one
        that came in its place goes; it stands where others need it.
        """
        assert put_back(state, {JOB: "migrate-1"})
        assert [("migrate-1", False), ("migrate-2", True)] == jobs(state)
        assert OLD == state["deployment"]["resources"][1]

    @pytest.mark.parametrize(
        "wanted", [{}, {JOB: "migrate-2"}, {JOB: "third"}]
    )
    def test_others(self, wanted, state):
        """
        Where another object is wanted, nothing is changed.
        """
        assert not put_back(state, wanted)
        assert STATE == state

    def test_gone(self, state):
        """
        An object that nothing has come in the place of is not kept: Pulumi
        makes it anew.
        """
        del state["deployment"]["resources"][1]

        assert not put_back(state, {JOB: "migrate-1"})

    def test_same_name(self, state):
        """
        An object that came under the same name is not confused with it.
        """
        state["deployment"]["resources"][1] = OLD

        assert not put_back(state, {JOB: "migrate-1"})


class Recorder:
    """
    Pulumi, with a state that stays.
    """

    def __init__(self, state, *events):
        self._state = state
        self._events = events
        self.put = None

    def state(self):
        """
        What it knows.
        """
        return self._state

    def preview(self):
        """
        What an update would do.
        """
        return self._events

    def put_state(self, state):
        """
        What it is to know.
        """
        self.put = state


class TestKeepWanted:
    WANTED: ClassVar = {
        "resourcePreEvent": {
            "metadata": {
                "op": "replace",
                "urn": JOB,
                "new": {"inputs": OLD["inputs"]},
            }
        }
    }

    def test_undone(self, state):
        """
        What the next update wants is found out by a preview.
        """
        engine = Recorder(state, {"diagnosticEvent": {}}, self.WANTED)
        keep_wanted(engine)

        assert [("migrate-1", False), ("migrate-2", True)] == jobs(engine.put)

    @pytest.mark.parametrize("resources", [None, [NEW]])
    def test_nothing_pending(self, resources):
        """
        Without pending deletions, the state stays as it is.
        """
        state = {"deployment": {"resources": resources}}
        engine = Recorder(state, self.WANTED)
        keep_wanted(engine)

        assert not is_pending(state)
        assert engine.put is None
