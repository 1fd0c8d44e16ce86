"""
What all parts that run your own code have in common.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

import attrs

from .._fields import typed
from .._validators import one_or_many, refuse, whole_number
from .containers import (
    Container,
    EnvValue,
    FileValue,
    Runnable,
    values_of,
)
from .edges import Use, as_uses
from .files import settings_in
from .hatches import Patchable
from .identity import Allow, Identity, identity_or_off, permission_list
from .images import Dockerfile, Image
from .outside import Outside, as_reached, reached
from .renames import former_names
from .security import SecurityContext
from .values import Off
from .volumes import Volume, is_single


_OPTIONAL = attrs.validators.optional


def _used(inst: Any, attr: Any, value: tuple[Use, ...]) -> None:
    """
    Settings are those of parts that are used.
    """
    used = {use.part.name for use in value}
    for owner in (inst, *inst.sidecars, *inst.init):
        for what, given in values_of(owner):
            for setting in settings_in(given):
                if setting.part.name not in used:
                    where = "" if owner is inst else f"{owner.name}: "
                    rule = "refer to a part in its uses"
                    refuse(inst, f"{where}{what}", rule, setting)


def _containers(inst: Any, attr: Any, value: tuple[Any, ...]) -> None:
    for container in value:
        if not isinstance(container, Container):
            rule = "hold containers, like Container('proxy', image=…)"
            refuse(inst, attr.name, rule, container)


def _start_only(inst: Any, attr: Any, value: tuple[Any, ...]) -> None:
    _containers(inst, attr, value)
    for container in value:
        if container.listens or container.health is not None:
            rule = "run to their end, without ports and health"
            refuse(inst, attr.name, rule, container)


class WorkloadChanges(TypedDict, total=False):
    """
    Fields of all parts of your own that an environment may override.
    """

    image: Dockerfile | Image
    command: Iterable[str] | Off | None
    args: Iterable[str] | Off | None
    env: Mapping[str, EnvValue | Off] | Off
    files: Mapping[str, FileValue | Off] | Off
    volumes: Mapping[str, Volume | Off] | Off
    sidecars: Iterable[Container] | Off
    init: Iterable[Container] | Off
    permissions: Iterable[Allow] | Off
    identity: Identity | Off | None
    reaches: Iterable[Outside] | Off
    memory: str | None
    cpu: str | None
    ephemeral_storage: str | None
    writable: Iterable[str] | Off | None
    user: int | Off | None
    security_context: SecurityContext | Off | None
    grace_seconds: int | None


@attrs.frozen(kw_only=True, eq=False, repr=False, field_transformer=typed)
class Workload(Patchable, Runnable):
    """
    Fields that all parts with containers of their own share.
    """

    sidecars: tuple[Container, ...] = attrs.field(
        default=(), converter=tuple[Container, ...], validator=_containers
    )
    init: tuple[Container, ...] = attrs.field(
        default=(), converter=tuple[Container, ...], validator=_start_only
    )
    permissions: tuple[Allow, ...] = attrs.field(
        default=(), converter=tuple[Allow, ...], validator=permission_list
    )
    identity: Identity | Off | None = attrs.field(
        default=None, validator=identity_or_off
    )
    uses: tuple[Use, ...] = attrs.field(
        default=(), converter=as_uses, validator=_used
    )
    reaches: tuple[Outside, ...] = attrs.field(
        default=(), converter=as_reached, validator=reached
    )
    grace_seconds: int | None = attrs.field(
        default=None, validator=_OPTIONAL(whole_number(0, 86_400, 30))
    )
    formerly: tuple[str, ...] = attrs.field(
        default=(), converter=one_or_many, validator=former_names
    )

    @property
    def containers(self) -> tuple[Runnable, ...]:
        """
        All containers of its pods, its own first, the others in the order
        in which they start.
        """
        return (self, *self.sidecars, *self.init)

    @property
    def alone(self) -> bool:
        """
        Whether there can be but one pod, because of a disk.
        """
        return any(
            is_single(volume)
            for owner in self.containers
            for volume in owner.volumes.values()
        )
