"""
An app as a cluster has it: workloads, their pods, and what happened to them.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from ._lenient import Lenient
from ._names import COMPONENT, INSTANCE, NAME
from .manifests import pod_template


# What a look at an app needs of its namespace.
KINDS = (
    "deployments",
    "replicasets",
    "statefulsets",
    "daemonsets",
    "jobs",
    "cronjobs",
    "pods",
    "persistentvolumeclaims",
    "services",
    "ingresses",
)
_WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob")
_REVISION = "deployment.kubernetes.io/revision"
_GENERATION = "deprecated.daemonset.template.generation"


def name_of(body: Lenient) -> str:
    """
    Name of an object.
    """
    return body["metadata"]["name"].text


def made_at(body: Lenient) -> str:
    """
    When an object was made.
    """
    return body["metadata"]["creationTimestamp"].text


def condition(body: Lenient, name: str) -> Lenient:
    """
    The condition of *body* that is called *name*.
    """
    return body["status"]["conditions"].where("type", name)


def happens(body: Lenient, name: str) -> bool:
    """
    Whether the condition of *body* that is called *name* is true.
    """
    return condition(body, name)["status"].text == "True"


def is_ready(pod: Lenient) -> bool:
    """
    Whether *pod* takes requests, and goes on to do so.
    """
    leaving = pod["metadata"]["deletionTimestamp"]

    return happens(pod, "Ready") and not leaving


def time_of(event: Lenient) -> str:
    """
    When *event* happened last.
    """
    series = event["series"]["lastObservedTime"].text
    made = event["metadata"]["creationTimestamp"].text

    return (
        event["lastTimestamp"].text
        or series
        or event["eventTime"].text
        or made
    )


def restarts(pod: Lenient) -> int:
    """
    How often containers of *pod* were started again.
    """
    status = pod["status"]

    return sum(
        container["restartCount"].number
        for key in ("initContainerStatuses", "containerStatuses")
        for container in status[key]
    )


@attrs.frozen(kw_only=True, eq=False)
class Workload:
    """
    What keeps pods of a part running.

    Attributes:
        part: Name of the part.

        body: The object.

        owner: What makes its newest pods; the object itself unless that is
            a Deployment.

        pods: Its pods as they should be now.

        older: Those of earlier versions that are still there.
    """

    part: str
    body: Lenient
    owner: Lenient
    pods: tuple[Lenient, ...]
    older: tuple[Lenient, ...]

    @property
    def kind(self) -> str:
        """
        Kind of the object.
        """
        return self.body["kind"].text

    @property
    def name(self) -> str:
        """
        Name of the object.
        """
        return name_of(self.body)

    @property
    def template(self) -> Lenient:
        """
        What its pods are made from.
        """
        return Lenient(pod_template(self.body.value))

    @property
    def wanted(self) -> int:
        """
        How many pods there should be.
        """
        spec, status = self.body["spec"], self.body["status"]
        match self.kind:
            case "DaemonSet":
                return status["desiredNumberScheduled"].number
            case "Job":
                return spec["completions"].number or 1
            case "CronJob":
                return 0
            case _:
                given = spec["replicas"]
                return 1 if given.value is None else given.number

    @property
    def ready(self) -> int:
        """
        How many of its newest pods are ready, or have done their work.
        """
        if self.kind == "Job":
            return self.body["status"]["succeeded"].number
        return sum(map(is_ready, self.pods))

    @property
    def serving(self) -> int:
        """
        How many pods of earlier versions are ready.
        """
        return sum(map(is_ready, self.older))

    @property
    def start_seconds(self) -> int:
        """
        How long its startup probes let a pod take.
        """
        return max(
            (
                probe["initialDelaySeconds"].number
                + probe["periodSeconds"].number
                * probe["failureThreshold"].number
                for container in self.template["spec"]["containers"]
                for probe in (container["startupProbe"],)
            ),
            default=0,
        )

    @property
    def stop_seconds(self) -> int:
        """
        How long pods of before may take to go before new ones come.
        """
        first = self.body["spec"]["strategy"]["type"].text == "Recreate"
        grace = self.template["spec"]["terminationGracePeriodSeconds"].number

        return grace if first else 0

    @property
    def observed(self) -> bool:
        """
        Whether the cluster has seen what was last asked of it.
        """
        generation = self.body["metadata"]["generation"].number
        return self.body["status"]["observedGeneration"].number >= generation

    @property
    def complete(self) -> bool:
        """
        Whether everything is as it should be, and nothing else is left.
        """
        if self.kind == "CronJob":
            return True
        if self.kind == "Job":
            return happens(self.body, "Complete")
        staying = any(
            not pod["metadata"]["deletionTimestamp"] for pod in self.older
        )
        return self.observed and self.ready >= self.wanted and not staying


@attrs.frozen(eq=False)
class Live:
    """
    The objects of an app in a cluster.

    Attributes:
        objects: All of them.

        workloads: What keeps its pods running, in the order of parts.

        events: What happened in its namespace, the oldest first.

        nodes: Nodes of the cluster, as far as they may be seen.
    """

    objects: tuple[Lenient, ...]
    workloads: tuple[Workload, ...]
    events: tuple[Lenient, ...]
    nodes: tuple[Lenient, ...]

    @classmethod
    def of(
        cls, bodies: Iterable[Any], instance: str, parts: Mapping[str, str]
    ) -> "Live":
        """
        The app in *bodies*, as an API server gives them.

        Args:
            bodies: Objects; those of others are left out.

            instance: Value of the instance label.

            parts: Names of parts by the names that their objects carry.
        """
        known = [*map(Lenient, bodies)]
        own = tuple(
            body
            for body in known
            if body["metadata"]["labels"][INSTANCE].value == instance
        )
        events = (body for body in known if body["kind"].value == "Event")
        found = [*_workloads(own, parts)]
        order = {part: number for number, part in enumerate(parts.values())}
        found.sort(key=lambda workload: order[workload.part])

        return cls(
            own,
            tuple(found),
            tuple(sorted(events, key=time_of)),
            tuple(body for body in known if body["kind"].value == "Node"),
        )

    def of_kind(self, kind: str) -> Iterator[Lenient]:
        """
        The objects of *kind*.
        """
        return (body for body in self.objects if body["kind"].value == kind)

    def get(self, kind: str, name: str) -> Lenient:
        """
        The object of *kind* that is called *name*.
        """
        found = (b for b in self.of_kind(kind) if name_of(b) == name)
        return next(found, Lenient())

    def events_of(self, body: Lenient) -> tuple[Lenient, ...]:
        """
        What happened to one object, the oldest first.
        """
        kind, name = body["kind"].value, name_of(body)
        uid = body["metadata"]["uid"].text
        return tuple(
            event
            for event in self.events
            for about in (event["involvedObject"],)
            if about["kind"].value == kind
            and about["name"].value == name
            and (about["uid"].text or uid) == uid
        )

    def last(self, body: Lenient, *reasons: str) -> Lenient:
        """
        The last event of *body* that has one of *reasons*.
        """
        found = [
            event
            for event in self.events_of(body)
            if event["reason"].text in reasons
        ]
        return found[-1] if found else Lenient()

    def happened(self, body: Lenient, *reasons: str) -> str:
        """
        What that event says; nothing if there is none.
        """
        return self.last(body, *reasons)["message"].text.strip()


def _owned(body: Lenient, owner: Lenient) -> bool:
    uid = owner["metadata"]["uid"].text
    return any(
        reference["kind"].value == owner["kind"].value
        and reference["uid"].text == uid
        and reference["name"].text == name_of(owner)
        for reference in body["metadata"]["ownerReferences"]
    )


def _revision(body: Lenient) -> int:
    text = body["metadata"]["annotations"][_REVISION].text

    return int(text) if text.isdecimal() else 0


def _is_new(pod: Lenient, workload: Lenient) -> bool:
    """
    Whether *pod* is what *workload* makes now.
    """
    labels = pod["metadata"]["labels"]
    if workload["kind"].value == "StatefulSet":
        revision = workload["status"]["updateRevision"].text
        return labels["controller-revision-hash"].text in (revision, "")
    if workload["kind"].value == "DaemonSet":
        newest = workload["metadata"]["annotations"][_GENERATION].text
        return labels["pod-template-generation"].text in (newest, "")
    return True


def _workload(
    part: str, body: Lenient, objects: tuple[Lenient, ...]
) -> Workload:
    pods = [o for o in objects if o["kind"].value == "Pod"]
    owner, earlier = body, []
    if body["kind"].value == "Deployment":
        sets = [
            o
            for o in objects
            if o["kind"].value == "ReplicaSet" and _owned(o, body)
        ]
        sets.sort(key=_revision)
        owner = sets.pop() if sets else Lenient()
        earlier = sets
    own = [pod for pod in pods if _owned(pod, owner)]
    new = [pod for pod in own if _is_new(pod, body)]
    old = [pod for pod in own if not _is_new(pod, body)]
    old += [p for p in pods if any(_owned(p, each) for each in earlier)]

    return Workload(
        part=part, body=body, owner=owner, pods=tuple(new), older=tuple(old)
    )


def _workloads(
    objects: tuple[Lenient, ...], parts: Mapping[str, str]
) -> Iterator[Workload]:
    """
    What keeps pods running; of the jobs of one name the newest one, because
    those before it are gone soon.
    """
    jobs: dict[str, Lenient] = {}
    for body in objects:
        labels = body["metadata"]["labels"]
        name = labels[NAME].text
        if name not in parts or labels[COMPONENT].text == "run":
            continue
        if body["kind"].value not in _WORKLOADS:
            continue
        if body["kind"].value != "Job":
            yield _workload(parts[name], body, objects)
        elif not body["metadata"]["ownerReferences"]:
            jobs[name] = max(jobs.get(name, body), body, key=made_at)
    for name, body in jobs.items():
        yield _workload(parts[name], body, objects)
