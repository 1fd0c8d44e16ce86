"""
The parts of an app that run your own code.
"""

import functools

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, TypedDict, Unpack

import attrs

from .._validators import (
    absolute_path,
    binary_quantity,
    dns_label,
    environment_names,
    instance_of,
    paths,
    port_number,
    processor_quantity,
    refuse,
    texts,
    whole_number,
    words,
)
from ..exceptions import SpecError
from .edges import Override, Use, as_uses, override
from .images import Dockerfile, Image
from .ports import Autoscale, Port
from .values import Later, Off, Setting


EnvValue = str | Later | Setting
FileValue = str | Later

_OPTIONAL = attrs.validators.optional


def _unless_off(validator: Any) -> Any:
    def validate(inst: Any, attr: Any, value: Any) -> None:
        if value is not None and not isinstance(value, Off):
            validator(inst, attr, value)

    return validate


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
    Fields of a Service or Worker that an environment may override.
    """

    image: Dockerfile | Image
    command: Iterable[str] | None
    args: Iterable[str] | None
    env: Mapping[str, EnvValue | Off]
    files: Mapping[str, FileValue | Off]
    memory: str | None
    cpu: str | None
    writable: Iterable[str] | None
    user: int | Off | None
    grace_seconds: int | None
    health: Any
    replicas: int | None
    scale: Autoscale | Off | None


class JobChanges(TypedDict, total=False):
    """
    Fields of a Job that an environment may override.
    """

    image: Dockerfile | Image
    command: Iterable[str] | None
    args: Iterable[str] | None
    env: Mapping[str, EnvValue | Off]
    files: Mapping[str, FileValue | Off]
    memory: str | None
    cpu: str | None
    writable: Iterable[str] | None
    user: int | Off | None
    grace_seconds: int | None
    retries: int
    deadline_seconds: int


@attrs.frozen(kw_only=True, eq=False, repr=False)
class _Workload:
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
        default=None, validator=_unless_off(whole_number(1, 2**31 - 1, 10001))
    )
    grace_seconds: int | None = attrs.field(
        default=None, validator=_OPTIONAL(whole_number(0, 86_400, 30))
    )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"


def _health_command(inst: Any, attr: Any, value: Any) -> None:
    texts(inst, attr, value)
    if not value:
        refuse(inst, attr.name, "be a command, like ['healthy']", value)


def _health_path_or_command(inst: Any, attr: Any, value: Any) -> None:
    if not isinstance(value, str):
        _health_command(inst, attr, value)
    elif not value.startswith("/"):
        refuse(inst, attr.name, "be a path, like '/healthz'", value)


def _health(value: Any) -> Any:
    return value if isinstance(value, Off) else words(value)


def _ports(inst: Any, attr: Any, value: tuple[Port, ...]) -> None:
    for port in value:
        if not isinstance(port, Port):
            rule = "hold ports, like Port('http', 8000)"
            refuse(inst, attr.name, rule, port)


_replicas = _OPTIONAL(whole_number(0, 10_000, 2))
_autoscale = _unless_off(instance_of("be Autoscale(…) or OFF", Autoscale, Off))


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Service(_Workload):
    """
    A part that runs your code and listens on a port.

    Args:
        name: DNS label of the service; others reach it under this name.

        image: `Dockerfile` to build or `Image` to pull.

        port: Port of the usual kind, short for ``ports=[Port("http", …)]``.

        ports: All ports, where there are several or other kinds.

        health:
            Path that answers below 400 when the service can take requests,
            asked for readiness and start-up; liveness is a TCP connection.

        uses: Parts it connects to; see `Use`.

        command: Replaces the image's entry point, as in Kubernetes.

        args: Replaces the image's command, as in Kubernetes.

        env: Environment variables: text or later values.

        files: Absolute paths in the container and the text they hold.

        memory: What it is given and may use, like ``"256Mi"``.

        cpu: Processor time that is set aside for it, like ``"250m"``.

        writable: Folders it may write to; they do not outlive the pod.

        user: Numeric user and group; `OFF` keeps the image's own.

        grace_seconds: Time in seconds that it has for its shutdown.

        replicas: How many run at the same time.

        scale: `Autoscale` in place of a fixed number of replicas.

    Raises:
        SpecError: If a field could not be deployed in any environment.

    >>> from mizzen import Image
    >>> api = Service("api", image=Image("acme/api:v5"), port=8000)
    >>> api.listens
    (Port(name='http', number=8000, protocol='TCP', application='http'),)
    """

    connection_fields: ClassVar[tuple[str, ...]] = ("host", "port", "url")

    port: int | None = attrs.field(
        default=None, validator=_OPTIONAL(port_number)
    )
    ports: tuple[Port, ...] = attrs.field(
        default=(), converter=tuple[Port, ...], validator=_ports
    )
    health: str | tuple[str, ...] | Off | None = attrs.field(
        default=None,
        converter=_health,
        validator=_unless_off(_health_path_or_command),
    )
    replicas: int | None = attrs.field(default=None, validator=_replicas)
    scale: Autoscale | Off | None = attrs.field(
        default=None, validator=_autoscale
    )

    def __attrs_post_init__(self) -> None:
        listens = self.listens
        if not listens:
            refuse(self, "port", "be given, like port=8000", None)
        names: set[str] = set()
        numbers: set[tuple[int, str]] = set()
        for port in listens:
            if port.name in names:
                refuse(self, "ports", "have different names", port.name)
            if (port.number, port.protocol) in numbers:
                refuse(self, "ports", "have different numbers", port.number)
            names.add(port.name)
            numbers.add((port.number, port.protocol))
        protocols = {port.protocol for port in listens}
        if isinstance(self.health, str) and "TCP" not in protocols:
            rule = "be a command or OFF, because no port speaks TCP"
            refuse(self, "health", rule, self.health)

    @functools.cached_property
    def listens(self) -> tuple[Port, ...]:
        """
        All ports, the usual one first.
        """
        usual = () if self.port is None else (Port("http", self.port),)
        return usual + self.ports

    @property
    def host(self) -> Setting:
        """
        The name under which other parts reach it, for `Use.env`.
        """
        return Setting(self, "host")

    @property
    def url(self) -> Setting:
        """
        The address of its first port with scheme, for `Use.env`.
        """
        return Setting(self, "url")

    def override(self, **changes: Unpack[WorkloadChanges]) -> Override:
        """
        The same service with other values in one environment.

        Raises:
            SpecError: If a field is unknown or belongs to the graph.
        """
        return override(self, changes)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Worker(_Workload):
    """
    A part that runs your code and listens on nothing.

    Args:
        name: DNS label of the worker.

        image: `Dockerfile` to build or `Image` to pull.

        health: Command that succeeds while the worker works.

        uses: Parts it connects to; see `Use`.

        command: Replaces the image's entry point, as in Kubernetes.

        args: Replaces the image's command, as in Kubernetes.

        env: Environment variables: text or later values.

        files: Absolute paths in the container and the text they hold.

        memory: What it is given and may use, like ``"256Mi"``.

        cpu: Processor time that is set aside for it, like ``"250m"``.

        writable: Folders it may write to; they do not outlive the pod.

        user: Numeric user and group; `OFF` keeps the image's own.

        grace_seconds: Time in seconds that it has for its shutdown.

        replicas: How many run at the same time.

        scale: `Autoscale` in place of a fixed number of replicas.

    Raises:
        SpecError: If a field could not be deployed in any environment.

    >>> from mizzen import Image
    >>> Worker("worker", image=Image("acme/worker:v5"))
    <Worker worker>
    """

    health: tuple[str, ...] | Off | None = attrs.field(
        default=None,
        converter=_health,
        validator=_unless_off(_health_command),
    )
    replicas: int | None = attrs.field(default=None, validator=_replicas)
    scale: Autoscale | Off | None = attrs.field(
        default=None, validator=_autoscale
    )

    def override(self, **changes: Unpack[WorkloadChanges]) -> Override:
        """
        The same worker with other values in one environment.

        Raises:
            SpecError: If a field is unknown or belongs to the graph.
        """
        return override(self, changes)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Job(_Workload):
    """
    A part that runs to its end, once for each of its versions.

    Args:
        name: DNS label of the job.

        image: `Dockerfile` to build or `Image` to pull.

        before: Parts that start only after it has succeeded.

        retries: How often a failed run is tried again.

        deadline_seconds: Time in seconds after which it counts as failed.

        uses: Parts it connects to; see `Use`.

        command: Replaces the image's entry point, as in Kubernetes.

        args: Replaces the image's command, as in Kubernetes.

        env: Environment variables: text or later values.

        files: Absolute paths in the container and the text they hold.

        memory: What it is given and may use, like ``"256Mi"``.

        cpu: Processor time that is set aside for it, like ``"250m"``.

        writable: Folders it may write to; they do not outlive the pod.

        user: Numeric user and group; `OFF` keeps the image's own.

        grace_seconds: Time in seconds that it has for its shutdown.

    Raises:
        SpecError: If a field could not be deployed in any environment.

    >>> from mizzen import Image
    >>> Job("migrate", image=Image("acme/api:v5"), args=["migrate"])
    <Job migrate>
    """

    before: tuple[Service | Worker, ...] = attrs.field(
        default=(), converter=tuple[Service | Worker, ...]
    )
    retries: int = attrs.field(default=3, validator=whole_number(0, 100, 3))
    deadline_seconds: int = attrs.field(
        default=600, validator=whole_number(1, 86_400, 600)
    )

    def __attrs_post_init__(self) -> None:
        for part in self.before:
            if not isinstance(part, (Service, Worker)):
                rule = "hold Services and Workers, like before=[api]"
                refuse(self, "before", rule, part)

    def override(self, **changes: Unpack[JobChanges]) -> Override:
        """
        The same job with other values in one environment.

        Raises:
            SpecError: If a field is unknown or belongs to the graph.
        """
        return override(self, changes)
