"""
What of an app runs in a cluster, part by part.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from .diagnosis import Diagnosis


_EVENTS = 10
_WELL = ("ready", "done", "scheduled")


@attrs.frozen(kw_only=True)
class PodStatus:
    """
    One pod.

    Attributes:
        name: Its name.

        state: What it does, in Kubernetes' words.

        ready: Whether it takes requests.

        old: Whether it is of an earlier version.

        restarts: How often its containers were started again.

        age_seconds: How long it is there; `None` if that is not known.

        node: Where it runs.

        address: Its IP address.
    """

    name: str
    state: str
    ready: bool
    old: bool
    restarts: int
    age_seconds: int | None
    node: str
    address: str


@attrs.frozen(kw_only=True)
class ContainerStatus:
    """
    What one container of a part is to be.

    Attributes:
        name: Its name.

        image: Its image.

        ports: Ports that it listens on.

        requests: What it asks of its node.

        limits: What it may use at most.

        probes: What it is asked for to know how it is.

        settings: Names of its environment variables, with the object that
            the value comes from if it is not given in place.

        mounts: Paths in it, with what is mounted there.
    """

    name: str
    image: str
    ports: tuple[str, ...]
    requests: Mapping[str, str]
    limits: Mapping[str, str]
    probes: tuple[str, ...]
    settings: tuple[str, ...]
    mounts: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Happening:
    """
    One event of Kubernetes.

    Attributes:
        part: The part that it is about.

        about: Kind and name of the object.

        reason: What happened, in one word.

        message: What happened.

        count: How often.

        age_seconds: How long ago the last time was.

        warning: Whether it is a warning.
    """

    part: str
    about: str
    reason: str
    message: str
    count: int
    age_seconds: int | None
    warning: bool


@attrs.frozen(kw_only=True)
class PartStatus:
    """
    What runs of one part.

    Attributes:
        part: Its name.

        workload: Kind and name of what keeps its pods; empty if there is
            nothing.

        state: How it is, in few words.

        wanted: How many pods there should be.

        ready: How many are ready.

        version: Version of its image.

        age_seconds: How long it is there.

        addresses: Where it answers.

        claims: Its disks.

        containers: What its containers are to be.

        pods: Its pods.

        diagnoses: Why it is not ready.
    """

    part: str
    workload: str = ""
    state: str = "not deployed"
    wanted: int = 0
    ready: int = 0
    version: str = ""
    age_seconds: int | None = None
    addresses: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    containers: tuple[ContainerStatus, ...] = ()
    pods: tuple[PodStatus, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()

    @property
    def restarts(self) -> int:
        """
        How often its containers were started again.
        """
        return sum(pod.restarts for pod in self.pods)

    @property
    def images(self) -> tuple[str, ...]:
        """
        Images of its containers.
        """
        return tuple(container.image for container in self.containers)


@attrs.frozen(kw_only=True)
class StackStatus:
    """
    What runs of an app.

    Attributes:
        stack: Name of the stack.

        namespace: Its namespace.

        parts: The parts, in the order of the app.

        events: What happened last, the newest first.
    """

    stack: str
    namespace: str
    parts: tuple[PartStatus, ...]
    events: tuple[Happening, ...]

    def about(self, part: str) -> "StackStatus":
        """
        The same for *part* alone.
        """
        return attrs.evolve(
            self,
            parts=tuple(each for each in self.parts if each.part == part),
            events=tuple(each for each in self.events if each.part == part),
        )

    @property
    def well(self) -> bool:
        """
        Whether everything is there and ready.
        """
        return all(part.state in _WELL for part in self.parts)


def to_document(status: StackStatus, events: int = _EVENTS) -> dict[str, Any]:
    """
    *status* as plain data, with the last *events*.
    """
    found = attrs.asdict(attrs.evolve(status, events=status.events[:events]))
    for part, row in zip(found["parts"], status.parts, strict=True):
        part["restarts"] = row.restarts
        part["diagnoses"] = [
            {
                "pods": each.pods,
                "cause": each.cause.id,
                "words": str(each),
                "meanwhile": each.meanwhile,
            }
            for each in row.diagnoses
        ]
    return found
