"""
Updates of a stack that are watched: what happens to each part, and why one
of them does not become ready.
"""

import contextlib
import math
import time

from collections.abc import Callable, Generator, Iterator
from typing import Any

import attrs

from ._cause import Cause
from .changes.preview import Step, step_of
from .diagnosis import Diagnosis, diagnose
from .engine import Event
from .exceptions import SpecError
from .live import Live, Workload


# By then the cluster has seen what was asked of it.
_SETTLED_SECONDS = 10
_PAUSE_SECONDS = 2
_WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Job")
_DONE = {
    "create": "is there and ready",
    "update": "is updated and ready",
    "replace": "is replaced and ready",
    "create-replacement": "is replaced and ready",
    "delete": "is deleted",
    "delete-replaced": "of before is deleted",
}


def _key(step: Step) -> tuple[str, str] | None:
    """
    The part that *step* is about, and which of its workloads.
    """
    kind = step.token.rpartition(":")[2]
    metadata: Any = (step.new or {}).get("metadata") or {}
    if step.part is None or kind not in _WORKLOADS:
        return None

    return step.part, f"{kind} {metadata.get('name', '')}"


def _image_words(step: Step, *, begins: bool) -> str:
    if begins:
        return "its image is being built"
    inputs = step.new or {}
    pushed = inputs.get("push") or inputs.get("skipPush") is False

    return f"its image is built{' and pushed' if pushed else ''}"


@attrs.define(kw_only=True, eq=False)
class _Wait:
    """
    What is waited for.

    Attributes:
        since: When the wait has begun, or it last came nearer to its end.

        ready: How many pods were ready when it was last looked at.

        known: Since when which causes stand in its way.
    """

    since: float
    ready: int = -1
    known: dict[str, float] = attrs.field(factory=dict)


@attrs.define(kw_only=True, eq=False)
class Watch:
    """
    What is known of an update while it goes on.

    Attributes:
        look: Looks at the app as it is now.

        deadline_seconds: How long a part may take without another pod that
            gets ready, unless its startup probe allows more.

        clock: Seconds that have gone by.

        waits: What is waited for, by part and workload.

        stuck: Why it does not go on.
    """

    look: Callable[[], Live]
    deadline_seconds: float
    clock: Callable[[], float] = time.monotonic
    waits: dict[tuple[str, str], _Wait] = attrs.field(factory=dict)
    stuck: tuple[Diagnosis, ...] = ()
    _looked: float = -math.inf

    def told(self, event: Event) -> Iterator[str]:
        """
        Take note of what Pulumi tells, and say it in words.
        """
        for name in (
            "resourcePreEvent",
            "resOutputsEvent",
            "resOpFailedEvent",
        ):
            if name not in event:
                continue
            metadata = event[name]["metadata"]
            step = step_of(metadata)
            if step is not None and step.action is not None:
                yield from self._step(name, step, metadata["op"])

    def _step(self, name: str, step: Step, op: str) -> Iterator[str]:
        key = _key(step)
        begins = name == "resourcePreEvent"
        if key and begins and not op.startswith("delete"):
            self.waits[key] = _Wait(since=self.clock())
        elif key and name == "resOutputsEvent":
            self.waits.pop(key, None)
        if name == "resOpFailedEvent" or step.part is None:
            return
        if step.token.endswith(":Image") and not op.startswith("delete"):
            yield f"{step.part}: {_image_words(step, begins=begins)}"
        elif key and not begins:
            kind = key[1].partition(" ")[0]
            made = kind == "Job" and not op.startswith("delete")
            done = "is done" if made else _DONE[op]
            yield f"{step.part}: {kind} {done}"

    def looked(self) -> Iterator[str]:
        """
        Look at the cluster if it is time, and say what has changed.
        """
        now = self.clock()
        if not self.waits or now < self._looked + _PAUSE_SECONDS:
            return
        try:
            live = self.look()
        except SpecError:
            # An API server may be away for a moment; Pulumi asks it too.
            return
        finally:
            self._looked = self.clock()
        for workload in live.workloads:
            wait = self.waits.get(_key_of(workload))
            if wait is not None:
                yield from _progress(workload, wait, now)
        self.stuck = tuple(self._hopeless(live, now))

    def _hopeless(self, live: Live, now: float) -> Iterator[Diagnosis]:
        """
        What is not worth waiting for any more.
        """
        waiting = {
            key: workload
            for workload in live.workloads
            for key in (_key_of(workload),)
            if key in self.waits and not workload.complete
        }
        found = diagnose(live)
        for key, workload in waiting.items():
            wait = self.waits[key]
            own = [each for each in found if (each.part, each.workload) == key]
            wait.known = {
                each.cause.id: wait.known.get(each.cause.id, now)
                for each in own
            }
            late = now >= wait.since + self._deadline(workload)
            for each in own:
                patience = max(_SETTLED_SECONDS, each.cause.patience_seconds)
                if late or now >= wait.known[each.cause.id] + patience:
                    yield each
            if late and not own:
                yield _too_late(key, now - wait.since)

    def _deadline(self, workload: Workload) -> float:
        """
        How long *workload* may take without another pod that gets ready.
        """
        if workload.kind == "Job":
            # It has a deadline of its own.
            return math.inf
        starting = max(self.deadline_seconds, workload.start_seconds)

        return starting + workload.stop_seconds

    def last_words(self) -> tuple[Diagnosis, ...]:
        """
        Why what was waited for is not there, now that nobody waits.
        """
        if self.stuck or not self.waits:
            return self.stuck
        with contextlib.suppress(SpecError):
            return tuple(
                each
                for each in diagnose(self.look())
                if (each.part, each.workload) in self.waits
            )
        return ()


def _key_of(workload: Workload) -> tuple[str, str]:
    return workload.part, f"{workload.kind} {workload.name}"


def _progress(workload: Workload, wait: _Wait, now: float) -> Iterator[str]:
    """
    How many pods of *workload* are ready, if that has changed.
    """
    # Until it is changed, everything is as it should be.
    if workload.complete or workload.ready == wait.ready:
        return
    if wait.ready >= 0 or workload.ready:
        wait.since = now
    wait.ready = workload.ready
    if workload.kind != "Job":
        yield f"{workload.part}: {workload.ready} of {workload.wanted} ready"


def _too_late(key: tuple[str, str], seconds: float) -> Diagnosis:
    part, workload = key
    words = f"is not ready after {seconds:.0f} s"

    return Diagnosis(
        part=part,
        workload=workload,
        pods=(),
        cause=Cause(id="slow", words=words),
        meanwhile="",
    )


@attrs.frozen(kw_only=True)
class Outcome:
    """
    How an update has ended.

    Attributes:
        diagnoses: Why parts are not ready.

        problems: What Pulumi says that went wrong.

        cancelled: Whether it was ended because it could not become better.
    """

    diagnoses: tuple[Diagnosis, ...] = ()
    problems: tuple[str, ...] = ()
    cancelled: bool = False

    @property
    def well(self) -> bool:
        """
        Whether everything was done.
        """
        return not (self.diagnoses or self.problems)


def followed_update(
    events: Generator[Event, None, None],
    watch: Watch,
    tell: Callable[[str], None],
) -> Outcome:
    """
    Go through an update, and end it as soon as a part cannot become ready.

    Args:
        events: What Pulumi tells of it, with an empty event now and then;
            closing it cancels the update.

        watch: What looks at the cluster meanwhile.

        tell: Takes what happens, in words.
    """
    problems: tuple[str, ...] = ()
    try:
        for event in events:
            for line in (*watch.told(event), *watch.looked()):
                tell(line)
            if watch.stuck:
                break
    except SpecError as error:
        problems = error.problems
    finally:
        events.close()
    if not problems and not watch.stuck:
        return Outcome()

    return Outcome(
        diagnoses=watch.last_words(),
        problems=problems,
        cancelled=bool(watch.stuck),
    )
