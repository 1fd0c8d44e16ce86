"""
What is wanted again of objects whose deletion is pending.
"""

import copy

from typing import ClassVar

import pytest

from mizzen.pending import forget_errands, is_pending, keep_wanted, put_back


JOB = "urn:pulumi:dev::shop::mizzen:index:App$kubernetes:batch/v1:Job::migrate"
API = "urn:pulumi:dev::shop::mizzen:index:App$kubernetes:apps/v1:Deployment::a"
ACCOUNTS = "urn:pulumi:dev::shop::kubernetes:batch/v1:Job::db-accounts"
FILES = "urn:pulumi:dev::shop::kubernetes:core/v1:Secret::db-accounts-files"


def resource(urn, name, component="job", **marks):
    """
    A resource in the state.
    """
    labels = {"app.kubernetes.io/component": component}
    metadata = {"name": name, "labels": labels}
    return {"urn": urn, "inputs": {"metadata": metadata}, **marks}


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


# An account that is no longer known has an end since then.
ERRANDS = {
    "deployment": {
        "resources": [
            resource(ACCOUNTS, "db-accounts-2", "store"),
            resource(FILES, "db-accounts-2", "store"),
            resource(ACCOUNTS, "db-accounts-1", "store", delete=True),
            resource(FILES, "db-accounts-1", "store", delete=True),
        ]
    }
}


@pytest.fixture(name="state")
def _state():
    return copy.deepcopy(STATE)


@pytest.fixture(name="errands")
def _errands():
    return copy.deepcopy(ERRANDS)


def names(state, urn=JOB):
    """
    Names of what is called *urn* in the state, and whether they are to be
    deleted.
    """
    return [
        (each["inputs"]["metadata"]["name"], each.get("delete", False))
        for each in state["deployment"]["resources"]
        if each["urn"] == urn
    ]


class TestKept:
    def test_undone(self, state):
        """
        An object that is wanted again is the one that is there, and the one
        that came in its place goes; it stands where others need it.
        """
        assert put_back(state, {JOB: "migrate-1"})
        assert [("migrate-1", False), ("migrate-2", True)] == names(state)
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


class TestErrands:
    WANTED: ClassVar = {ACCOUNTS: "db-accounts-1", FILES: "db-accounts-1"}

    def test_again(self, errands):
        """
        What a store is told is told again: the Job from before is forgotten
        instead of kept, and its files are there as before.
        """
        assert ("db-accounts-1",) == forget_errands(errands, self.WANTED)
        assert put_back(errands, self.WANTED)
        assert [("db-accounts-2", False)] == names(errands, ACCOUNTS)
        assert [("db-accounts-1", False), ("db-accounts-2", True)] == names(
            errands, FILES
        )

    def test_not_kept(self, errands):
        """
        A Job that has told a store something is never kept.
        """
        assert not put_back(errands, {ACCOUNTS: "db-accounts-1"})
        assert ERRANDS == errands

    @pytest.mark.parametrize("wanted", [{}, {ACCOUNTS: "db-accounts-2"}])
    def test_others(self, wanted, errands):
        """
        Where another one is wanted, nothing is forgotten.
        """
        assert () == forget_errands(errands, wanted)
        assert ERRANDS == errands

    def test_parts(self, state):
        """
        Jobs of parts are not forgotten: what they did stays done.
        """
        assert () == forget_errands(state, {JOB: "migrate-1"})
        assert STATE == state


class Recorder:
    """
    Pulumi with a state that stays, and kubectl.
    """

    def __init__(self, state, *events):
        self._state = state
        self._events = events
        self.put = None
        self.asked = []

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

    def ask(self, *words):
        """
        Let kubectl do something, which comes before Pulumi knows of it.
        """
        assert self.put is None
        self.asked.append(words)


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

        assert () == keep_wanted(engine, engine)
        assert [] == engine.asked
        assert [("migrate-1", False), ("migrate-2", True)] == names(engine.put)

    def test_errands(self, errands):
        """
        A Job that tells a store something makes room for another run.
        """
        metadata = {
            "op": "replace",
            "urn": ACCOUNTS,
            "new": errands["deployment"]["resources"][2],
        }
        engine = Recorder(
            errands, {"resourcePreEvent": {"metadata": metadata}}
        )

        assert ("db-accounts-1",) == keep_wanted(engine, engine)
        assert [
            (
                "delete",
                "job",
                "db-accounts-1",
                "--cascade=foreground",
                "--ignore-not-found",
            )
        ] == engine.asked
        assert [("db-accounts-2", False)] == names(engine.put, ACCOUNTS)

    def test_unwanted(self, state):
        """
        Where nothing is wanted again, the state stays as it is.
        """
        engine = Recorder(state)
        keep_wanted(engine, engine)

        assert engine.put is None

    @pytest.mark.parametrize("resources", [None, [NEW]])
    def test_nothing_pending(self, resources):
        """
        Without pending deletions, the state stays as it is.
        """
        state = {"deployment": {"resources": resources}}
        engine = Recorder(state, self.WANTED)
        keep_wanted(engine, engine)

        assert not is_pending(state)
        assert engine.put is None
