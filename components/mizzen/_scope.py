"""
What the objects of a part depend on beside the part itself.
"""

import functools

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from . import _names
from ._connections import Connections
from ._routing import Entrance, entrances
from .environment import EDITION_DEFAULTS, Environment, IngressController
from .graph import Graph
from .spec import App, External, Part, Queue, Route, Store
from .stack import Stack


@attrs.frozen(kw_only=True, eq=False)
class ImageReference:
    """
    The image of a container.

    Attributes:
        reference: What the container runs.

        version: Value of the version label.

        pull_policy: As in Kubernetes.
    """

    reference: str
    version: str
    pull_policy: str


@attrs.frozen(kw_only=True, eq=False)
class Scope:
    """
    All that the objects of one part depend on beside the part itself.
    """

    app: App
    environment: Environment
    stack: Stack
    graph: Graph
    parts: tuple[Part, ...]
    namespace: str
    instance: str
    images: Mapping[int, ImageReference]
    connections: Connections

    def metadata(
        self, part: Part, name: str, component: str | None = None
    ) -> dict[str, Any]:
        """
        Metadata of an object that belongs to *part*.
        """
        return {
            "name": name,
            "namespace": self.namespace,
            "labels": _names.labels(
                part.name,
                self.instance,
                self.app.name,
                component or type(part).__name__.lower(),
            ),
        }

    def body(
        self, part: Part, api_version: str, kind: str, spec: dict[str, Any]
    ) -> dict[str, Any]:
        """
        The object of *part* that has its name.
        """
        return {
            "apiVersion": api_version,
            "kind": kind,
            "metadata": self.metadata(part, part.name),
            "spec": spec,
        }

    @property
    def name(self) -> str:
        """
        Name of the objects that belong to no part.
        """
        return self.environment.conventions.object_name(
            self.app.name, self.stack.name, None
        )

    def selector(self, part: Part) -> dict[str, str]:
        """
        Labels that find the pods of *part*.
        """
        return _names.selector(part.name, self.instance)

    def errand_selector(self, store: Part) -> dict[str, str]:
        """
        Labels that find the pods of the errands of *store*.
        """
        return _names.selector(_names.errands(store.name), self.instance)

    @functools.cached_property
    def external(self) -> Mapping[str, External]:
        """
        Where the stores are that the app does not run, by their names.
        """
        return {
            part.name: part.at
            for part in self.parts
            if isinstance(part, Store) and part.at is not None
        }

    @functools.cached_property
    def entrances(self) -> tuple[Entrance, ...]:
        """
        The routes, as their controllers want them.
        """
        return tuple(
            entrances(self.app, self.stack, self.environment.exposure)
        )

    @functools.cached_property
    def _entrances_of(self) -> Mapping[str, list[Entrance]]:
        found: dict[str, list[Entrance]] = {}
        for entrance in self.entrances:
            for route in entrance.routes:
                leading = found.setdefault(route.service.name, [])
                if entrance not in leading:
                    leading.append(entrance)
        return found

    def entrances_of(self, part: Part) -> list[Entrance]:
        """
        Those that lead to *part*.
        """
        return self._entrances_of.get(part.name, [])

    def routes_to(
        self, part: Part
    ) -> Iterator[tuple[IngressController, Route]]:
        """
        The routes to *part*, each with the ingress controller, where that is
        known.
        """
        for entrance in self.entrances_of(part):
            controller = entrance.controller(self.stack)
            for route in entrance.routes:
                if controller is not None and route.service.name == part.name:
                    yield controller, route

    @functools.cached_property
    def counted(self) -> frozenset[str]:
        """
        Names of the stores in which KEDA counts what waits.
        """
        return frozenset(
            queue.part.name
            for part in self.parts
            for queue in getattr(getattr(part, "scale", None), "queue", ())
            if isinstance(queue, Queue)
        )

    @functools.cached_property
    def ephemeral_storage(self) -> str:
        """
        Disk for logs and writable folders of a container.
        """
        edition = EDITION_DEFAULTS[self.app.edition]
        defaults = self.environment.defaults.over(edition)
        return str(defaults.ephemeral_storage)
