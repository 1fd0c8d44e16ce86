"""
Why a pod does not become ready, in words.
"""

import math
import re

from collections.abc import Iterator

from ._cause import HOPELESS, STUCK, Cause, Log, squeezed
from ._lenient import Lenient
from ._placing import lost_node, unplaced_cause
from .live import Live, name_of


# A container that was started so often and ended each time will go on so.
FAILED_STARTS = 3

_IMAGE = (
    "ErrImagePull",
    "ImagePullBackOff",
    "ErrImageNeverPull",
    "InvalidImageName",
    "ImageInspectError",
    "RegistryUnavailable",
)
_CONFIGURATION = ("CreateContainerConfigError",)
_START = ("CreateContainerError", "RunContainerError", "StartError")
_PULL_WORDS = (
    (r"toomanyrequests|\b429\b", "its registry was asked too often"),
    (r"no such host", "its registry's host name is unknown to the node"),
    (r"not found|NotFound|manifest unknown", "its registry has no such image"),
    (
        r"unauthorized|authorization failed|denied|\b40[13]\b",
        "its registry refuses the node, which needs the stack's pullSecrets",
    ),
    (
        r"refused|timeout|timed out|unreachable|reset by peer|EOF",
        "its registry does not answer",
    ),
    (r"no match for platform", "it is not built for the node's platform"),
    (r"x509|certificate", "the node does not trust its registry"),
    (r"pull policy of Never", "the node has no such image, and is not to ask"),
    (r"reference format|parse image name", "that is no name of an image"),
)
# What may change while nobody does anything.
_PASSING = (
    r"no such host|refused|timeout|timed out|unreachable|reset by|EOF|"
    r"toomanyrequests|\b429\b|QPS exceeded"
)
_BACK_OFF = re.compile(r'^Back-off pulling image "[^"]*"$')
_VOLUME = re.compile(
    r"^(\w+Volume\.\w+ failed for|Multi-Attach error for) (volume \S+) :? ?"
)
_PROBES = re.compile(r"(Readiness|Liveness|Startup) probe (failed|errored): ?")
_POD = re.compile(r' \(pod: "[^"]*", container: [^)]*\)')
_KILLED = 137


def image_cause(image: str, reason: str, message: str) -> Cause:
    """
    Why *image* cannot be pulled.
    """
    said = squeezed(message)
    words = next(
        (words for pattern, words in _PULL_WORDS if re.search(pattern, said)),
        said or reason,
    )
    _, known, last = said.rpartition(": ")
    detail = f" ({last})" if known and words != said else ""
    passing = not said or re.search(_PASSING, said)

    return Cause(
        id="image",
        words=f"cannot pull image {image!r}: {words}{detail}",
        patience_seconds=STUCK if passing else HOPELESS,
    )


def _probe(live: Live, pod: Lenient, *kinds: str) -> str:
    """
    What the last failed probe of one of *kinds* was answered, if any.
    """
    said = [
        event["message"].text
        for event in live.events_of(pod)
        if event["reason"].text == "Unhealthy"
        and event["message"].text.startswith(kinds)
    ]
    return said[-1] if said else ""


def _probe_words(spec: Lenient, said: str) -> str:
    """
    Which probe of a container fails, where it asks, and what answered.
    """
    kind = said.partition(" ")[0].lower()
    answer = squeezed(_PROBES.sub("", said)) or "nothing"
    probe = spec[f"{kind}Probe"]
    asked = ""
    for name, rest in probe.items():
        match name:
            case "httpGet":
                where = f"{rest['path'].text} at port {rest['port'].value}"
                asked = f" of {where}"
            case "tcpSocket" | "grpc":
                asked = f" of port {rest['port'].value}"
            case "exec":
                words = " ".join(word.text for word in rest["command"])
                asked = f" by {squeezed(words, 100)!r}"
            case _:
                pass
    answer = answer.replace("HTTP probe failed with statuscode:", "status")
    if "dial tcp" in answer or answer.startswith("Get "):
        # Addresses of pods tell nothing, and differ.
        answer = answer.rpartition(": ")[2]

    return f"its {kind} probe{asked} is answered: {answer}"


def _start_words(refused: Lenient) -> str:
    """
    Why a container could not be started.
    """
    said = squeezed(refused["message"].text).rpartition("process: ")[2]
    if "exec format error" in said:
        said += ", as of an image that is built for another kind of processor"
    return said


def end_words(ended: Lenient, limit: str) -> str:
    """
    How a container has *ended*; *limit* is the memory that it may use.
    """
    code = ended["exitCode"].number
    if ended["reason"].text == "OOMKilled":
        most = f" of {limit}" if limit else ""
        return f"used more memory than its limit{most} and was killed"
    if ended["reason"].text in _START:
        return f"could not be started: {_start_words(ended)}"
    if code == 0:
        return "ended with exit code 0, but is to go on running"
    killed = " (it was killed)" if code == _KILLED else ""

    return f"ended with exit code {code}{killed}"


def times(starts: int) -> str:
    return f", {starts} times" if starts > 1 else ""


def _ended_cause(
    live: Live, pod: Lenient, spec: Lenient, status: Lenient
) -> Cause | None:
    """
    Why a container that has ended did so.
    """
    state, last = status["state"], status["lastState"]
    ended = state["terminated"] or last["terminated"]
    if not ended:
        return None
    name = status["name"].text
    failed = status["restartCount"].number + bool(state["terminated"])
    stopped = live.happened(pod, "Killing").lower()
    log = Log(
        pod=name_of(pod), container=name, previous=bool(state["running"])
    )
    probe = _probe(live, pod, "Liveness", "Startup")
    if probe and "probe" in stopped and f"container {name} " in stopped:
        words = f"is restarted again and again: {_probe_words(spec, probe)}"
        identifier = "probe"
    else:
        limit = spec["resources"]["limits"]["memory"].text
        words = f"container {name!r} {end_words(ended, limit)}"
        words += times(failed)
        oom = ended["reason"].text == "OOMKilled"
        identifier = "memory" if oom else "crash"

    return Cause(
        id=identifier,
        words=words,
        patience_seconds=HOPELESS if failed >= FAILED_STARTS else math.inf,
        log=None if ended["reason"].text in _START else log,
    )


def _running_cause(live: Live, pod: Lenient, spec: Lenient) -> Cause:
    """
    Why a container that runs is not ready.
    """
    said = _probe(live, pod, "Readiness", "Startup")
    words = (
        f"runs, but {_probe_words(spec, said)}"
        if said
        else "runs, and is not ready yet"
    )
    log = Log(pod=name_of(pod), container=spec["name"].text)

    return Cause(id="probe" if said else "slow", words=words, log=log)


def _creating_cause(live: Live, pod: Lenient) -> Cause:
    """
    Why a container that waits for its pod does so.
    """
    mount = live.happened(pod, "FailedMount", "FailedAttachVolume")
    if mount:
        said = _VOLUME.sub(r"\2: ", squeezed(mount))
        return Cause(
            id="volume",
            words=f"cannot mount {said}",
            patience_seconds=STUCK,
        )
    network = live.happened(pod, "FailedCreatePodSandBox")
    if network:
        words = f"gets no network: {squeezed(network)}"
        return Cause(id="network", words=words)

    return Cause(id="slow", words="is being started")


def _pulled(live: Live, pod: Lenient, message: str) -> str:
    """
    What *message* says of an image that cannot be pulled, or what was said
    before: a node that waits until it tries again may tell no more.
    """
    if not _BACK_OFF.match(squeezed(message)):
        return message
    said = [
        event["message"].text
        for event in live.events_of(pod)
        if event["message"].text.startswith("Failed to pull image")
    ]
    return said[-1] if said else message


def _refused_cause(
    live: Live, pod: Lenient, spec: Lenient, status: Lenient
) -> Cause | None:
    """
    Why the node does not even start a container.
    """
    name, waiting = status["name"].text, status["state"]["waiting"]
    reason = waiting["reason"].text
    message = _pulled(live, pod, waiting["message"].text)
    said = _POD.sub("", squeezed(message))
    if reason in _IMAGE:
        return image_cause(spec["image"].text, reason, message)
    if reason in _CONFIGURATION:
        words = f"container {name!r} is configured wrongly: {said}"
        return Cause(id="configuration", words=words, patience_seconds=STUCK)
    if reason in _START:
        words = f"container {name!r} could not be started: "
        words += _POD.sub("", _start_words(waiting))
        return Cause(id="crash", words=words, patience_seconds=STUCK)
    return None


def _container_cause(
    live: Live, pod: Lenient, spec: Lenient, status: Lenient
) -> Cause | None:
    """
    Why one container of *pod* is not ready; `None` if it waits for others.
    """
    waiting = status["state"]["waiting"]
    cause = _refused_cause(live, pod, spec, status) or _ended_cause(
        live, pod, spec, status
    )
    if cause or waiting["reason"].text == "PodInitializing":
        return cause
    if waiting:
        return _creating_cause(live, pod)
    if is_before(pod, spec):
        return _long_cause(pod, spec)

    return _running_cause(live, pod, spec)


def is_before(pod: Lenient, spec: Lenient) -> bool:
    """
    Whether a container has to end before those of *pod* start.
    """
    name = spec["name"].text
    before = pod["spec"]["initContainers"].where("name", name)

    return bool(before) and before["restartPolicy"].text != "Always"


def _long_cause(pod: Lenient, spec: Lenient) -> Cause:
    name = spec["name"].text
    words = f"waits for its init container {name!r}, which still runs"
    log = Log(pod=name_of(pod), container=name)

    return Cause(id="slow", words=words, log=log)


def _unready(pod: Lenient) -> Iterator[tuple[Lenient, Lenient]]:
    """
    Specification and status of the containers that *pod* waits for.
    """
    spec, status = pod["spec"], pod["status"]
    for statuses, specs in (
        ("initContainerStatuses", "initContainers"),
        ("containerStatuses", "containers"),
    ):
        for container in status[statuses]:
            ended = container["state"]["terminated"]
            done = ended and ended["exitCode"].value == 0
            beside = statuses == "initContainerStatuses"
            if container["ready"].value is True or (beside and done):
                continue
            name = container["name"].text
            yield spec[specs].where("name", name), container


def ended_badly(pod: Lenient) -> Iterator[tuple[Lenient, Lenient]]:
    """
    Specification and status of the containers of *pod* that have failed.
    """
    for spec, status in _unready(pod):
        ended = status["state"]["terminated"]
        if ended and ended["exitCode"].value != 0:
            yield spec, status


def _refused_by_node(status: Lenient) -> Cause | None:
    """
    Why the node has put a pod out, or did not take it.
    """
    reason, said = status["reason"].text, squeezed(status["message"].text)
    if reason == "Evicted":
        return Cause(id="evicted", words=f"was evicted: {said}")
    if reason and status["phase"].text == "Failed":
        words = f"was given up by its node: {said or reason}"
        return Cause(id="evicted", words=words)
    return None


def pod_cause(live: Live, pod: Lenient) -> Cause:
    """
    Why *pod* is not ready.
    """
    cause = (
        unplaced_cause(live, pod)
        or _refused_by_node(pod["status"])
        or lost_node(live, pod)
    )
    if cause:
        return cause
    causes = (_container_cause(live, pod, *both) for both in _unready(pod))

    return next(
        filter(None, causes), Cause(id="slow", words="is being started")
    )
