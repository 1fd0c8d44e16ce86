"""
Runs of jobs in a cluster, once more, by kubectl.
"""

import contextlib
import json
import math
import re
import sys
import time

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from ._cause import Cause, Log
from ._causes import end_words
from ._lenient import Lenient
from ._names import COMPONENT, NAME, selector
from .diagnosis import causes_of
from .exceptions import SpecError
from .kubectl import Kubectl, Progress, is_passing
from .live import Live, Workload, condition, happens, name_of, time_of


_MARKED_BY_KUBERNETES = re.compile(
    r"batch\.kubernetes\.io/.*|controller-uid|job-name"
)
_KEPT_SECONDS = 86_400
# How long a cluster may be out of reach while a Job runs.
_PATIENCE_SECONDS = 120
# What passes when others end or let go, however long that takes.
_LASTING = ("scheduling", "volume", "network", "node")
FAILED = 1
_clock = time.monotonic


def _own(marks: Mapping[str, str]) -> dict[str, str]:
    """
    Labels or annotations without those that Kubernetes has added.
    """
    return {
        key: value
        for key, value in marks.items()
        if not _MARKED_BY_KUBERNETES.fullmatch(key)
    }


def one_off(
    deployed: dict[str, Any],
    args: tuple[str, ...],
    deadline_seconds: int | None = None,
) -> dict[str, Any]:
    """
    A Job that runs once what *deployed*, a Job or a CronJob, runs.

    Args:
        deployed: The object in the cluster.

        args: Arguments in place of those that it has, if any.

        deadline_seconds: How long it may take; `None` for as long as what is
            deployed.
    """
    metadata = deployed["metadata"]
    spec = deployed["spec"]
    spec = spec.get("jobTemplate", {}).get("spec", spec)
    deadline = deadline_seconds or spec.get("activeDeadlineSeconds")
    limits = {"activeDeadlineSeconds": deadline} if deadline else {}
    template = json.loads(json.dumps(spec["template"]))
    marks = {
        field: _own(template["metadata"].get(field) or {})
        for field in ("labels", "annotations")
    }
    labels = marks["labels"]
    if args:
        template["spec"]["containers"][0]["args"] = list(args)
    name = labels[NAME]

    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "generateName": f"{name}-run-",
            "namespace": metadata["namespace"],
            "labels": {**labels, COMPONENT: "run"},
        },
        "spec": {
            **limits,
            "backoffLimit": 0,
            "ttlSecondsAfterFinished": _KEPT_SECONDS,
            "template": {**template, "metadata": marks},
        },
    }


def deployed(
    kubectl: Kubectl, thing: str, kind: str, labels: Mapping[str, str]
) -> dict[str, Any]:
    """
    The newest object of *kind* with *labels* in the cluster.

    Raises:
        SpecError: If there is none; *thing* is what it says of it.
    """
    found = kubectl.get(kind.lower(), labels=labels)
    if not found:
        msg = (
            f"{thing} not deployed in namespace "
            f"{kubectl.namespace!r} of context {kubectl.context!r}. Deploy "
            "the stack first."
        )
        raise SpecError(msg)
    newest: dict[str, Any] = found[-1]

    return newest


def _stopped(job: Lenient) -> bool:
    """
    Whether its deadline has ended a Job, whatever its container says then.
    """
    return any(
        happens(job, each)
        and condition(job, each)["reason"].text == "DeadlineExceeded"
        for each in ("FailureTarget", "Failed")
    )


class _StartError(SpecError):
    """
    A Job that nobody needs to wait for.
    """


@attrs.frozen(kw_only=True)
class _Look:
    """
    A Job as the cluster has it.

    Attributes:
        live: What is known of it.

        workload: The Job, and its pods.

        spec: The container that it is made for.
    """

    live: Live
    workload: Workload
    spec: Lenient

    @property
    def pod(self) -> Lenient:
        """
        Its newest pod.
        """
        return self.workload.pods[-1] if self.workload.pods else Lenient()

    @property
    def log(self) -> Log:
        """
        What its container says.
        """
        return Log(pod=name_of(self.pod), container=self.spec["name"].text)

    @property
    def state(self) -> Lenient:
        """
        What its container does.
        """
        statuses = self.pod["status"]["containerStatuses"]

        return statuses.where("name", self.spec["name"].text)["state"]

    def causes(self) -> Iterator[tuple[str, Cause]]:
        """
        Why it does not go on, with what that is about.
        """
        for pods, cause in causes_of(self.live, self.workload):
            yield f"its pod {pods[0]}" if pods else "it", cause


def _tell(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201 - beside what the Job says


@attrs.frozen(kw_only=True)
class _Run:
    """
    A Job that was made, and is followed to its end.

    Attributes:
        kubectl: Where it is.

        name: Name of the Job.

        spec: The container that it is made for.

        progress: How far its log has been shown.

        since: Since when which causes stand in its way.

        told: What was said of its log.
    """

    kubectl: Kubectl
    name: str
    spec: Lenient
    progress: Progress = attrs.field(factory=Progress)
    since: dict[str, float] = attrs.field(factory=dict)
    told: set[str] = attrs.field(factory=set)

    def end(self) -> int:
        """
        The exit code of its container, after what that says.

        Raises:
            SpecError: If it cannot start, or the cluster is out of reach.
        """
        started = False
        while True:
            look = self._look()
            ended, body = look.state["terminated"], look.workload.body
            if ended or look.state["running"]:
                started = True
                self._show_log(look)
            if ended and not _stopped(body):
                return self._ended(ended)
            if happens(body, "Complete"):
                return 0
            if happens(body, "Failed"):
                return self._failed(look)
            if not started:
                self._hope(look)
            time.sleep(self.kubectl.pause_seconds)

    def _look(self) -> _Look:
        """
        The Job now. Its pods are asked for last, so that they are at their
        ends if it is.
        """
        asked = self.kubectl.ask("get", "job", self.name, "-o", "json")
        body = Lenient(json.loads(asked))
        labels = {"batch.kubernetes.io/job-name": self.name}
        pods = tuple(map(Lenient, self.kubectl.get("pods", labels=labels)))
        workload = Workload(
            part=self.name, body=body, owner=body, pods=pods, older=()
        )
        live = Live((body, *pods), (workload,), (), ())
        look = _Look(live=live, workload=workload, spec=self.spec)

        return look if look.state["running"] else self._closer(look)

    def _closer(self, look: _Look) -> _Look:
        """
        The same with what happened around it, as far as that may be seen.
        """
        with contextlib.suppress(SpecError):
            found = map(Lenient, self.kubectl.listed("events"))
            events = tuple(sorted(found, key=time_of))
            return attrs.evolve(
                look, live=attrs.evolve(look.live, events=events)
            )
        return look

    def _show_log(self, look: _Look) -> None:
        said = self.kubectl.show_log(look.log, self.progress)
        # While it runs, what breaks off is asked for again.
        passing = look.state["running"] and is_passing(said)
        if said and not passing and said not in self.told:
            self.told.add(said)
            _tell(f"Its log is out of reach: {said}")

    def _ended(self, ended: Lenient) -> int:
        code = ended["exitCode"].number
        if code:
            limit = self.spec["resources"]["limits"]["memory"].text
            _tell(
                f"Job {self.name!r} has failed: it {end_words(ended, limit)}."
            )
        return code

    def _failed(self, look: _Look) -> int:
        """
        Say why it has failed without an end of its container.
        """
        for _, cause in look.causes():
            _tell(f"Job {self.name!r} {cause.words}.")
            self._tell_log(cause)
        return FAILED

    def _tell_log(self, cause: Cause) -> None:
        for line in self.kubectl.said(cause.log) if cause.log else ():
            _tell(f"    | {line}")

    def _hope(self, look: _Look) -> None:
        """
        Go on waiting unless that is in vain.

        Raises:
            SpecError: If it cannot start.
        """
        now, causes = _clock(), [*look.causes()]
        present = {cause.id for _, cause in causes}
        for gone in self.since.keys() - present:
            del self.since[gone]
        for subject, cause in causes:
            since = self.since.setdefault(cause.id, now)
            if now < since + cause.patience_seconds:
                continue
            if cause.id in _LASTING:
                _tell(f"Job {self.name!r} waits: {subject} {cause.words}.")
                self.since[cause.id] = math.inf
                continue
            self._tell_log(cause)
            msg = f"Job {self.name!r} cannot start: {subject} {cause.words}."
            raise _StartError(msg)


def follow(kubectl: Kubectl, body: Mapping[str, Any]) -> int:
    """
    Make the Job *body*, and show what it says until it ends. It goes if it
    cannot start, or if it is interrupted.

    Returns:
        The exit code of its container.

    Raises:
        SpecError: If it cannot start, or the cluster is out of reach.
    """
    made = kubectl.ask(
        "create", "-f", "-", "-o", "json", given=json.dumps(body)
    )
    pod = Lenient(body)["spec"]["template"]["spec"]
    run = _Run(
        kubectl=attrs.evolve(kubectl, patience_seconds=_PATIENCE_SECONDS),
        name=json.loads(made)["metadata"]["name"],
        spec=next(iter(pod["containers"])),
    )
    way = kubectl.command("logs", "--follow", f"job/{run.name}")
    left = f"Job {run.name!r} is left as it is. Follow it by: {way}"
    try:
        code = run.end()
    except (_StartError, KeyboardInterrupt):
        _remove(kubectl, run.name)
        raise
    except SpecError as error:
        msg = f"{error}\n{left}"
        raise SpecError(msg) from None
    except BaseException:
        _tell(left)
        raise
    if code == 0:
        # Its pod would keep the disks that it has mounted from going.
        _remove(run.kubectl, run.name)

    return code


def _remove(kubectl: Kubectl, job: str) -> None:
    try:
        kubectl.ask("delete", "job", job, "--wait=false", "--ignore-not-found")
    except SpecError as error:
        _tell(f"Job {job!r} is left as it is: {error}")


def run(
    kubectl: Kubectl,
    part: str,
    kind: str,
    instance: str,
    args: tuple[str, ...],
    *,
    deadline_seconds: int | None = None,
) -> int:
    """
    Run what is deployed as *part* once more, and show what it says.

    Args:
        kubectl: Where it is deployed.

        part: Name of its objects.

        kind: ``"Job"`` or ``"CronJob"``.

        instance: Value of its instance label.

        args: Arguments in place of those that it has, if any.

        deadline_seconds: How long it may take; `None` for as long as what is
            deployed.

    Returns:
        The exit code of its container.

    Raises:
        SpecError: If it is not deployed or cannot start.
    """
    labels = {
        **selector(part, instance),
        COMPONENT: kind.lower(),
    }
    found = deployed(kubectl, f"{kind} {part!r} is", kind, labels)

    return follow(kubectl, one_off(found, args, deadline_seconds))
