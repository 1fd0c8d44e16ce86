"""
What is wrong with pods: how they are kept alive and drained, what they may
use, and what they run.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ._literal_secrets import Literal, literals, literals_of_values
from ._scene import (
    PROBES,
    Problem,
    Scene,
    Workload,
    chart_manifest,
    declared_ports,
    subject,
)
from .manifests import Manifest
from .quantities import replicas_of
from .spec import DaemonSet, Store, Worker


_HANDLERS = ("httpGet", "tcpSocket", "grpc", "exec")
# What asks a program how it is, and not only whether it listens.
_ASKING = ("httpGet", "grpc", "exec")


def _containers(
    scene: Scene,
) -> Iterator[tuple[Workload, Mapping[str, Any]]]:
    for workload in scene.workloads:
        for container in workload.containers:
            yield workload, container


def drain_blocked(scene: Scene) -> Iterator[Problem]:
    """
    A PodDisruptionBudget allows no pod to be evicted.
    """
    for budget in scene.of_kind("PodDisruptionBudget"):
        spec = budget.body["spec"]
        pods = sum(
            workload.fewest
            for workload in scene.selected(spec.get("selector", {}), budget)
        )
        if "minAvailable" in spec:
            allowed = pods - replicas_of(spec["minAvailable"], pods, up=True)
        else:
            missing = spec.get("maxUnavailable", 1)
            allowed = replicas_of(missing, pods, up=True)
        if pods and allowed < 1:
            yield Problem(
                budget,
                f"none of its {pods} pods may be evicted, so that no node "
                "that runs one can be drained",
                "Allow for one pod that is away, like maxUnavailable: 1.",
            )
    yield from _two_budgets(scene)


def _two_budgets(scene: Scene) -> Iterator[Problem]:
    """
    Kubernetes refuses to evict a pod that more than one budget is about.
    """
    first: dict[int, Manifest] = {}
    for budget in scene.of_kind("PodDisruptionBudget"):
        selector = budget.body["spec"].get("selector", {})
        for workload in scene.selected(selector, budget):
            other = first.setdefault(id(workload), budget)
            if other is not budget:
                yield Problem(
                    budget,
                    f"it is about pods of {subject(workload.manifest)}, as "
                    f"{subject(other)} is, and pods with two budgets cannot "
                    "be evicted",
                    "Leave one of them out.",
                )


def probe_port(scene: Scene) -> Iterator[Problem]:
    """
    A probe asks at a port that nothing declares to listen on.
    """
    for workload, container in _containers(scene):
        # Kubernetes looks for names in the probe's own container alone.
        own = {*declared_ports(container)}
        own |= {port for port in workload.ports if isinstance(port[0], int)}
        declared = {port for port, protocol in own if protocol == "TCP"}
        for probe in PROBES:
            handlers = container.get(probe, {})
            for handler in ("httpGet", "tcpSocket", "grpc"):
                port = handlers.get(handler, {}).get("port")
                if port is not None and port not in declared:
                    yield Problem(
                        workload.manifest,
                        f"{probe} of container {container['name']!r} asks "
                        f"at port {port!r}, which no container declares",
                        f"Declare the port in {scene.owner(workload.manifest)}"
                        ", or ask at one that is.",
                    )


def _handler(container: Mapping[str, Any], probe: str) -> dict[str, Any]:
    found = container.get(probe, {})
    return {name: found[name] for name in _ASKING if name in found}


def _whose(
    scene: Scene, workload: Workload, container: Mapping[str, Any]
) -> str:
    """
    Where the user changes *container*.
    """
    owner = scene.owner(workload.manifest)
    name = container["name"]
    own = name in (workload.manifest.part, workload.manifest.name)

    return owner if own else f"container {name!r} of {owner}"


def same_probe(scene: Scene) -> Iterator[Problem]:
    """
    What is slow to answer is restarted instead of left alone; connections
    are taken by the busy too.
    """
    for workload, container in _containers(scene):
        ready = _handler(container, "readinessProbe")
        if ready and ready == _handler(container, "livenessProbe"):
            yield Problem(
                workload.manifest,
                f"readiness and liveness of container {container['name']!r} "
                "ask the same, so that it is restarted when it is merely "
                "busy",
                "Set another health on "
                f"{_whose(scene, workload, container)}, like a path.",
            )


def _asks(workload: Workload, probe: str, handlers: tuple[str, ...]) -> bool:
    return any(
        handler in container.get(probe, {})
        for container in workload.containers
        for handler in handlers
    )


def worker_health(scene: Scene) -> Iterator[Problem]:
    """
    Nobody notices when a worker hangs.
    """
    for workload in scene.workloads:
        part = scene.part(workload.manifest)
        if isinstance(part, (Worker, DaemonSet)) and not _asks(
            workload, "livenessProbe", _HANDLERS
        ):
            yield Problem(
                workload.manifest,
                "nothing notices when it hangs",
                f"Set health on {scene.owner(workload.manifest)} to a "
                "command that succeeds while it works.",
            )


def public_health(scene: Scene) -> Iterator[Problem]:
    """
    Requests from outside reach pods that merely listen.
    """
    for workload in scene.public:
        if not _asks(workload, "readinessProbe", _ASKING):
            yield Problem(
                workload.manifest,
                "the world outside reaches it, but nothing asks whether it "
                "can take requests",
                f"Set health on {scene.owner(workload.manifest)}, like "
                "health='/healthz'.",
            )


def memory_limit(scene: Scene) -> Iterator[Problem]:
    """
    A container may take all the memory of its node.
    """
    for workload, container in _containers(scene):
        if "memory" not in container.get("resources", {}).get("limits", {}):
            yield Problem(
                workload.manifest,
                f"container {container['name']!r} has no memory limit",
                f"Set memory on {scene.owner(workload.manifest)}.",
            )


def _kept_secret(scene: Scene, manifest: Manifest, literal: Literal) -> str:
    """
    Where a secret belongs that stands in *manifest*.
    """
    owner = scene.owner(manifest)
    part = scene.part(manifest)
    if part is None or manifest.kind in ("ConfigMap", "Secret"):
        return (
            f"Take it from the stack's configuration in {owner}, by "
            "FromConfig(…, secret=True)."
        )
    if isinstance(part, Store):
        return (
            f"Let the server of {owner} read it from a file, and not from "
            "Server(env=…) or Server(args=…)."
        )
    if literal.variable:
        return (
            f"Set {literal.place.replace('environment variable', 'env')} on "
            f"{owner} to FromConfig(…, secret=True)."
        )
    return (
        f"Set an environment variable on {owner} to FromConfig(…, "
        "secret=True), and name it there, like $(PASSWORD)."
    )


def literal_secret(scene: Scene) -> Iterator[Problem]:
    """
    A secret stands in an object, or among the values of a chart, for all to
    read.
    """
    for manifest in scene.manifests:
        found = {literal.place: literal for literal in literals(manifest.body)}
        for place, literal in found.items():
            yield Problem(
                manifest,
                f"{place} holds what looks like a secret, for all to read",
                _kept_secret(scene, manifest, literal),
            )
    for chart in scene.manifests.charts.values():
        places = [each.place for each in literals_of_values(chart.values)]
        for place in dict.fromkeys(places):
            yield Problem(
                chart_manifest(chart),
                f"{place} holds what looks like a secret, for all to read",
                "Name a Secret in its place, as far as the chart can, like "
                "existingSecret, and make it by a Raw with FromConfig(…, "
                "secret=True).",
            )
