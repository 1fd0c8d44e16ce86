"""
What all containers of your own have in common.
"""

from collections.abc import Mapping
from typing import Any

import attrs

from .._fields import typed
from .._validators import (
    absolute_path,
    binary_quantity,
    describe,
    dns_label,
    environment_names,
    instance_of,
    paths,
    processor_quantity,
    texts,
    whole_number,
    words,
)
from ..exceptions import SpecError
from .config import (
    FromConfigMap,
    FromExternalSecret,
    FromField,
    FromResource,
    FromSecret,
    needs_key,
)
from .files import Directory, File, Template, TemplateFile
from .images import Dockerfile, Image
from .values import Later, Off, Setting, unless_off


Value = (
    str
    | Later
    | Setting
    | Template
    | TemplateFile
    | File
    | FromSecret
    | FromConfigMap
    | FromExternalSecret
)
EnvValue = Value | FromField | FromResource
FileValue = Value | bytes | Directory

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
    for name, given in value.items():
        if not isinstance(given, (EnvValue, Off)):
            # The value itself may be a secret in the wrong type.
            msg = (
                f"{describe(inst)}: env {name} must be text or a later "
                f"value, like '8000' (got {type(given).__name__})."
            )
            raise SpecError(msg)
        needs_key(inst, f"env {name}", given)


def _files(inst: Any, attr: Any, value: Mapping[str, Any]) -> None:
    for path, given in value.items():
        absolute_path(inst, "files", path)
        if not isinstance(given, (FileValue, Off)):
            msg = (
                f"{describe(inst)}: file {path!r} must be text or a later "
                f"value (got {type(given).__name__})."
            )
            raise SpecError(msg)
        needs_key(inst, f"file {path}", given)


@attrs.frozen(kw_only=True, eq=False, repr=False, field_transformer=typed)
class Runnable:
    """
    Fields that all containers of your own share.
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

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"
