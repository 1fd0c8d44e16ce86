"""
Facts about a stack as one-liners, for the tests of those who describe apps.

They are read from the compiled objects, not from what was described: from
policies, mounted Secrets and disks.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

from ._policies import Pods, admits, directions, opens
from ._scene import Scene, Workload, namespace
from .compiler import compile_app
from .environment import Environment
from .manifests import Manifest, Manifests
from .project import load_project
from .spec import App, Part
from .stack import Stack


def _names(workloads: Any) -> frozenset[str]:
    return frozenset(str(w.manifest.part) for w in workloads)


def _values(key: str, node: Any) -> Iterator[Any]:
    if isinstance(node, dict):
        if key in node:
            yield node[key]
        for value in node.values():
            yield from _values(key, value)
    elif isinstance(node, list):
        for item in node:
            yield from _values(key, item)


def _listened(workload: Workload) -> frozenset[tuple[int, str, str | None]]:
    """
    Number, protocol and name of each port that its containers declare.
    """
    return frozenset(
        (
            port["containerPort"],
            port.get("protocol", "TCP"),
            port.get("name"),
        )
        for container in workload.containers
        for port in container.get("ports", ())
    )


@attrs.frozen(eq=False)
class Facts:
    """
    What is true of an app in one stack; made by `compile_stack`.

    Attributes:
        app: What is deployed.

        environment: Policy of the stack.

        stack: Addresses and versions.

        manifests: What they become.

    >>> from mizzen import Image, NodePort, Postgres, Service
    >>> db = Postgres("db", version=17, disk="1Gi")
    >>> web = Service("web", image=Image("a/b:1"), port=80, uses=[db])
    >>> app = App("shop", edition="2026", parts=[web, db])
    >>> dev = Environment("dev", exposure=NodePort([web]))
    >>> facts = Facts.of(app, dev, Stack("dev", environment="dev"))
    >>> facts.public
    frozenset({'web'})
    >>> facts.can_reach(web, db), facts.can_reach(db, web)
    (True, False)
    """

    app: App
    environment: Environment
    stack: Stack
    manifests: Manifests
    _scene: Scene

    @classmethod
    def of(cls, app: App, environment: Environment, stack: Stack) -> "Facts":
        """
        The facts about *app* in *stack*.

        Raises:
            SpecError: If they contradict each other.
        """
        manifests = compile_app(app, environment, stack)
        scene = Scene(app, environment, stack, manifests)

        return cls(app, environment, stack, manifests, scene)

    def every(self, kind: str) -> tuple[Manifest, ...]:
        """
        All objects of *kind*, for claims about each of them.

        Raises:
            AssertionError: If there is none, because a claim about nothing
                holds for nothing.
        """
        found = tuple(m for m in self.manifests if m.kind == kind)
        if not found:
            msg = f"Stack {self.stack.name!r} has no {kind}."
            raise AssertionError(msg)
        return found

    @property
    def public(self) -> frozenset[str]:
        """
        Names of the parts that the world outside reaches.
        """
        return _names(self._scene.public)

    @property
    def survives_restart(self) -> frozenset[str]:
        """
        Names of the parts whose pods keep data on a disk.
        """
        return _names(
            workload
            for workload in self._scene.workloads
            if [*_values("persistentVolumeClaim", dict(workload.spec))]
        )

    def secrets_of(self, part: Part) -> frozenset[str]:
        """
        What *part* holds: names of Secrets, without the hashes that the
        app's own ones end in.
        """
        own: dict[str, str] = {
            m.name: f"{m.part}-{m.role}"
            for m in self._scene.of_kind("Secret")
            if m.part
        }
        spec = dict(self._workload(part).spec)
        names: set[str] = {
            reference["name"]
            for key in ("secretKeyRef", "secretRef")
            for reference in _values(key, spec)
        }
        names.update(
            volume.get("secretName") or volume["name"]
            for volume in _values("secret", spec)
        )
        return frozenset(own.get(name, name) for name in names)

    def can_reach(self, source: Part, target: Part) -> bool:
        """
        Whether the policies let pods of *source* connect to a port on which
        pods of *target* listen, as Kubernetes reads policies.

        Policies that the compiled objects do not hold are not known, nor are
        labels of namespaces beside their names and the app's own, nor
        addresses of pods: a network, an ``ipBlock``, admits pods where it is
        all addresses, like ``0.0.0.0/0`` without exceptions, and no others.
        """
        a, b = self._workload(source), self._workload(target)

        return bool(
            self._allowed("Egress", "to", a, b)
            & self._allowed("Ingress", "from", b, a)
        )

    def reached_from(self, source: Part) -> frozenset[str]:
        """
        Names of all other parts that the policies let *source* connect to.
        """
        return frozenset(
            part.name
            for part in self.app.parts
            if part.name != source.name and self.can_reach(source, part)
        )

    def rolls(self, after: "Facts") -> frozenset[str]:
        """
        Names of the parts whose pods are exchanged on the way to *after*.
        """
        old, new = (
            {
                workload.manifest.part: (workload.labels, workload.spec)
                for workload in facts._main  # noqa: SLF001 - of its class
            }
            for facts in (self, after)
        )
        return frozenset(
            str(part) for part in old if part in new and old[part] != new[part]
        )

    def _workload(self, part: Part) -> Workload:
        for workload in self._main:
            if workload.manifest.part == part.name:
                return workload
        raise KeyError(part.name)

    @property
    def _main(self) -> Iterator[Workload]:
        """
        What runs the parts themselves, without the jobs that look after
        them.
        """
        for workload in self._scene.workloads:
            manifest = workload.manifest
            if manifest.role.replace("-", "") == manifest.kind.lower():
                yield workload

    def _allowed(
        self, direction: str, peers: str, owner: Workload, other: Workload
    ) -> frozenset[Any]:
        """
        The ports of the pods that are connected to which policies of
        *owner* allow between it and *other*.
        """
        ports = _listened(owner if direction == "Ingress" else other)
        policies = [
            policy
            for policy in self._scene.of_kind("NetworkPolicy")
            if direction in directions(policy.body["spec"])
            and owner
            in self._scene.selected(
                policy.body["spec"].get("podSelector", {}), policy
            )
        ]
        # No policy holds in the network of a node.
        if not policies or owner.spec.get("hostNetwork") is True:
            return ports
        pods = self._pods(other)
        rules = [
            rule
            for policy in policies
            for rule in policy.body["spec"].get(direction.lower(), ())
            if admits(rule.get(peers), pods, namespace(policy))
        ]
        return frozenset(
            port
            for port in ports
            if any(opens(rule.get("ports"), *port) for rule in rules)
        )

    def _pods(self, workload: Workload) -> Pods:
        """
        The pods of *workload*, with what the stack says of their namespace.
        """
        where = namespace(workload.manifest)
        home: dict[str, Any] = {"kubernetes.io/metadata.name": where}
        for each in self._scene.of_kind("Namespace"):
            if each.name == where:
                home.update(each.body["metadata"].get("labels", {}))

        return Pods(workload.labels, where, home)


def compile_stack(
    stack: str, *, app: str | None = None, folder: Path | str = "."
) -> Facts:
    """
    The facts about a stack of the project that *folder* belongs to.

    Args:
        stack: Name of the stack, which has a file.

        app: Name of the app, if the project has several.

        folder: Any folder of the project.

    Raises:
        SpecError: If something contradicts itself.
    """
    project = load_project(folder)
    found, chosen = project.stack(stack), project.app(app)

    return Facts.of(chosen, project.environment(found, chosen), found)
