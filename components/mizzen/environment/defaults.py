"""
Values of parts that say nothing else, and how they are decided.
"""

from collections.abc import Mapping

import attrs

from .._validators import (
    binary_quantity,
    environment_texts,
    paths,
    processor_quantity,
    texts_by_name,
    whole_number,
    words,
)


_OPTIONAL = attrs.validators.optional


@attrs.frozen(kw_only=True)
class Defaults:
    """
    Values of all parts that say nothing else.

    Args:
        replicas: How many of each Service and Worker run.

        memory: Memory of each container of your own.

        cpu: Processor time of each container of your own.

        ephemeral_storage: Disk for logs and writable folders of a container.

        user: Numeric user and group of containers of your own.

        grace_seconds: Time in seconds for the shutdown of your own parts.

        writable: Folders that containers of your own may write to.

        env: Environment variables of all containers of your own.

    >>> Defaults(replicas=2, memory="256Mi").replicas
    2
    """

    replicas: int | None = attrs.field(
        default=None, validator=_OPTIONAL(whole_number(0, 10_000, 2))
    )
    memory: str | None = attrs.field(
        default=None, validator=_OPTIONAL(binary_quantity)
    )
    cpu: str | None = attrs.field(
        default=None, validator=_OPTIONAL(processor_quantity)
    )
    ephemeral_storage: str | None = attrs.field(
        default=None, validator=_OPTIONAL(binary_quantity)
    )
    user: int | None = attrs.field(
        default=None, validator=_OPTIONAL(whole_number(1, 2**31 - 1, 10001))
    )
    grace_seconds: int | None = attrs.field(
        default=None, validator=_OPTIONAL(whole_number(0, 86_400, 30))
    )
    writable: tuple[str, ...] | None = attrs.field(
        default=None, converter=words, validator=paths
    )
    env: Mapping[str, str] = attrs.field(
        factory=dict, converter=texts_by_name, validator=environment_texts
    )

    def over(self, below: "Defaults") -> "Defaults":
        """
        These defaults, completed by those of *below*.
        """
        merged = {
            field.name: getattr(below, field.name)
            if getattr(self, field.name) is None
            else getattr(self, field.name)
            for field in attrs.fields(Defaults)
        }
        merged["env"] = {**below.env, **self.env}

        return Defaults(**merged)


EDITION_DEFAULTS = {
    "2026": Defaults(
        replicas=1,
        memory="128Mi",
        cpu="50m",
        ephemeral_storage="128Mi",
        user=10001,
        grace_seconds=30,
        writable=("/tmp",),  # noqa: S108 - a folder in the container
    )
}
