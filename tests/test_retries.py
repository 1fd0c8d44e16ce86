"""
Jobs that have failed, when an update wants them again.
"""

import pytest

from mizzen.live import Live
from mizzen.retries import clear_failed

from .engine_events import begins, ends


FAILED = [{"type": "Failed", "status": "True"}]
URN = (
    "urn:pulumi:dev::lab::mizzen:index:App$mizzen:index:Service$"
    "kubernetes:batch/v1:Job::migrate-job"
)


def job(name, *conditions):
    """
    A job as a cluster has it.
    """
    labels = {"app.kubernetes.io/instance": "lab-dev"}
    return {
        "kind": "Job",
        "metadata": {"name": name, "labels": labels},
        "status": {"conditions": [*conditions]},
    }


class Recorder:
    """
    Pulumi and kubectl, which take note of what they are asked for.
    """

    def __init__(self, *events, state=(URN,)):
        self._events = events
        self._state = state
        self.asked = []

    def preview(self, targets):
        """
        What an update would do.
        """
        self.asked.append(("preview", *targets))
        return self._events

    def state(self):
        """
        What Pulumi knows.
        """
        resources = [{"urn": urn} for urn in self._state]
        return {"deployment": {"resources": resources}}

    def refresh(self, targets):
        """
        Let Pulumi ask the cluster.
        """
        self.asked.append(("refresh", *targets))

    def ask(self, *words):
        """
        Let kubectl do something.
        """
        self.asked.append(words)


@pytest.fixture(name="cleared")
def _cleared():
    """
    Clears jobs before an update, and tells which, and what was done.
    """

    def cleared(*jobs, events=(), **known):
        recorder = Recorder(*events, **known)
        live = Live.of(jobs, "lab-dev", {})
        names = clear_failed(recorder, recorder, live, ["**migrate"])
        return names, recorder.asked

    return cleared


class TestClearFailed:
    WANTED = begins("migrate", "Job", name="migrate-1")
    DELETED = ("delete", "job", "migrate-1", "--cascade=foreground")

    def test_wanted(self, cleared):
        """
        A failed job that is wanted again goes, with its pods, and Pulumi
        learns of it, so that it is made anew.
        """
        names, asked = cleared(job("migrate-1", *FAILED), events=[self.WANTED])

        assert names == ("migrate-1",)
        assert asked == [
            ("preview", "**migrate"),
            self.DELETED,
            ("refresh", URN),
        ]

    def test_unknown(self, cleared):
        """
        One that Pulumi does not know of is in its way all the same.
        """
        names, asked = cleared(
            job("migrate-1", *FAILED), events=[self.WANTED], state=()
        )

        assert names == ("migrate-1",)
        assert asked[1:] == [self.DELETED]

    @pytest.mark.parametrize(
        "event",
        [
            begins("migrate", "Job", "same", name="migrate-1"),
            begins("migrate", "Job", name="migrate-2"),
            begins("migrate", "Deployment", name="migrate-1"),
            begins("migrate", "Job", "delete", name="migrate-1"),
            ends("migrate", "Job", name="migrate-1"),
        ],
        ids=["same", "other", "kind", "gone", "after"],
    )
    def test_others(self, event, cleared):
        """
        One that the update leaves alone, replaces or deletes stays until
        then, with its log.
        """
        names, asked = cleared(job("migrate-1", *FAILED), events=[event])

        assert names == ()
        assert asked == [("preview", "**migrate")]

    def test_none(self, cleared):
        """
        Where no job has failed, nobody is asked.
        """
        done = {"type": "Complete", "status": "True"}

        assert cleared(job("migrate-1", done), job("seed-1")) == ((), [])
