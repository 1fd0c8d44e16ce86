"""
An app in its cluster, as kubectl shows it.
"""

import contextlib
import json

from collections.abc import Mapping
from typing import Any

import attrs

from ._cause import Log
from ._names import INSTANCE, NAME, instance
from ._routers import ROUTERS
from .exceptions import SpecError
from .live import KINDS, Live
from .manifests import Manifests
from .runs import Kubectl


_LINES = 20


@attrs.frozen(kw_only=True)
class View:
    """
    Where an app is looked at.

    Attributes:
        kubectl: Its namespace.

        instance: Value of its instance label.

        parts: Names of its parts by the names that their objects carry.

        kinds: Kinds of objects that are looked at.
    """

    kubectl: Kubectl
    instance: str
    parts: Mapping[str, str]
    kinds: tuple[str, ...]

    @classmethod
    def of(
        cls, manifests: Manifests, kubectl: Kubectl, app: str, stack: str
    ) -> "View":
        """
        The view of an app that is to become *manifests*.

        Args:
            manifests: Its desired state.

            kubectl: Its namespace.

            app: Name of the app.

            stack: Name of the stack.
        """
        parts: dict[str, str] = {}
        for each in manifests:
            labels = each.body["metadata"].get("labels", {})
            if each.part and NAME in labels:
                parts.setdefault(labels[NAME], each.part)
        used = {f"{each.kind.lower()}s" for each in manifests}
        routes = (f"{kind.lower()}s" for kind in ROUTERS if kind != "Ingress")

        return cls(
            kubectl=kubectl,
            instance=instance(app, stack),
            parts=parts,
            kinds=(*KINDS, *(kind for kind in routes if kind in used)),
        )

    def look(self) -> Live:
        """
        The app as it is now.

        Raises:
            SpecError: If kubectl fails.
        """
        labels = {INSTANCE: self.instance}
        bodies = self.kubectl.get(",".join(self.kinds), labels=labels)
        bodies += self._listed("events")
        # Nodes are not everybody's to see.
        with contextlib.suppress(SpecError):
            bodies += self._listed("nodes")

        return Live.of(bodies, self.instance, self.parts)

    def said(self, log: Log, lines: int = _LINES) -> tuple[str, ...]:
        """
        The last *lines* of what a container said; none if it is gone. It may
        have started again since it was looked at: if it has said nothing in
        the run of *log*, the other one tells.
        """
        other = attrs.evolve(log, previous=not log.previous)

        return self._lines(log, lines) or self._lines(other, lines)

    def _lines(self, log: Log, lines: int) -> tuple[str, ...]:
        options = ["--container", log.container, f"--tail={lines}"]
        if log.previous:
            options.append("--previous")
        try:
            return tuple(
                self.kubectl.ask("logs", log.pod, *options).splitlines()
            )
        except SpecError:
            return ()

    def _listed(self, kind: str) -> list[Any]:
        found = json.loads(self.kubectl.ask("get", kind, "-o", "json"))
        items: list[Any] = found["items"]

        return items
