"""
Why a pod does not become ready, in words.
"""

import math
import re

from collections.abc import Iterator
from typing import Any

import attrs

from ._lenient import Lenient
from ._requests import requested
from .live import Live, condition, name_of
from .quantities import BINARY_UNITS, number_of, written_bytes


# A container that was started so often and ended each time will go on so.
FAILED_STARTS = 3
HOPELESS = 0
# Somebody else may be about to make what is missing.
STUCK = 60

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
    (r"no such host", "its registry's host name is unknown to the node"),
    (r"not found|NotFound|manifest unknown", "its registry has no such image"),
    (
        r"unauthorized|authorization failed|denied|40[13]",
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
_PASSING = r"no such host|refused|timeout|timed out|unreachable|reset by|EOF"
_TRIED = re.compile(r"(No preemption|no new claims|preemption:).*", re.DOTALL)
_LACKS = re.compile(r"(\d+) Insufficient ([\w/-]+(?:\.[\w/-]+)*)")
_PROBES = re.compile(r"(Readiness|Liveness|Startup) probe (failed|errored): ?")
_POD = re.compile(r' \(pod: "[^"]*", container: [^)]*\)')
_KILLED = 137


@attrs.frozen(kw_only=True)
class Log:
    """
    Where it can be read what a container said before it ended.

    Attributes:
        pod: Name of the pod.

        container: Name of the container.

        previous: Whether it has been started again since.
    """

    pod: str
    container: str
    previous: bool = False


@attrs.frozen(kw_only=True)
class Cause:
    """
    Why something does not become ready.

    Attributes:
        id: Kind of the cause, like ``"image"`` or ``"crash"``.

        words: The cause, as the end of a sentence about a pod.

        patience_seconds: How long it is worth waiting that it passes.

        log: What its container said, if that tells more.
    """

    id: str
    words: str
    patience_seconds: float = math.inf
    log: Log | None = None


def one_line(message: str, most: int = 500) -> str:
    """
    *message* in one line, cut to *most* characters.

    >>> one_line(" not \\n well ")
    'not well'
    """
    words = " ".join(message.split()).rstrip(".")

    return words if len(words) <= most else f"{words[: most - 1]}…"


def _image_cause(image: str, reason: str, message: str) -> Cause:
    said = one_line(message)
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
    answer = one_line(_PROBES.sub("", said)) or "nothing"
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
                asked = f" by {one_line(words, 100)!r}"
            case _:
                pass
    answer = answer.replace("HTTP probe failed with statuscode:", "status")
    if "dial tcp" in answer or answer.startswith("Get "):
        # Addresses of pods tell nothing, and differ.
        answer = answer.rpartition(": ")[2]

    return f"its {kind} probe{asked} is answered: {answer}"


def end_words(ended: Lenient, limit: str) -> str:
    """
    How a container has *ended*; *limit* is the memory that it may use.
    """
    code = ended["exitCode"].number
    if ended["reason"].text == "OOMKilled":
        most = f" of {limit}" if limit else ""
        return f"used more memory than its limit{most} and was killed"
    if ended["reason"].text in _START:
        said = one_line(ended["message"].text)
        return f"could not be started: {said.rpartition('process: ')[2]}"
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
        said = one_line(mount).removeprefix("MountVolume.SetUp failed for ")
        return Cause(
            id="volume",
            words=f"cannot mount {said}",
            patience_seconds=STUCK,
        )
    network = live.happened(pod, "FailedCreatePodSandBox")
    if network:
        words = f"gets no network: {one_line(network)}"
        return Cause(id="network", words=words)

    return Cause(id="slow", words="is being started")


def _refused_cause(spec: Lenient, name: str, waiting: Lenient) -> Cause | None:
    """
    Why the node does not even start a container.
    """
    reason, message = waiting["reason"].text, waiting["message"].text
    said = _POD.sub("", one_line(message))
    if reason in _IMAGE:
        return _image_cause(spec["image"].text, reason, message)
    if reason in _CONFIGURATION:
        words = f"container {name!r} is configured wrongly: {said}"
        return Cause(id="configuration", words=words, patience_seconds=STUCK)
    if reason in _START:
        words = f"container {name!r} could not be started: {said}"
        return Cause(id="crash", words=words, patience_seconds=STUCK)
    return None


def _container_cause(
    live: Live, pod: Lenient, spec: Lenient, status: Lenient
) -> Cause | None:
    """
    Why one container of *pod* is not ready; `None` if it waits for others.
    """
    waiting = status["state"]["waiting"]
    cause = _refused_cause(spec, status["name"].text, waiting) or _ended_cause(
        live, pod, spec, status
    )
    if cause or waiting["reason"].text == "PodInitializing":
        return cause
    if waiting:
        return _creating_cause(live, pod)

    return _running_cause(live, pod, spec)


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


def _asked(pod: Lenient, live: Live, resource: str) -> str:
    """
    What *pod* asks for, and what nodes have of it.
    """
    offered = []
    for node in live.nodes:
        size = node["status"]["allocatable"][resource].value
        offered.append(f"node {name_of(node)} {_amount(resource, size)}")
    try:
        wanted = _amount(resource, requested(pod["spec"].value, resource))
    except (AttributeError, KeyError, TypeError, ArithmeticError):
        return ""
    have = f", {', '.join(offered)}" if offered else ""

    return f"{resource}: asked for {wanted}{have}"


def _amount(resource: str, quantity: Any) -> str:
    number = number_of(quantity)
    if number is None:
        return "none"
    if resource == "cpu":
        return f"{number:f}"
    gibibytes = number / BINARY_UNITS["Gi"]

    return f"{gibibytes:.1f}Gi" if gibibytes > 1 else written_bytes(number)


def _claim_words(live: Live, pod: Lenient) -> Iterator[str]:
    """
    What is wrong with the claims of *pod*.
    """
    for volume in pod["spec"]["volumes"]:
        name = volume["persistentVolumeClaim"]["claimName"].text
        claim = live.get("PersistentVolumeClaim", name)
        phase = claim["status"]["phase"].text
        if name and phase != "Bound":
            said = live.happened(
                claim, "ProvisioningFailed", "FailedBinding", "VolumeMismatch"
            )
            state = phase.lower() or "not there"
            yield f"claim {name} is {state}: {one_line(said)}".rstrip(": ")


def _scheduling_cause(live: Live, pod: Lenient, said: str) -> Cause:
    claims = "volumeclaim" in said.lower()
    lacking = dict.fromkeys(m[2] for m in _LACKS.finditer(said))
    details = [
        *(_asked(pod, live, resource) for resource in lacking),
        *(_claim_words(live, pod) if claims else ()),
    ]
    if "affinity/selector" in said:
        wanted = pod["spec"]["nodeSelector"].items()
        labels = ", ".join(f"{key}={value.text}" for key, value in wanted)
        details.append(f"asked for nodes with {labels or 'its affinity'}")
    told = one_line(_TRIED.sub("", said)).removesuffix(". not found")
    more = "".join(f"; {detail}" for detail in details if detail)
    scales = live.happened(pod, "TriggeredScaleUp")
    awaited = "; a new node is on its way" if scales else ""

    return Cause(
        id="volume" if claims else "scheduling",
        words=f"fits on no node: {told}{more}{awaited}",
        patience_seconds=math.inf if scales else STUCK,
    )


def pod_cause(live: Live, pod: Lenient) -> Cause:
    """
    Why *pod* is not ready.
    """
    status = pod["status"]
    scheduled = condition(pod, "PodScheduled")
    if scheduled["reason"].text == "Unschedulable":
        return _scheduling_cause(live, pod, scheduled["message"].text)
    if status["reason"].text == "Evicted":
        words = f"was evicted: {one_line(status['message'].text)}"
        return Cause(id="evicted", words=words)
    causes = (_container_cause(live, pod, *both) for both in _unready(pod))

    return next(
        filter(None, causes), Cause(id="slow", words="is being started")
    )
