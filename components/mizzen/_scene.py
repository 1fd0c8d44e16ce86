"""
The objects of an app, arranged so that checks find what belongs together.
"""

import functools

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from ._claims import disks
from ._lenient import Lenient
from ._policies import selects
from ._routers import ROUTERS, ways
from ._shapes import of_shape
from .environment import Environment, effective
from .exceptions import SpecError
from .images import Stage, lineage
from .manifests import Hatch, Manifest, Manifests, containers_of, pod_template
from .spec import App, ExistingDisk, HelmChart, Part, title
from .stack import Stack


PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
_CONTROLLERS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")
_ENDING = ("Job", "CronJob")
_PUBLIC = ("NodePort", "LoadBalancer")
_PLURAL = ("ReadWriteMany", "ReadOnlyMany")

# The words for what else goes to a cluster, and its objects or what stands
# against them.
Neighbour = tuple[str, Manifests | SpecError]


@attrs.frozen(eq=False)
class Problem:
    """
    What a check has found.

    Attributes:
        about: The object in question, or the whole stack.

        message: What is the matter with it.

        remedy: What to do about it, as a whole sentence.
    """

    about: Manifest | Stack
    message: str
    remedy: str


@attrs.frozen(eq=False)
class Workload:
    """
    An object that makes pods.

    Attributes:
        manifest: The object.

        labels: Labels of its pods.

        spec: What its pods consist of.

        fewest: Number of pods that run at least.

        most: Number of pods that run at most.
    """

    manifest: Manifest
    labels: Mapping[str, str]
    spec: Mapping[str, Any]
    fewest: int
    most: int

    @property
    def controls(self) -> bool:
        """
        Whether it owns all pods that its selector finds.
        """
        return self.manifest.kind in _CONTROLLERS

    @property
    def ends(self) -> bool:
        """
        Whether its pods run to their end.
        """
        return self.manifest.kind in _ENDING

    @property
    def containers(self) -> tuple[Mapping[str, Any], ...]:
        """
        All containers, those for the start first.
        """
        return containers_of(self.spec)

    @functools.cached_property
    def ports(self) -> frozenset[tuple[str | int, str]]:
        """
        Names and numbers of the ports that its containers declare, each
        with the protocol.
        """
        return frozenset(
            port
            for container in self.containers
            for port in declared_ports(container)
        )


def declared_ports(
    container: Mapping[str, Any],
) -> Iterator[tuple[str | int, str]]:
    """
    Name and number of each port of *container*, with the protocol.
    """
    for port in container.get("ports", ()):
        protocol = port.get("protocol", "TCP")
        yield port["containerPort"], protocol
        if "name" in port:
            yield port["name"], protocol


def namespace(manifest: Manifest) -> str | None:
    """
    Namespace of an object; `None` if it has none.
    """
    found: str | None = manifest.body["metadata"].get("namespace")
    return found


def chart_manifest(chart: HelmChart) -> Manifest:
    """
    What stands for a chart, whose objects only a deployment knows.
    """
    body = {"kind": "HelmChart", "metadata": {"name": chart.name}}
    return Manifest(None, "chart", body)


def subject(about: Manifest | Stack) -> str:
    """
    Kind and name of an object, as they begin every message about it.
    """
    kind = "Stack" if isinstance(about, Stack) else about.kind
    return f"{kind} {str(about.name)!r}"


def listed(words: Iterable[object]) -> str:
    """
    *words* with commas between them.
    """
    return ", ".join(str(word) for word in words)


def _range(scale: Mapping[str, Any]) -> tuple[int, int]:
    """
    Fewest and most replicas that an autoscaler allows, as Kubernetes and
    KEDA fill in what is left out.
    """
    if "triggers" in scale:
        return scale.get("minReplicaCount", 0), scale.get(
            "maxReplicaCount", 100
        )
    fewest = scale.get("minReplicas", 1)

    return fewest, scale.get("maxReplicas", fewest)


class Scene:
    """
    All that a check may look at.

    Attributes:
        app: What is deployed.

        environment: Policy of the stack.

        stack: Addresses and versions.

        manifests: The objects that are judged, without what is not of the
            shape that Kubernetes gives it.

        workloads: Those of them that make pods.

        empty_passphrase: Whether secrets are encrypted with nothing.

        neighbours: What else goes to the same cluster, each with the words
            for it.

        not_compared: The same, of which nobody knows what it takes.
    """

    def __init__(
        self,
        app: App,
        environment: Environment,
        stack: Stack,
        manifests: Manifests,
        *,
        empty_passphrase: bool = False,
        neighbours: Iterable[Neighbour] = (),
    ) -> None:
        self.app = app
        self.environment = environment
        self.stack = stack
        self.manifests = attrs.evolve(
            manifests, objects=tuple(map(of_shape, manifests))
        )
        self.empty_passphrase = empty_passphrase
        self.neighbours: list[tuple[str, Manifests]] = []
        self.not_compared: list[tuple[str, SpecError]] = []
        for who, found in neighbours:
            if isinstance(found, SpecError):
                self.not_compared.append((who, found))
            else:
                self.neighbours.append((who, found))
        self._parts: dict[str | None, Part] = {p.name: p for p in app.parts}
        self._kinds: dict[str, list[Manifest]] = {}
        for manifest in self.manifests:
            self._kinds.setdefault(manifest.kind, []).append(manifest)
        self._autoscalers = {
            self._target(m): m.body["spec"]
            for kind in ("HorizontalPodAutoscaler", "ScaledObject")
            for m in self.of_kind(kind)
        }
        self.workloads = tuple(self._workloads())
        self._by_label: dict[tuple[str, str], list[Workload]] = {}
        for workload in self.workloads:
            for label in workload.labels.items():
                self._by_label.setdefault(label, []).append(workload)

    @staticmethod
    def _target(autoscaler: Manifest) -> tuple[str, str, str | None]:
        target = autoscaler.body["spec"].get("scaleTargetRef", {})
        kind = target.get("kind", "Deployment")

        return kind, target.get("name", ""), namespace(autoscaler)

    def _workloads(self) -> Iterator[Workload]:
        for manifest in self.manifests:
            template = pod_template(manifest.body)
            if template is None:
                continue
            replicas = manifest.body["spec"].get("replicas", 1)
            scale = self._autoscalers.get(
                (manifest.kind, manifest.name, namespace(manifest))
            )
            yield Workload(
                manifest,
                template.get("metadata", {}).get("labels", {}),
                template["spec"],
                *(_range(scale) if scale else (replicas, replicas)),
            )

    def of_kind(self, kind: str) -> Iterator[Manifest]:
        """
        All objects of *kind*.
        """
        return iter(self._kinds.get(kind, ()))

    def selected(
        self, selector: Mapping[str, Any], by: Manifest
    ) -> list[Workload]:
        """
        The workloads whose pods a label selector finds in the namespace of
        the object that has it.
        """
        labels = selector.get("matchLabels", {})
        # The rarest label first: looking at all would cost a square.
        candidates = min(
            (self._by_label.get(label, ()) for label in labels.items()),
            key=len,
            default=self.workloads,
        )

        return [
            workload
            for workload in candidates
            if namespace(workload.manifest) == namespace(by)
            and selects(selector, workload.labels)
        ]

    @functools.cached_property
    def fronts(self) -> tuple[tuple[Manifest, list[Workload]], ...]:
        """
        Each Service that has a selector, with what it leads to.
        """
        return tuple(
            (service, self.selected({"matchLabels": labels}, service))
            for service in self.of_kind("Service")
            if (labels := service.body["spec"].get("selector"))
        )

    @property
    def routers(self) -> Iterator[Manifest]:
        """
        What leads requests from outside to Services.
        """
        for kind in ROUTERS:
            yield from self.of_kind(kind)

    @property
    def entrance(self) -> Manifest | None:
        """
        What gives the app a public address; `None` if nothing does.
        """
        balancers = (
            service
            for service in self.of_kind("Service")
            if service.body["spec"].get("type") == "LoadBalancer"
        )
        return next(self.routers, None) or next(balancers, None)

    @functools.cached_property
    def public(self) -> tuple[Workload, ...]:
        """
        The workloads that the world outside reaches.
        """
        routed = {
            (way.service, way.namespace or namespace(router))
            for router in self.routers
            for way in ways(Lenient(router.body))
        }
        found = {
            id(workload): workload
            for service, workloads in self.fronts
            for workload in workloads
            if service.body["spec"].get("type") in _PUBLIC
            or (service.name, namespace(service)) in routed
        }

        return tuple(found.values())

    def part(self, manifest: Manifest) -> Part | None:
        """
        The part that an object belongs to.
        """
        return self._parts.get(manifest.part)

    def owner(self, manifest: Manifest) -> str:
        """
        Where the user changes an object: its part, or the object itself.
        """
        part = self.part(manifest)
        return title(part) if part else subject(manifest)

    def hatches(self, manifest: Manifest) -> Iterator[Hatch]:
        """
        What patches and transforms have changed of an object.
        """
        changed = (manifest.kind, manifest.name)
        for hatch in self.manifests.hatches:
            if (hatch.manifest.kind, hatch.manifest.name) == changed:
                yield hatch

    @functools.cached_property
    def lineages(self) -> dict[str, tuple[Stage, ...]]:
        """
        For each image that is built, its stage and those of the same
        Dockerfile that it starts from: they hand down users and ports.
        """
        return {
            build.reference: lineage(self.stack.root, build.dockerfile)
            for build in self.manifests.builds.values()
        }

    def is_single(self, claim: str, by: Manifest) -> bool:
        """
        Whether a disk can be mounted on one node only, as far as is known.
        """
        modes = self._access_modes.get((claim, namespace(by)))
        if modes is None:
            return claim in self._unshared
        return not modes.intersection(_PLURAL)

    @functools.cached_property
    def _unshared(self) -> frozenset[str]:
        """
        Claims of somebody else's that one pod alone can mount, as parts say.
        """
        return frozenset(
            disk.claim
            for part in effective(self.app, self.environment)
            for disk in disks(part, ExistingDisk)
            if not disk.shared
        )

    @functools.cached_property
    def _access_modes(self) -> dict[tuple[str, str | None], frozenset[str]]:
        return {
            (disk.name, namespace(disk)): frozenset(
                disk.body["spec"].get("accessModes", ())
            )
            for disk in self.of_kind("PersistentVolumeClaim")
        }
