"""
Why parts of an app do not become ready, in words.
"""

import itertools
import re

from collections.abc import Iterator

import attrs

from ._cause import HOPELESS, STUCK, Cause, Log, squeezed
from ._causes import end_words, ended_badly, is_before, pod_cause, times
from ._lenient import Lenient
from ._placing import lost_node
from .live import (
    Live,
    Workload,
    condition,
    happens,
    is_ready,
    made_at,
    name_of,
)


_FORBIDDEN = re.compile(r"^.*?pods \"[^\"]*\" is forbidden: ")


@attrs.frozen(kw_only=True)
class Diagnosis:
    """
    Why one part does not become ready.

    Attributes:
        part: Name of the part.

        workload: Kind and name of what keeps its pods.

        pods: Names of the pods with this cause; none if there is no pod.

        cause: Why.

        meanwhile: What answers until then, or happens next.
    """

    part: str
    workload: str
    pods: tuple[str, ...]
    cause: Cause
    meanwhile: str

    def __str__(self) -> str:
        return f"{self.part}: {self.subject}: {self.cause.words}."

    @property
    def subject(self) -> str:
        """
        What the words of the cause are about.
        """
        first, *others = self.pods or (self.workload,)
        what = f"pod {first}" if self.pods else first

        return f"{what} and {len(others)} more" if others else what


def _admission_cause(live: Live, workload: Workload) -> Cause | None:
    """
    Why no pod is made.
    """
    failure = condition(workload.body, "ReplicaFailure")
    event = live.last(workload.owner, "FailedCreate", "SuccessfulCreate")
    said = ""
    if failure["status"].text == "True":
        said = failure["message"].text
    elif (
        workload.kind != "Deployment"
        and event["reason"].text == "FailedCreate"
    ):
        said = event["message"].text
    if not said:
        return None
    identifier = "quota" if "exceeded quota" in said else "admission"
    words = squeezed(_FORBIDDEN.sub("", said))

    return Cause(
        id=identifier,
        words=f"may not make pods: {words}",
        patience_seconds=STUCK,
    )


def _failed_job(live: Live, workload: Workload) -> Cause:
    """
    Why a job has failed.
    """
    failed = condition(workload.body, "Failed")
    if failed["reason"].text == "DeadlineExceeded":
        seconds = workload.body["spec"]["activeDeadlineSeconds"].number
        words = f"took longer than {seconds} s and was stopped"
        return Cause(id="job", words=words, patience_seconds=HOPELESS)
    last = max(workload.pods, key=made_at, default=Lenient())
    for spec, status in ended_badly(last):
        limit = spec["resources"]["limits"]["memory"].text
        words = end_words(status["state"]["terminated"], limit)
        name = spec["name"].text
        before = "its init container" if is_before(last, spec) else "it"
        return Cause(
            id="job",
            words=f"has failed: {before} {words}{times(len(workload.pods))}",
            patience_seconds=HOPELESS,
            log=Log(pod=name_of(last), container=name),
        )
    words = f"has failed: {squeezed(failed['message'].text)}"

    return Cause(id="job", words=words, patience_seconds=HOPELESS)


def _meanwhile(workload: Workload) -> str:
    """
    What of the part answers until it is ready, or what happens to a job.
    """
    if workload.kind == "Job":
        failed = happens(workload.body, "Failed")
        return "The next `mizzen up` tries it again" if failed else ""
    if workload.serving:
        image = workload.older[0]["spec"]["containers"]
        images = [container["image"].text for container in image]
        return (
            f"The version before goes on: {_pods(workload.serving)} of "
            f"{', '.join(images)}"
        )
    if workload.ready:
        return f"{_pods(workload.ready)} of {workload.wanted} are ready"

    return "No pod of it is ready"


def _pods(number: int) -> str:
    return f"{number} pod" if number == 1 else f"{number} pods"


def _is_awaited(live: Live, workload: Workload, pod: Lenient) -> bool:
    """
    Whether *workload* waits for *pod*. A StatefulSet makes no other one as
    long as it is there, even if its node is not.
    """
    if is_ready(pod) or pod["status"]["phase"].text == "Succeeded":
        return False
    if pod["metadata"]["deletionTimestamp"]:
        return workload.kind == "StatefulSet" and bool(lost_node(live, pod))
    return True


def causes_of(
    live: Live, workload: Workload
) -> Iterator[tuple[tuple[str, ...], Cause]]:
    """
    What keeps *workload* from being ready, with the pods that it does.
    """
    if workload.kind == "Job" and happens(workload.body, "Failed"):
        yield (), _failed_job(live, workload)
        return
    refused = _admission_cause(live, workload)
    if refused:
        yield (), refused
    unready = [
        (name_of(pod), pod_cause(live, pod))
        for pod in workload.pods
        if _is_awaited(live, workload, pod)
    ]
    unready.sort(key=lambda pair: (pair[1].id, pair[1].words))
    for _, same in itertools.groupby(
        unready, key=lambda pair: (pair[1].id, pair[1].words)
    ):
        names, causes = zip(*same, strict=True)
        yield names, causes[0]


def diagnose(live: Live) -> tuple[Diagnosis, ...]:
    """
    Why parts of an app are not ready: the hopeless ones first, then those
    of which something is known.

    Args:
        live: The app as the cluster has it.
    """
    found = [
        Diagnosis(
            part=workload.part,
            workload=f"{workload.kind} {workload.name}",
            pods=pods,
            cause=cause,
            meanwhile=_meanwhile(workload),
        )
        for workload in live.workloads
        if not workload.complete
        for pods, cause in causes_of(live, workload)
    ]
    found.sort(key=lambda d: (d.cause.patience_seconds, d.cause.id == "slow"))

    return tuple(found)
