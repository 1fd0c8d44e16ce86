"""
Parts of your own that run all the time.
"""

import functools

from collections.abc import Iterable
from typing import ClassVar, Unpack

import attrs

from .._fields import typed
from .._validators import known, port_number, refuse, whole_number
from .edges import Override, override
from .external import Client, client_list
from .health import (
    CommandHealth,
    ServiceHealth,
    answered,
    as_health,
    health_command,
    service_health,
    startup_seconds,
)
from .metrics import Metrics, as_metrics, metrics_or_none
from .ports import (
    Endpoint,
    Port,
    distinct_ports,
    port_tuple,
    usual_first,
)
from .replicas import Replicated, ReplicatedChanges
from .values import Addressed, Off, unless_off


_OPTIONAL = attrs.validators.optional


class WorkerChanges(ReplicatedChanges, total=False):
    """
    Fields of a Worker that an environment may override.
    """

    health: Iterable[str] | CommandHealth | Off | None
    ready: Iterable[str] | CommandHealth | Off | None
    startup_seconds: int | None


class ServiceChanges(ReplicatedChanges, total=False):
    """
    Fields of a Service that an environment may override.
    """

    health: ServiceHealth | Iterable[str] | Off | None
    ready: ServiceHealth | Iterable[str] | Off | None
    startup_seconds: int | None
    pause_seconds: int | None
    clients: Iterable[Client] | Off


@attrs.frozen(kw_only=True, eq=False, repr=False, field_transformer=typed)
class Service(Addressed, Replicated):
    """
    A part that runs your code and listens on a port.

    Args:
        name: DNS label of the service; others reach it under this name.

        image: `Dockerfile` to build or `Image` to pull.

        port: Port of the usual kind, short for ``ports=[Port("http", …)]``.

        ports: All ports, where there are several or other kinds.

        health:
            Path that answers below 400 when the service can take requests,
            `HttpHealth`, `GrpcHealth` or a command, asked for readiness and
            start-up; liveness is a TCP connection.

        ready: The same in place of *health* for readiness alone.

        startup_seconds:
            Time in seconds in which it has to get healthy, or it is
            restarted. More than the usual 120 gives its rollout more, too.

        metrics: Port at which the cluster's monitoring asks how it does, or
            `Metrics` with another path.

        uses: Parts it connects to; see `Use`.

        clients: Parts of other apps in the cluster that may use it.

        reaches: What it connects to outside of the app.

        command: Replaces the image's entry point, as in Kubernetes.

        args: Replaces the image's command, as in Kubernetes.

        env: Environment variables: text, later values, and more.

        files: Absolute paths in the container and what they hold.

        volumes: Absolute paths in the container and what appears there.

        sidecars: Containers that run beside it as long as it does.

        init: Containers that run to their end before it starts.

        permissions: What it may do in the cluster, like
            ``[Allow("get", on="pods")]``.

        identity: Who it is to a cloud, like ``AwsRole(…)``.

        memory: What it is given and may use, like ``"256Mi"``.

        cpu: Processor time that is set aside for it, like ``"250m"``.

        ephemeral_storage: Disk of the node that its logs and writable folders
            may fill, like ``"1Gi"``.

        writable: Folders it may write to, ``["/"]`` for all; what it writes
            does not outlive the pod.

        user: Numeric user and group; `OFF` keeps the image's own.

        security_context: What it may do beyond what all containers may.

        grace_seconds: Time in seconds that it has for its shutdown.

        formerly: Name that it had before, or several, the first one first.

        replicas: How many run at the same time.

        scale: `Autoscale` in place of a fixed number of replicas.

        pause_seconds:
            How long it goes on serving when it is told to stop, in seconds,
            while the cluster leads requests elsewhere; its time for the
            shutdown begins afterwards.

        spread: How far apart the replicas run; see `Spread`.

        rollout: How replicas are exchanged: `Rollout` or `Recreate`.

        nodes:
            Labels that its nodes have, and their values: text, a list of
            texts, `NotIn`, or `True` and `False` for any value and none.

        tolerations: Taints of nodes that do not keep it away; see
            `Toleration`.

        architectures: Processors that it runs on, like ``["arm64"]``; the
            default is any.

        priority_class: Name of the PriorityClass of its pods.

        pod_labels: Labels of its pods, beside those that all of them have.

        pod_annotations: Annotations of its pods.

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
        default=(), converter=tuple[Port, ...], validator=port_tuple
    )
    health: ServiceHealth | Off | None = attrs.field(
        default=None,
        converter=as_health,
        validator=unless_off(service_health),
    )
    ready: ServiceHealth | Off | None = attrs.field(
        default=None,
        converter=as_health,
        validator=unless_off(service_health),
    )
    startup_seconds: int | None = attrs.field(
        default=None, validator=startup_seconds
    )

    pause_seconds: int | None = attrs.field(
        default=None, validator=_OPTIONAL(whole_number(0, 3600, 5))
    )
    clients: tuple[Client, ...] = attrs.field(
        default=(), converter=tuple[Client, ...], validator=client_list
    )
    metrics: Metrics | None = attrs.field(
        default=None, converter=as_metrics, validator=metrics_or_none
    )

    def __attrs_post_init__(self) -> None:
        listens = self.listens
        if not listens:
            refuse(self, "port", "be given, like port=8000", None)
        distinct_ports(self, listens)
        for field in ("health", "ready"):
            answered(self, field, listens)

    @functools.cached_property
    def listens(self) -> tuple[Port, ...]:
        """
        All ports, the usual one first.
        """
        return usual_first(self.port, self.ports)

    # Or lists would be made of its ports.
    __iter__ = None

    def __getitem__(self, name: str) -> Endpoint:
        """
        The port called *name*, for `Route` and exposures.

        Raises:
            SpecError: If there is none.

        >>> from mizzen import Image
        >>> ports = [Port("grpc", 9000, application="grpc")]
        >>> Service("api", image=Image("acme/api:v5"), ports=ports)["grpc"]
        <Endpoint api:grpc>
        """
        known(self, "port", name, [port.name for port in self.listens])
        return Endpoint(self, name)

    def override(self, **changes: Unpack[ServiceChanges]) -> Override:
        """
        The same service with other values in one environment.

        Raises:
            SpecError: If a field is unknown or belongs to the graph.
        """
        return override(self, changes)


@attrs.frozen(kw_only=True, eq=False, repr=False, field_transformer=typed)
class Worker(Replicated):
    """
    A part that runs your code and listens on nothing.

    Args:
        name: DNS label of the worker.

        image: `Dockerfile` to build or `Image` to pull.

        health:
            Command that succeeds while the worker works; it is restarted
            when the command keeps failing.

        ready:
            Command that succeeds while the worker can take work; an update
            goes on only then.

        startup_seconds:
            Time in seconds in which it has to get healthy, or it is
            restarted. More than the usual 120 gives its rollout more, too.

        metrics: Port at which the cluster's monitoring asks how it does, or
            `Metrics` with another path.

        uses: Parts it connects to; see `Use`.

        reaches: What it connects to outside of the app.

        command: Replaces the image's entry point, as in Kubernetes.

        args: Replaces the image's command, as in Kubernetes.

        env: Environment variables: text, later values, and more.

        files: Absolute paths in the container and what they hold.

        volumes: Absolute paths in the container and what appears there.

        sidecars: Containers that run beside it as long as it does.

        init: Containers that run to their end before it starts.

        permissions: What it may do in the cluster, like
            ``[Allow("get", on="pods")]``.

        identity: Who it is to a cloud, like ``AwsRole(…)``.

        memory: What it is given and may use, like ``"256Mi"``.

        cpu: Processor time that is set aside for it, like ``"250m"``.

        ephemeral_storage: Disk of the node that its logs and writable folders
            may fill, like ``"1Gi"``.

        writable: Folders it may write to, ``["/"]`` for all; what it writes
            does not outlive the pod.

        user: Numeric user and group; `OFF` keeps the image's own.

        security_context: What it may do beyond what all containers may.

        grace_seconds: Time in seconds that it has for its shutdown.

        formerly: Name that it had before, or several, the first one first.

        replicas: How many run at the same time.

        scale: `Autoscale` in place of a fixed number of replicas.

        spread: How far apart the replicas run; see `Spread`.

        rollout: How replicas are exchanged: `Rollout` or `Recreate`.

        nodes:
            Labels that its nodes have, and their values: text, a list of
            texts, `NotIn`, or `True` and `False` for any value and none.

        tolerations: Taints of nodes that do not keep it away; see
            `Toleration`.

        architectures: Processors that it runs on, like ``["arm64"]``; the
            default is any.

        priority_class: Name of the PriorityClass of its pods.

        pod_labels: Labels of its pods, beside those that all of them have.

        pod_annotations: Annotations of its pods.

    Raises:
        SpecError: If a field could not be deployed in any environment.

    >>> from mizzen import Image
    >>> Worker("worker", image=Image("acme/worker:v5"))
    <Worker worker>
    """

    health: tuple[str, ...] | CommandHealth | Off | None = attrs.field(
        default=None,
        converter=as_health,
        validator=unless_off(health_command),
    )
    ready: tuple[str, ...] | CommandHealth | Off | None = attrs.field(
        default=None,
        converter=as_health,
        validator=unless_off(health_command),
    )
    startup_seconds: int | None = attrs.field(
        default=None, validator=startup_seconds
    )
    metrics: Metrics | None = attrs.field(
        default=None, converter=as_metrics, validator=metrics_or_none
    )

    def override(self, **changes: Unpack[WorkerChanges]) -> Override:
        """
        The same worker with other values in one environment.

        Raises:
            SpecError: If a field is unknown or belongs to the graph.
        """
        return override(self, changes)
