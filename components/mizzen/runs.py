"""
Runs of jobs in a cluster, once more, by kubectl.
"""

import contextlib
import json
import re
import shlex
import subprocess
import time

from collections.abc import Mapping
from typing import Any

import attrs

from ._cause import HOPELESS
from ._causes import image_cause
from ._names import selector
from .exceptions import SpecError, choices


_MARKED_BY_KUBERNETES = re.compile(
    r"batch\.kubernetes\.io/.*|controller-uid|job-name"
)
_PULLING = ("ErrImagePull", "ImagePullBackOff")
_HOPELESS = (
    "CreateContainerConfigError",
    "ErrImageNeverPull",
    "InvalidImageName",
)
_KEPT_SECONDS = 86_400
FAILED = 1


@attrs.frozen(kw_only=True)
class Kubectl:
    """
    A namespace of a cluster, as kubectl reaches it.

    Attributes:
        context: Context of the kubeconfig.

        namespace: The namespace.

        environment: Environment variables of kubectl; `None` hands down
            those of this process.

        pause_seconds: How long it waits before it asks again.
    """

    context: str
    namespace: str
    environment: Mapping[str, str] | None = None
    pause_seconds: float = 1.0

    def command(self, *arguments: str) -> str:
        """
        What people type to do the same.
        """
        return shlex.join(self._command(arguments))

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        where = ["--context", self.context, "--namespace", self.namespace]
        return ["kubectl", *where, *arguments]

    def ask(self, *arguments: str, given: str | None = None) -> str:
        """
        What kubectl prints; *given* is its standard input.

        Raises:
            SpecError: If it fails or is not there.
        """
        try:
            ran = subprocess.run(  # noqa: S603 - words, no shell
                self._command(arguments),
                input=given,
                env=self.environment,
                capture_output=True,
                check=False,
                text=True,
            )
        except FileNotFoundError:
            msg = "kubectl is not there. Install it and put it on PATH."
            raise SpecError(msg) from None
        if ran.returncode:
            said = ran.stderr.strip()
            msg = f"kubectl {arguments[0]} failed: {said}"
            raise SpecError(msg)

        return ran.stdout

    def get(self, kind: str, *, labels: Mapping[str, str]) -> list[Any]:
        """
        Objects of *kind* that have all of *labels*, the oldest first.
        """
        wanted = ",".join(f"{key}={value}" for key, value in labels.items())
        found = json.loads(self.ask("get", kind, "-l", wanted, "-o", "json"))

        return sorted(
            found["items"],
            key=lambda item: item["metadata"]["creationTimestamp"],
        )

    def show_logs(self, pod: str) -> None:
        """
        Print what *pod* says until it ends, where this process prints.
        """
        subprocess.run(  # noqa: S603 - words, no shell
            self._command(("logs", "--follow", pod)),
            env=self.environment,
            check=False,
        )


def _own(marks: Mapping[str, str]) -> dict[str, str]:
    """
    Labels or annotations without those that Kubernetes has added.
    """
    return {
        key: value
        for key, value in marks.items()
        if not _MARKED_BY_KUBERNETES.fullmatch(key)
    }


def one_off(deployed: dict[str, Any], args: tuple[str, ...]) -> dict[str, Any]:
    """
    A Job that runs once what *deployed*, a Job or a CronJob, runs.

    Args:
        deployed: The object in the cluster.

        args: Arguments in place of those that it has, if any.
    """
    metadata = deployed["metadata"]
    spec = deployed["spec"]
    spec = spec.get("jobTemplate", {}).get("spec", spec)
    limits = {
        key: spec[key] for key in ("activeDeadlineSeconds",) if key in spec
    }
    template = json.loads(json.dumps(spec["template"]))
    marks = {
        field: _own(template["metadata"].get(field) or {})
        for field in ("labels", "annotations")
    }
    labels = marks["labels"]
    if args:
        template["spec"]["containers"][0]["args"] = list(args)
    name = labels["app.kubernetes.io/name"]

    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "generateName": f"{name}-run-",
            "namespace": metadata["namespace"],
            "labels": {**labels, "app.kubernetes.io/component": "run"},
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


def _state(pod: Mapping[str, Any]) -> Mapping[str, Any]:
    """
    What the container of a job's pod does.
    """
    statuses = pod.get("status", {}).get("containerStatuses") or [{}]
    state: Mapping[str, Any] = statuses[0].get("state", {})

    return state


def _trouble(
    pod: Mapping[str, Any],
) -> tuple[str, float] | None:
    """
    Why *pod* does not start, and for how many seconds that may pass by
    itself; `None` if there is nothing.
    """
    waiting = _state(pod).get("waiting", {})
    reason, said = waiting.get("reason", ""), waiting.get("message", "")
    patience: float = HOPELESS
    if reason in _PULLING:
        patience = image_cause("", reason, said).patience_seconds
    elif reason not in _HOPELESS:
        return None

    return said or reason, patience


def _pod(kubectl: Kubectl, job: str, states: tuple[str, ...]) -> Any:
    """
    The pod of *job* when it is in one of *states*; `None` if the job ends
    without.
    """
    labels = {"batch.kubernetes.io/job-name": job}
    since: float | None = None
    while True:
        for pod in kubectl.get("pods", labels=labels):
            trouble = _trouble(pod)
            if trouble:
                said, patience = trouble
                now = time.monotonic()
                since = since or now
                if now >= since + patience:
                    msg = f"Job {job!r} cannot start: {said}"
                    raise SpecError(msg)
            if any(name in _state(pod) for name in states):
                return pod
        status = json.loads(kubectl.ask("get", "job", job, "-o", "json"))
        conditions = status.get("status", {}).get("conditions") or ()
        if any(c["status"] == "True" for c in conditions):
            return None
        time.sleep(kubectl.pause_seconds)


def follow(kubectl: Kubectl, body: Mapping[str, Any]) -> int:
    """
    Make the Job *body*, and show what it says until it ends. It goes if it
    cannot start, or if nobody waits for its end.

    Returns:
        The exit code of its container.

    Raises:
        SpecError: If it cannot start.
    """
    made = kubectl.ask(
        "create", "-f", "-", "-o", "json", given=json.dumps(body)
    )
    job = json.loads(made)["metadata"]["name"]
    try:
        code = _followed(kubectl, job)
    except BaseException:
        with contextlib.suppress(SpecError):
            _remove(kubectl, job)
        raise
    if code == 0:
        # Its pod would keep the disks that it has mounted from going.
        _remove(kubectl, job)

    return code


def _remove(kubectl: Kubectl, job: str) -> None:
    kubectl.ask("delete", "job", job, "--wait=false")


def _followed(kubectl: Kubectl, job: str) -> int:
    """
    The exit code of *job*, after what it says.
    """
    pod = _pod(kubectl, job, ("running", "terminated"))
    if pod is None:
        return FAILED
    kubectl.show_logs(pod["metadata"]["name"])
    ended = _pod(kubectl, job, ("terminated",))
    if ended is None:
        return FAILED

    return int(_state(ended)["terminated"]["exitCode"])


def run(
    kubectl: Kubectl,
    part: str,
    kind: str,
    instance: str,
    args: tuple[str, ...],
) -> int:
    """
    Run what is deployed as *part* once more, and show what it says.

    Args:
        kubectl: Where it is deployed.

        part: Name of its objects.

        kind: ``"Job"`` or ``"CronJob"``.

        instance: Value of its instance label.

        args: Arguments in place of those that it has, if any.

    Returns:
        The exit code of its container.

    Raises:
        SpecError: If it is not deployed or cannot start.
    """
    labels = {
        **selector(part, instance),
        "app.kubernetes.io/component": kind.lower(),
    }
    found = deployed(kubectl, f"{kind} {part!r} is", kind, labels)

    return follow(kubectl, one_off(found, args))


def known_job(name: str, jobs: Mapping[str, Any]) -> Any:
    """
    The job of that name.

    Raises:
        SpecError: If there is none.
    """
    if name not in jobs:
        msg = f"Job {name!r} is unknown; {choices(name, jobs)}."
        raise SpecError(msg)
    return jobs[name]
