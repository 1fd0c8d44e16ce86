"""
An app in its cluster, as kubectl shows it.
"""

import contextlib

from collections.abc import Mapping

import attrs

from ._names import INSTANCE, NAME, instance
from ._routers import ROUTERS
from .exceptions import SpecError
from .kubectl import Kubectl
from .live import KINDS, Live
from .manifests import Manifests


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
        bodies += self.kubectl.listed("events")
        # Nodes are not everybody's to see.
        with contextlib.suppress(SpecError):
            bodies += self.kubectl.listed("nodes")

        return Live.of(bodies, self.instance, self.parts)
