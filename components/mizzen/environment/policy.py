"""
Policy: what differs between the stacks of one app.
"""

import enum

from collections.abc import Collection, Iterable
from typing import Any, TypedDict, Unpack

import attrs

from .._fields import typed
from .._validators import (
    dns_label,
    instance_of,
    items_of,
)
from ..spec import (
    App,
    Extra,
    Off,
    Override,
    Patch,
    Transform,
)
from ..spec.edges import evolved
from ..spec.hatches import hatches
from ..spec.values import unless_off
from .clusters import Builder, Docker, DockerBuild
from .conventions import Conventions
from .defaults import Defaults
from .exposures import (
    PUBLISHED,
    Exposure,
    Gateway,
    Ingress,
    LoadBalancer,
    NodePort,
    Opening,
    opened,
    openings,
    unopened,
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
    exposes: Iterable[NodePort | LoadBalancer] | Off
    isolation: Isolation | Off
    namespace: Namespace | None
    protect: bool
    builder: Builder
    conventions: Conventions


def _exposes(
    exposes: Iterable[NodePort | LoadBalancer] | Off,
) -> tuple[NodePort | LoadBalancer, ...] | Off:
    return exposes if isinstance(exposes, Off) else tuple(exposes)


@attrs.frozen(kw_only=True, eq=False, field_transformer=typed)
class Environment:
    """
    Policy for one or more stacks.

    Args:
        name: Name by which a stack's file chooses it.

        exposure: How the app is reached from outside; `None` for not at all.

        exposes:
            Services and ports that are open beside *exposure*, by
            `NodePort` or `LoadBalancer`: whatever speaks no HTTP. What the
            app exposes need not be listed, unless more is to be said of it.
            `OFF` opens neither.

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
    exposes: tuple[NodePort | LoadBalancer, ...] | Off = attrs.field(
        default=(),
        converter=_exposes,
        validator=unless_off(
            items_of(
                "hold ports by what opens them, like "
                "LoadBalancer([broker['mqtt']])",
                *PUBLISHED,
            )
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

    def openings(self, app: App) -> tuple[Opening, ...]:
        """
        All of *app* that has a public port of its own.
        """
        usual = None if isinstance(self.exposes, Off) else self.exposure
        return tuple(opened(app, self._listed, usual))

    @property
    def _listed(self) -> tuple[Opening, ...]:
        """
        What it opens itself.
        """
        beside = () if isinstance(self.exposes, Off) else self.exposes
        return tuple(openings(self.exposure, *beside))

    @property
    def told(self) -> tuple[tuple[str, Any], ...]:
        """
        Each part, and what others run, that it says something of, after the
        word for what it does to it, like ``"overrides"``.
        """
        return (
            *(("exposes", opening.service) for opening in self._listed),
            *(("overrides", override.part) for override in self.overrides),
            *(("patches", patch.part) for patch in self.patches),
        )

    def without(self, things: Collection[Any], app: App) -> "Environment":
        """
        The environment without what it says of *things*, which are parts
        and external services: without overrides, patches and openings of
        them. Where nothing else is open, it exposes what *app* does, if that
        exposes ports.
        """
        exposure = unopened(self.exposure, things)
        if isinstance(exposure, PUBLISHED) and not (
            exposure.parts or app.exposes
        ):
            exposure = None
        exposes = self.exposes
        if not isinstance(exposes, Off):
            left = [unopened(each, things) for each in exposes]
            exposes = tuple(each for each in left if each.parts)

        return attrs.evolve(
            self,
            exposure=exposure,
            exposes=exposes,
            overrides=(o for o in self.overrides if o.part not in things),
            patches=(p for p in self.patches if p.part not in things),
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
