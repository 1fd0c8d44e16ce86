"""
Policy: what differs between the stacks of one app.
"""

import enum

from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypedDict, Unpack

import attrs

from .._fields import typed
from .._validators import (
    dns_label,
    instance_of,
    items_of,
)
from ..spec import (
    OFF,
    App,
    Autoscale,
    Extra,
    Off,
    Override,
    Part,
    Patch,
    Recreate,
    Replicated,
    Runnable,
    Store,
    Transform,
    Workload,
)
from ..spec.edges import evolved
from ..spec.hatches import hatches
from .clusters import Builder, Docker, DockerBuild
from .conventions import Conventions
from .defaults import EDITION_DEFAULTS, MAPS, Defaults
from .exposures import (
    PUBLISHED,
    Exposure,
    Gateway,
    Ingress,
    LoadBalancer,
    NodePort,
    Opening,
    openings,
)
from .namespaces import Namespace


_OPTIONAL = attrs.validators.optional


class Isolation(enum.Enum):
    """
    How much of the network is closed.
    """

    INGRESS = "INGRESS"
    """Nobody reaches a part but those that use it."""

    FULL = "FULL"
    """And a part reaches nobody but those that it uses."""


class EnvironmentChanges(TypedDict, total=False):
    """
    Fields of an environment that take the place of those of another.
    """

    exposure: Exposure | None
    exposes: Iterable[NodePort | LoadBalancer]
    isolation: Isolation | Off
    namespace: Namespace | None
    protect: bool
    builder: Builder
    conventions: Conventions


@attrs.frozen(kw_only=True, eq=False, field_transformer=typed)
class Environment:
    """
    Policy for one or more stacks.

    Args:
        name: Name by which a stack's file chooses it.

        exposure: How the app is reached from outside; `None` for not at all.

        exposes:
            Services and ports that are open beside *exposure*, by
            `NodePort` or `LoadBalancer`: whatever speaks no HTTP.

        defaults: Values of all parts that say nothing else.

        overrides: Values of single parts: ``[api.override(replicas=6)]``.

        isolation: `Isolation`, or `OFF` for an open network.

        namespace: Where the app lives if not in ``<app>-<stack>``, and what
            holds for all pods there.

        protect: Whether disks and the namespace are kept from deletion.

        builder: What builds images.

        conventions: Names, labels and annotations of all objects.

        patches: Raw fields of single objects, after those of the app.

        transforms: Functions that all objects of a kind go through.

        extras: Raw objects and charts next to the parts.

    Raises:
        SpecError: If a field could not be deployed on any cluster.

    >>> Environment("dev", defaults=Defaults(replicas=1)).name
    'dev'
    """

    name: str = attrs.field(kw_only=False, validator=dns_label)
    exposure: Exposure | None = attrs.field(
        default=None,
        validator=instance_of(
            "be NodePort(…), LoadBalancer(…), Ingress(…), Gateway(…) or None",
            NodePort,
            LoadBalancer,
            Ingress,
            Gateway,
            type(None),
        ),
    )
    exposes: tuple[NodePort | LoadBalancer, ...] = attrs.field(
        default=(),
        converter=tuple[NodePort | LoadBalancer, ...],
        validator=items_of(
            "hold ports by what opens them, like "
            "LoadBalancer([broker['mqtt']])",
            *PUBLISHED,
        ),
    )
    defaults: Defaults = attrs.field(
        default=Defaults(),
        validator=instance_of("be Defaults(…)", Defaults),
    )
    overrides: tuple[Override, ...] = attrs.field(
        default=(),
        converter=tuple[Override, ...],
        validator=items_of(
            "hold overrides, like api.override(replicas=6)", Override
        ),
    )
    isolation: Isolation | Off = attrs.field(
        default=Isolation.FULL,
        validator=instance_of(
            "be Isolation.FULL, Isolation.INGRESS or OFF", Isolation, Off
        ),
    )
    namespace: Namespace | None = attrs.field(
        default=None,
        validator=_OPTIONAL(instance_of("be Namespace(…)", Namespace)),
    )
    protect: bool = attrs.field(
        default=False, validator=instance_of("be True or False", bool)
    )
    builder: Builder = attrs.field(
        factory=Docker,
        validator=instance_of(
            "be Docker() or DockerBuild(…)", Docker, DockerBuild
        ),
    )
    conventions: Conventions = attrs.field(
        default=Conventions(),
        validator=instance_of("be Conventions(…)", Conventions),
    )
    patches: tuple[Patch, ...] = attrs.field(
        default=(), converter=tuple[Patch, ...], validator=hatches
    )
    transforms: tuple[Transform, ...] = attrs.field(
        default=(), converter=tuple[Transform, ...], validator=hatches
    )
    extras: tuple[Extra, ...] = attrs.field(
        default=(), converter=tuple[Extra, ...], validator=hatches
    )

    def __repr__(self) -> str:
        return f"<Environment {self.name}>"

    @property
    def openings(self) -> tuple[Opening, ...]:
        """
        All that has a public port of its own.
        """
        return tuple(openings(self.exposure, *self.exposes))

    def without(self, names: Collection[str]) -> "Environment":
        """
        The environment without overrides, patches and exposures of the
        parts called *names*.
        """

        def stays(by: Exposure | None) -> bool:
            found = [opening.part.name for opening in openings(by)]
            return not found or not set(names).issuperset(found)

        return attrs.evolve(
            self,
            exposure=self.exposure if stays(self.exposure) else None,
            exposes=filter(stays, self.exposes),
            overrides=(o for o in self.overrides if o.part.name not in names),
            patches=(p for p in self.patches if p.part.name not in names),
        )

    def derive(
        self,
        name: str,
        *,
        defaults: Defaults | None = None,
        overrides: Iterable[Override] = (),
        patches: Iterable[Patch] = (),
        transforms: Iterable[Transform] = (),
        extras: Iterable[Extra] = (),
        **changes: Unpack[EnvironmentChanges],
    ) -> "Environment":
        """
        An environment that differs from this one only in what is given;
        its defaults, overrides, patches, transforms and extras come on top.

        Raises:
            SpecError: If there is no such field, or it takes something else.

        >>> prod = Environment("prod", defaults=Defaults(replicas=2))
        >>> prod.derive("prod-eu", protect=True).defaults.replicas
        2
        """
        # What is wrong is said of what is written here, not of the sum.
        own = Environment(
            name,
            defaults=Defaults() if defaults is None else defaults,
            overrides=overrides,
            patches=patches,
            transforms=transforms,
            extras=extras,
        )
        sums = {
            "name": name,
            "defaults": own.defaults.over(self.defaults),
            "overrides": (*self.overrides, *own.overrides),
            "patches": (*self.patches, *own.patches),
            "transforms": (*self.transforms, *own.transforms),
            "extras": (*self.extras, *own.extras),
        }
        fields = [field.name for field in attrs.fields(Environment)]
        derived: Environment = evolved(
            self, {**changes, **sums}, "derive", fields
        )

        return derived


_MAPS = (
    *("env", "files", "nodes", "volumes", "settings"),
    *("pod_labels", "pod_annotations"),
)
_PLACED = ("tolerations", "architectures", "priority_class")
_DEFAULTED = (
    *_PLACED,
    "memory",
    "cpu",
    "user",
    "security_context",
    "grace_seconds",
    "writable",
    "replicas",
    "spread",
    "rollout",
    "pause_seconds",
    "startup_seconds",
)


def effective(app: App, environment: Environment) -> tuple[Part, ...]:
    """
    The parts of *app* with every value decided: edition < environment's
    defaults < part < overrides in their order. Maps merge by key, lists
    replace, `None` inherits, `OFF` removes.
    """
    defaults = environment.defaults.over(EDITION_DEFAULTS[app.edition])
    overrides: dict[str, list[Override]] = {}
    for override in environment.overrides:
        overrides.setdefault(override.part.name, []).append(override)

    return tuple(
        _effective(part, overrides.get(part.name, ()), defaults)
        for part in app.parts
    )


def _effective(
    part: Part, overrides: Iterable[Override], defaults: Defaults
) -> Part:
    changes: dict[str, Any] = {}
    maps = {
        name: dict(getattr(part, name))
        for name in _MAPS
        if hasattr(part, name)
    }
    for override in overrides:
        if override.changes.get("replicas") is not None:
            # A fixed number takes the place of an autoscaler below it.
            changes["scale"] = OFF
        for name, value in override.changes.items():
            if name in maps:
                maps[name].update(value)
            elif value is not None:
                changes[name] = value
    changes.update(maps)
    if isinstance(changes.get("scale"), Autoscale):
        changes["replicas"] = None
    said = attrs.evolve(part, **changes) if overrides else part
    left = (
        _decided(said, defaults, _PLACED)
        if isinstance(said, Store)
        else _left(said, defaults)
    )
    return attrs.evolve(said, **left)


def _without_off(entries: Mapping[str, Any]) -> dict[str, Any]:
    return {k: value for k, value in entries.items() if value is not OFF}


def _left(part: Workload, defaults: Defaults) -> dict[str, Any]:
    """
    What *part* and its containers leave to the defaults.
    """
    changes = _decided(part, defaults, _DEFAULTED)
    scaled = isinstance(getattr(part, "scale", None), Autoscale)
    if scaled:
        # The number is the autoscaler's.
        changes.pop("replicas")
    for field in ("sidecars", "init"):
        before = getattr(part, field)
        if before:
            changes[field] = [
                attrs.evolve(each, **_decided(each, defaults, _DEFAULTED))
                for each in before
            ]
    if isinstance(part, Replicated) and part.alone:
        if part.replicas is None and not scaled:
            changes["replicas"] = 1
        if part.rollout is None:
            changes["rollout"] = Recreate()

    return changes


def _decided(
    owner: Runnable | Store, defaults: Defaults, names: Iterable[str]
) -> dict[str, Any]:
    """
    What of *names* *owner* leaves to the defaults, and its maps without
    what is off.
    """
    changes: dict[str, Any] = {
        name: getattr(defaults, name)
        for name in names
        if getattr(owner, name, OFF) is None
    }
    for name in _MAPS:
        entries = getattr(owner, name, None)
        if entries is None:
            continue
        if name in MAPS:
            entries = {**getattr(defaults, name), **entries}
        changes[name] = _without_off(entries)
    if "writable" in changes:
        # A volume takes the place of a folder that nobody asked for.
        changes["writable"] = [
            path
            for path in changes["writable"]
            if path not in changes["volumes"]
        ]
    return changes
