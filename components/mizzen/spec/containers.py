"""
Containers of your own, and those that stand beside them.
"""

import functools

from collections.abc import Iterator, Mapping
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
    port_number,
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
from .health import (
    ServiceHealth,
    answered,
    as_health,
    service_health,
    startup_seconds,
)
from .images import Dockerfile, Image
from .ports import Port, distinct_ports, port_tuple
from .security import SecurityContext, security_context
from .values import Later, Off, Setting, unless_off
from .volumes import Volume, as_volumes, volumes_by_path


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
            quoted = " Write it in quotes." if type(given) is int else ""
            msg = (
                f"{describe(inst)}: env {name} must be text or a later "
                f"value, like '8000' (got {type(given).__name__}).{quoted}"
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
    ephemeral_storage: str | None = attrs.field(
        default=None, validator=_OPTIONAL(binary_quantity)
    )
    volumes: Mapping[str, Volume | Off] = attrs.field(
        factory=dict, converter=as_volumes, validator=volumes_by_path
    )
    writable: tuple[str, ...] | None = attrs.field(
        default=None, converter=words, validator=paths
    )
    user: int | Off | None = attrs.field(
        default=None, validator=unless_off(whole_number(0, 2**31 - 1, 10001))
    )
    security_context: SecurityContext | None = attrs.field(
        default=None, validator=security_context
    )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"


@attrs.frozen(kw_only=True, eq=False, repr=False, field_transformer=typed)
class Container(Runnable):
    """
    A container beside the one of a part, for ``sidecars=`` or ``init=``.

    It shares the network with the part, and each volume that both are
    given.

    Args:
        name: DNS label, unique within the part.

        image: `Dockerfile` to build or `Image` to pull.

        port: Port that it listens on for the other containers of its pod.

        ports: All ports, where there are several or other kinds.

        health:
            Path that answers below 400, `HttpHealth`, `GrpcHealth`, or
            command that succeeds, when it works; a sidecar's alone.

        startup_seconds: Time in seconds in which it has to get healthy, or
            it is restarted.

        command: Replaces the image's entry point, as in Kubernetes.

        args: Replaces the image's command, as in Kubernetes.

        env: Environment variables: text, later values, and more.

        files: Absolute paths in the container and what they hold.

        volumes: Absolute paths in the container and what appears there.

        memory: What it is given and may use, like ``"64Mi"``.

        cpu: Processor time that is set aside for it, like ``"50m"``.

        ephemeral_storage: Disk of the node that its logs and writable folders
            may fill, like ``"1Gi"``.

        writable: Folders it may write to, ``["/"]`` for all; what it writes
            does not outlive the pod.

        user: Numeric user and group; `OFF` keeps the image's own.

        security_context: What it may do beyond what all containers may.

    Raises:
        SpecError: If a field could not be deployed in any environment.

    >>> Container("proxy", image=Image("acme/proxy:v2"), port=9000)
    <Container proxy>
    """

    port: int | None = attrs.field(
        default=None, validator=_OPTIONAL(port_number)
    )
    ports: tuple[Port, ...] = attrs.field(
        default=(), converter=tuple[Port, ...], validator=port_tuple
    )
    health: ServiceHealth | Off | None = attrs.field(
        default=None,
        converter=as_health,
        validator=unless_off(service_health),
    )
    startup_seconds: int | None = attrs.field(
        default=None, validator=startup_seconds
    )

    def __attrs_post_init__(self) -> None:
        distinct_ports(self, self.listens)
        answered(self, "health", self.listens)

    @functools.cached_property
    def listens(self) -> tuple[Port, ...]:
        """
        All ports, the usual one first.
        """
        if self.port is None:
            return self.ports
        # The part's own port is called http, and names are the pod's.
        return (Port(f"port-{self.port}", self.port), *self.ports)


def listens_of(owner: Runnable) -> tuple[Port, ...]:
    """
    The ports of *owner*, of whatever kind it is.
    """
    found: tuple[Port, ...] = getattr(owner, "listens", ())

    return found


def values_of(owner: Runnable) -> Iterator[tuple[str, Any]]:
    """
    What the variables and files of *owner* hold, each with its name.
    """
    for name, value in owner.env.items():
        yield f"env {name}", value
    for path, given in owner.files.items():
        yield f"file {path}", given
