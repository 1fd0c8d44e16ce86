"""
What runs of an app, found out from the objects in its cluster.
"""

import datetime as dt

from collections.abc import Iterable, Iterator, Mapping

from ._cause import squeezed
from ._lenient import Lenient
from ._names import NAME, VERSION
from ._routers import ROUTERS, ways
from .diagnosis import Diagnosis, diagnose
from .live import Live, Workload, is_ready, name_of, restarts, time_of
from .status import (
    ContainerStatus,
    Happening,
    PartStatus,
    PodStatus,
    StackStatus,
)


_PROBES = ("startupProbe", "readinessProbe", "livenessProbe")


def age(written: str, now: dt.datetime) -> int | None:
    """
    Seconds from a time that was *written* by Kubernetes to *now*.

    >>> now = dt.datetime(2026, 11, 23, 12, 1, tzinfo=dt.UTC)
    >>> age("2026-11-23T12:00:00Z", now), age("yesterday", now)
    (60, None)
    """
    try:
        since = dt.datetime.fromisoformat(written)
        return max(0, int((now - since).total_seconds()))
    except (TypeError, ValueError):
        return None


def _pod_state(pod: Lenient) -> str:
    """
    What kubectl shows as the status of *pod*.
    """
    if pod["metadata"]["deletionTimestamp"]:
        return "Terminating"
    status = pod["status"]
    for key in ("initContainerStatuses", "containerStatuses"):
        for container in status[key]:
            for name in ("waiting", "terminated"):
                reason = container["state"][name]["reason"].text
                if reason not in ("", "PodInitializing", "Completed"):
                    return reason
    return status["reason"].text or status["phase"].text


def _pod(pod: Lenient, now: dt.datetime, *, old: bool) -> PodStatus:
    return PodStatus(
        name=name_of(pod),
        state=_pod_state(pod),
        ready=is_ready(pod),
        old=old,
        restarts=restarts(pod),
        age_seconds=age(pod["metadata"]["creationTimestamp"].text, now),
        node=pod["spec"]["nodeName"].text,
        address=pod["status"]["podIP"].text,
    )


def _probes(container: Lenient) -> Iterator[str]:
    for key in _PROBES:
        probe = container[key]
        if not probe:
            continue
        kind = key.removesuffix("Probe")
        http, port = probe["httpGet"], probe["tcpSocket"]["port"]
        if http:
            asked = f"GET {http['path'].text} at {http['port'].value}"
        elif port:
            asked = f"connection to {port.value}"
        else:
            asked = " ".join(word.text for word in probe["exec"]["command"])
        yield f"{kind}: {asked}"


def _settings(container: Lenient) -> Iterator[str]:
    for variable in container["env"]:
        name = variable["name"].text
        origins = [
            f"{key.removesuffix('KeyRef')} {reference['name'].text}"
            for key, reference in variable["valueFrom"].items()
        ]
        yield f"{name} ({origins[0]})" if origins else name


def _volume_words(volume: Lenient) -> str:
    for kind, source in volume.items():
        if kind != "name":
            name = (
                source["claimName"].text
                or source["secretName"].text
                or source["name"].text
            )
            return f"{kind} {name}".strip()
    return volume["name"].text


def _container(container: Lenient, volumes: Lenient) -> ContainerStatus:
    def amounts(kind: str) -> dict[str, str]:
        found = container["resources"][kind].items()
        return {key: str(amount.value) for key, amount in found}

    return ContainerStatus(
        name=container["name"].text,
        image=container["image"].text,
        ports=tuple(
            f"{port['containerPort'].number}/{port['protocol'].text or 'TCP'}"
            for port in container["ports"]
        ),
        requests=amounts("requests"),
        limits=amounts("limits"),
        probes=tuple(_probes(container)),
        settings=tuple(_settings(container)),
        mounts=tuple(
            f"{mount['mountPath'].text} from {_volume_words(volume)}"
            for mount in container["volumeMounts"]
            for volume in (volumes.where("name", mount["name"].text),)
        ),
    )


def _ports(service: Lenient, key: str) -> Iterator[int]:
    for port in service["spec"]["ports"]:
        if port[key].number:
            yield port[key].number


def _service_addresses(service: Lenient) -> Iterator[str]:
    name = name_of(service)
    for number in _ports(service, "port"):
        yield f"{name}:{number}"
        for point in service["status"]["loadBalancer"]["ingress"]:
            yield f"{point['ip'].text or point['hostname'].text}:{number}"
    for number in _ports(service, "nodePort"):
        yield f"port {number} of each node"


def _hosts(live: Live, service: str) -> Iterator[str]:
    """
    Under which hosts and paths *service* is reached from outside.
    """
    for kind in ROUTERS:
        for router in live.of_kind(kind):
            scheme = _scheme(router) if kind == "Ingress" else ""
            for way in ways(router):
                if way.service == service:
                    yield f"{scheme}{way.address}"


def _scheme(ingress: Lenient) -> str:
    return "https://" if ingress["spec"]["tls"] else "http://"


def _addresses(live: Live, workload: Workload) -> Iterator[str]:
    labels = workload.template["metadata"]["labels"]
    for service in live.of_kind("Service"):
        wanted = [*service["spec"]["selector"].items()]
        if wanted and all(labels[k].value == v.value for k, v in wanted):
            yield from _hosts(live, name_of(service))
            yield from _service_addresses(service)


def _claims(live: Live, workload: Workload) -> Iterator[str]:
    for volume in workload.template["spec"]["volumes"]:
        name = volume["persistentVolumeClaim"]["claimName"].text
        claim = live.get("PersistentVolumeClaim", name)
        if name:
            size = claim["spec"]["resources"]["requests"]["storage"].text
            phase = claim["status"]["phase"].text or "not there"
            yield f"{name}: {size} {phase}"


def _state(workload: Workload) -> str:
    if workload.complete:
        words = {"Job": "done", "CronJob": "scheduled"}
        return words.get(workload.kind, "ready")
    return "rolling out" if workload.serving else "not ready"


def _part(
    live: Live,
    workload: Workload,
    diagnoses: Iterable[Diagnosis],
    now: dt.datetime,
) -> PartStatus:
    template, body = workload.template, workload.body
    spec, metadata = template["spec"], template["metadata"]
    name = f"{workload.kind} {workload.name}"

    return PartStatus(
        part=workload.part,
        workload=name,
        state=_state(workload),
        wanted=workload.wanted,
        ready=workload.ready,
        version=metadata["labels"][VERSION].text,
        age_seconds=age(body["metadata"]["creationTimestamp"].text, now),
        addresses=tuple(dict.fromkeys(_addresses(live, workload))),
        claims=tuple(_claims(live, workload)),
        containers=tuple(
            _container(container, spec["volumes"])
            for key in ("initContainers", "containers")
            for container in spec[key]
        ),
        pods=(
            *(_pod(pod, now, old=False) for pod in workload.pods),
            *(_pod(pod, now, old=True) for pod in workload.older),
        ),
        diagnoses=tuple(d for d in diagnoses if d.workload == name),
    )


def _happenings(
    live: Live, parts: Mapping[str, str], now: dt.datetime
) -> Iterator[Happening]:
    """
    What happened, the newest first; what is long gone tells nothing.
    """
    labels = {
        (body["kind"].text, name_of(body)): body["metadata"]["labels"][NAME]
        for body in live.objects
    }
    for event in reversed(live.events):
        about = event["involvedObject"]
        key = (about["kind"].text, about["name"].text)
        part = parts.get(labels[key].text) if key in labels else None
        if part is None:
            continue
        yield Happening(
            part=part,
            about=" ".join(key),
            reason=event["reason"].text,
            message=squeezed(event["message"].text),
            count=event["count"].number or 1,
            age_seconds=age(time_of(event), now),
            warning=event["type"].value == "Warning",
        )


def _rows(
    live: Live, parts: Mapping[str, str], now: dt.datetime
) -> Iterator[PartStatus]:
    """
    What runs, part by part; jobs that are done are shown of parts that are
    nothing else.
    """
    diagnoses = diagnose(live)
    for part in dict.fromkeys(parts.values()):
        own = [w for w in live.workloads if w.part == part]
        lasting = [w for w in own if w.kind != "Job"]
        if not own:
            yield PartStatus(part=part)
        for workload in own:
            if workload in lasting or not (lasting and workload.complete):
                yield _part(live, workload, diagnoses, now)


def status_of(
    live: Live,
    *,
    stack: str,
    namespace: str,
    parts: Mapping[str, str],
    now: dt.datetime,
) -> StackStatus:
    """
    What runs of an app.

    Args:
        live: The app as the cluster has it.

        stack: Name of the stack.

        namespace: Its namespace.

        parts: Names of parts by the names that their objects carry.

        now: The time from which ages are counted.
    """
    return StackStatus(
        stack=stack,
        namespace=namespace,
        parts=tuple(_rows(live, parts, now)),
        events=tuple(_happenings(live, parts, now)),
    )
