"""
A desired state, arranged so that properties find what belongs together.
"""

import functools

from typing import Any

import attrs

from tests.strategies.classes import servers
from tests.strategies.privileges import is_on_node

from mizzen import Manifest
from mizzen.environment import effective


def found(key, node):
    """
    Every value of *key* anywhere in *node*.
    """
    if isinstance(node, dict):
        for name, value in node.items():
            if name == key:
                yield value
            yield from found(key, value)
    elif isinstance(node, list):
        for item in node:
            yield from found(key, item)


@attrs.frozen(eq=False)
class Pod:
    """
    What a workload makes.

    Attributes:
        owner: The workload.

        metadata: Labels and annotations of the pods.

        spec: What they consist of.
    """

    owner: Manifest
    metadata: dict[str, Any]
    spec: dict[str, Any]

    @property
    def labels(self):
        """
        Labels of the pods.
        """
        return self.metadata["labels"]

    @property
    def part(self):
        """
        Name of the part that it belongs to.
        """
        return self.owner.part

    @property
    def containers(self):
        """
        All containers, those for the start first.
        """
        return [*self.spec.get("initContainers", ()), *self.spec["containers"]]

    def within(self, namespace):
        """
        The pod as a controller makes it, in a *namespace*.
        """
        return {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": "dry",
                "namespace": namespace,
                **self.metadata,
            },
            "spec": self.spec,
        }


def pods_of(manifest):
    """
    The pods that a workload makes; none if it is no workload.
    """
    for template in found("template", manifest.body):
        if isinstance(template, dict) and "containers" in template.get(
            "spec", {}
        ):
            yield Pod(manifest, template["metadata"], template["spec"])


def serves(route, description):
    """
    The controller that serves *route*, if it is known.
    """
    exposure = description.environment.exposure
    public, inside = servers(exposure, description.stack)

    return inside if route.internal else public


class Seen:
    """
    A description and what it has become.
    """

    def __init__(self, description, manifests):
        self.description = description
        self.manifests = manifests

    @functools.cached_property
    def parts(self):
        """
        The parts as the environment wants them.
        """
        description = self.description

        return effective(description.app(), description.environment)

    @functools.cached_property
    def run_elsewhere(self):
        """
        Names of the stores that somebody else runs.
        """
        return {
            part.name
            for part in self.parts
            if getattr(part, "at", None) is not None
        }

    @functools.cached_property
    def isolated(self):
        """
        The parts whose pods policies hold for.
        """
        return [
            part
            for part in self.parts
            if part.name not in self.run_elsewhere and not is_on_node(part)
        ]

    def object_of(self, kind, part):
        """
        The object of a *kind* that is called like *part*.
        """
        return self.manifests.get(kind, self.manifests.names[part.name])

    @functools.cached_property
    def pods(self):
        """
        The pods of all workloads.
        """
        return [pod for m in self.manifests for pod in pods_of(m)]

    def pods_of_part(self, name):
        """
        The pods of one part.
        """
        return [pod for pod in self.pods if pod.part == name]

    @property
    def containers(self):
        """
        Each container, with its pod.
        """
        return [(c, pod) for pod in self.pods for c in pod.containers]

    def of_kind(self, *kinds):
        """
        All objects of some *kinds*.
        """
        return [m for m in self.manifests if m.kind in kinds]

    def selected(self, labels):
        """
        The pods that have all of *labels*.
        """
        return [
            pod for pod in self.pods if labels.items() <= pod.labels.items()
        ]
