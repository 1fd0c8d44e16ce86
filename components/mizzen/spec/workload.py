"""
What all parts that run your own code have in common.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

import attrs

from .._validators import (
    absolute_path,
    binary_quantity,
    dns_label,
    environment_names,
    instance_of,
    paths,
    processor_quantity,
    refuse,
    texts,
    whole_number,
    words,
)
from ..exceptions import SpecError
from .edges import Use, as_uses
from .images import Dockerfile, Image
from .outside import Outside, as_reached, reached
from .values import Later, Off, Setting, unless_off


EnvValue = str | Later | Setting
FileValue = str | Later

_OPTIONAL = attrs.validators.optional


def _env_values(
    values: Mapping[str, EnvValue | Off],
) -> dict[str, EnvValue | Off]:
    return dict(values)


def _file_values(
    values: Mapping[str, FileValue | Off],
) -> dict[str, FileValue | Off]:
    return dict(values)


def _env(inst: Any, attr: Any, value: Mapping[str, Any]) -> None:
    environment_names(inst, attr, value)
    for name, text in value.items():
        if not isinstance(text, (str, Setting, Off, Later)):
            # The value itself may be a secret in the wrong type.
            msg = (
                f"{type(inst).__name__} {inst.name!r}: env {name} must be "
                "text or a later value, like '8000' (got "
                f"{type(text).__name__})."
            )
            raise SpecError(msg)
    used = {use.part.name for use in inst.uses}
    for name, setting in value.items():
        if isinstance(setting, Setting) and setting.part.name not in used:
            rule = "refer to a part in its uses"
            refuse(inst, f"env {name}", rule, setting)


def _files(inst: Any, attr: Any, value: Mapping[str, Any]) -> None:
    for path, text in value.items():
        absolute_path(inst, "files", path)
        if not isinstance(text, (str, Off, Later)):
            msg = (
                f"{type(inst).__name__} {inst.name!r}: file {path!r} must be "
                f"text or a later value (got {type(text).__name__})."
            )
            raise SpecError(msg)


class WorkloadChanges(TypedDict, total=False):
    """
    Fields of all parts of your own that an environment may override.
    """

    image: Dockerfile | Image
    command: Iterable[str] | None
    args: Iterable[str] | None
    env: Mapping[str, EnvValue | Off]
    files: Mapping[str, FileValue | Off]
    reaches: Iterable[Outside]
    memory: str | None
    cpu: str | None
    writable: Iterable[str] | None
    user: int | Off | None
    grace_seconds: int | None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Workload:
    """
    Fields that all parts with containers of their own share.
    """

    name: str = attrs.field(kw_only=False, validator=dns_label)
    image: Dockerfile | Image = attrs.field(
        validator=instance_of(
            "be Dockerfile(…) or Image(…), like Dockerfile('apps/api')",
            Dockerfile,
            Image,
        )
    )
    command: tuple[str, ...] | None = attrs.field(
        default=None, converter=words, validator=texts
    )
    args: tuple[str, ...] | None = attrs.field(
        default=None, converter=words, validator=texts
    )
    env: Mapping[str, EnvValue | Off] = attrs.field(
        factory=dict, converter=_env_values, validator=_env
    )
    files: Mapping[str, FileValue | Off] = attrs.field(
        factory=dict, converter=_file_values, validator=_files
    )
    uses: tuple[Use, ...] = attrs.field(default=(), converter=as_uses)
    reaches: tuple[Outside, ...] = attrs.field(
        default=(), converter=as_reached, validator=reached
    )
    memory: str | None = attrs.field(
        default=None, validator=_OPTIONAL(binary_quantity)
    )
    cpu: str | None = attrs.field(
        default=None, validator=_OPTIONAL(processor_quantity)
    )
    writable: tuple[str, ...] | None = attrs.field(
        default=None, converter=words, validator=paths
    )
    user: int | Off | None = attrs.field(
        default=None, validator=unless_off(whole_number(1, 2**31 - 1, 10001))
    )
    grace_seconds: int | None = attrs.field(
        default=None, validator=_OPTIONAL(whole_number(0, 86_400, 30))
    )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"
