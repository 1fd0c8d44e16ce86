"""
Updates that are watched: events of an engine, and objects as a cluster has
given them.
"""

import copy

import pytest

from mizzen import SpecError
from mizzen.live import Live
from mizzen.updates import Watch, followed_update

from .engine_events import begins, ends, fails
from .troubles import LABEL, RECORDED


class Clock:
    """
    Time that goes by where somebody asks for it.
    """

    latest = 0.0

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        """
        What time it is.
        """
        self.now += 5
        Clock.latest = self.now

        return self.now


class Events:
    """
    An update that goes on for as long as somebody waits.
    """

    def __init__(self, *events, error=None):
        self._events = events
        self._error = error
        self.closed = False

    def __call__(self):
        """
        What happens.
        """
        try:
            yield from self._events
            if self._error:
                raise self._error
            # Longer than any deadline here.
            for _ in range(200):
                yield {}
        finally:
            self.closed = True


def look_at(bodies=RECORDED):
    """
    The app as the cluster has it.
    """
    parts = [
        each["metadata"].get("labels", {}).get(LABEL) for each in RECORDED
    ]
    return Live.of(bodies, "lab-dev", {part: part for part in parts if part})


@pytest.fixture(name="watched")
def _watched():
    """
    Goes through an update of the recorded app.
    """

    def watched(events, look=look_at, deadline=300):
        lines = []
        watch = Watch(look=look, deadline_seconds=deadline, clock=Clock())
        return followed_update(events(), watch, lines.append), lines

    return watched


class TestProgress:
    def test_words(self, watched):
        """
        What happens is told by part: images, workloads, jobs; what nobody
        asks about is not.
        """
        _, lines = watched(
            Events(
                begins("api", "Image", "create"),
                ends("api", "Image", "create", push=True),
                begins("web", "Image", "update"),
                ends("web", "Image", "update"),
                begins("okjob", "Job", "create", name="okjob-abc"),
                ends("okjob", "Job", "create", name="okjob-abc"),
                begins("fine", "Deployment"),
                begins("fine", "Service"),
                ends("fine", "Service"),
                ends("fine", "Deployment"),
                begins("gone", "Deployment", "delete"),
                ends("gone", "Deployment", "delete"),
                {"diagnosticEvent": {"severity": "info", "message": "hm"}},
                error=SpecError("enough"),
            )
        )

        assert [
            "api: its image is being built",
            "api: its image is built and pushed",
            "web: its image is being built",
            "web: its image is built",
            "okjob: Job is done",
            "fine: Deployment is updated and ready",
            "gone: Deployment is deleted",
        ] == lines

    def test_unchanged(self, watched):
        """
        What stays the same, and what belongs to no part, is not told.
        """
        outside = begins("fine", "Deployment")
        outside["resourcePreEvent"]["metadata"]["new"]["parent"] = ""
        _, lines = watched(
            Events(
                begins("fine", "Deployment", "same"),
                outside,
                error=SpecError("enough"),
            )
        )

        assert [] == lines

    def test_pods(self, watched):
        """
        How many pods are ready is told when it changes.
        """
        bodies = copy.deepcopy(RECORDED)
        (made,) = (
            body
            for body in bodies
            if body["kind"] == "Deployment"
            and body["metadata"]["name"] == "fine"
        )
        made["spec"]["replicas"] = 3
        outcome, lines = watched(
            Events(begins("fine", "Deployment")),
            look=lambda: look_at(bodies),
            deadline=20,
        )

        assert ["fine: 1 of 3 ready"] == lines
        assert ("fine: Deployment fine: is not ready after 20 s.",) == tuple(
            map(str, outcome.diagnoses)
        )


class TestEnd:
    @pytest.mark.parametrize(
        ("part", "kind", "name", "seconds"),
        [
            ("crash", "Deployment", "crash", 30),
            ("migrate", "Job", "migrate-abc", 30),
            ("nosecret", "Deployment", "nosecret", 100),
            ("quota", "Deployment", "quota", 100),
        ],
    )
    def test_hopeless(self, part, kind, name, seconds):
        """
        An update ends by itself and is cancelled when it cannot become
        better: soon if that is sure, later if somebody may help.
        """
        clock = Clock()
        events = Events(begins(part, kind, name=name))
        watch = Watch(look=look_at, deadline_seconds=300, clock=clock)
        outcome = followed_update(events(), watch, lambda _: None)

        assert outcome.cancelled
        assert not outcome.well
        assert [part] == [each.part for each in outcome.diagnoses]
        assert seconds > clock.now
        assert events.closed

    def test_deadline(self, watched):
        """
        A probe may be answered otherwise until the deadline is over.
        """
        outcome, lines = watched(
            Events(begins("ready404", "Deployment")), deadline=100
        )
        (diagnosis,) = outcome.diagnoses

        assert ["ready404: 0 of 1 ready"] == lines
        assert diagnosis.cause.words.endswith("is answered: status 404")

    def test_slow_start(self, watched):
        """
        What a startup probe allows is allowed here too.
        """
        bodies = copy.deepcopy(RECORDED)
        for body in bodies:
            if body["kind"] == "Deployment":
                (container,) = body["spec"]["template"]["spec"]["containers"]
                container["startupProbe"] = {
                    "periodSeconds": 10,
                    "failureThreshold": 50,
                }
        outcome, _ = watched(
            Events(begins("ready404", "Deployment"), *[{}] * 30),
            look=lambda: look_at(bodies),
            deadline=20,
        )

        assert not outcome.well
        assert Clock.latest > 500

    def test_slow_stop(self, watched):
        """
        So is the time that pods have which go before new ones come.
        """
        bodies = copy.deepcopy(RECORDED)
        for body in bodies:
            if body["kind"] == "Deployment":
                spec = body["spec"]
                spec["strategy"] = {"type": "Recreate"}
                pod = spec["template"]["spec"]
                pod["terminationGracePeriodSeconds"] = 480
        watched(
            Events(begins("ready404", "Deployment"), *[{}] * 30),
            look=lambda: look_at(bodies),
            deadline=20,
        )

        assert Clock.latest > 500

    def test_long_job(self, watched):
        """
        A job has a deadline of its own.
        """
        bodies = copy.deepcopy(RECORDED)
        for body in bodies:
            if body["metadata"]["name"] == "okjob-abc":
                body["status"] = {}
        outcome, _ = watched(
            Events(begins("okjob", "Job", name="okjob-abc")),
            look=lambda: look_at(bodies),
            deadline=20,
        )

        assert outcome.well

    def test_others(self, watched):
        """
        Parts that the update does not touch are no reason to end it.
        """
        outcome, _ = watched(Events(begins("fine", "Deployment")))

        assert outcome.well

    def test_done(self, watched):
        """
        What is done is not waited for any more.
        """
        outcome, _ = watched(
            Events(begins("crash", "Deployment"), ends("crash", "Deployment"))
        )

        assert outcome.well

    def test_failed(self, watched):
        """
        When Pulumi gives up by itself, the cluster is asked why; its own
        words are kept.
        """
        outcome, _ = watched(
            Events(
                begins("nosecret", "Deployment"),
                fails("nosecret", "Deployment"),
                error=SpecError("1 error", ["timed out"]),
            )
        )

        assert ("timed out",) == outcome.problems
        assert ["nosecret"] == [each.part for each in outcome.diagnoses]
        assert not outcome.cancelled

    def test_failed_elsewhere(self, watched):
        """
        A failure that is about no part has no diagnosis.
        """
        outcome, _ = watched(Events(error=SpecError("no such key")))

        assert ("no such key",) == outcome.problems
        assert () == outcome.diagnoses

    def test_cluster_away(self, watched):
        """
        While the cluster does not answer, the update goes on.
        """

        def away():
            msg = "kubectl get failed"
            raise SpecError(msg)

        update = [begins("crash", "Deployment"), *[{}] * 9]
        outcome, lines = watched(
            Events(*update, error=SpecError("timed out")), look=away
        )

        assert [] == lines
        assert ("timed out",) == outcome.problems
        assert () == outcome.diagnoses
