"""
Parts of your own that run on each node.
"""

import functools

from collections.abc import Iterable
from typing import Any, ClassVar, Unpack

import attrs

from .._fields import typed
from .._validators import instance_of, port_number, refuse
from .edges import Override, override
from .health import (
    ServiceHealth,
    answered,
    as_health,
    service_health,
    startup_seconds,
)
from .metrics import Metrics, as_metrics, metrics_or_none
from .placed import Placed, PlacedChanges
from .ports import Port, distinct_ports, port_tuple, usual_first
from .replicas import Rollout
from .values import Addressed, Off, unless_off


_boolean = instance_of("be True or False", bool)
_is_rollout = attrs.validators.optional(instance_of("be Rollout(…)", Rollout))


def _rollout(inst: Any, attr: Any, value: Any) -> None:
    _is_rollout(inst, attr, value)
    if value is not None and value.progress_deadline_seconds is not None:
        rule = "be left out, because DaemonSets have none"
        seconds = value.progress_deadline_seconds
        refuse(inst, "progress_deadline_seconds", rule, seconds)
    if value is not None and not {value.surge, value.unavailable} & {0, "0%"}:
        rule = (
            "have surge or unavailable and not both, like "
            f"Rollout(surge=0, unavailable={value.unavailable!r})"
        )
        refuse(inst, attr.name, rule, value)


class DaemonSetChanges(PlacedChanges, total=False):
    """
    Fields of a DaemonSet that an environment may override.
    """

    health: ServiceHealth | Iterable[str] | Off | None
    ready: ServiceHealth | Iterable[str] | Off | None
    startup_seconds: int | None
    update_strategy: Rollout | Off | None
    host_network: bool
    host_pid: bool


@attrs.frozen(kw_only=True, eq=False, repr=False, field_transformer=typed)
class DaemonSet(Addressed, Placed):
    """
    A part that runs your code once on each node.

    It runs on all nodes without taints unless *nodes* and *tolerations* say
    otherwise. Files of the node itself are `HostPath` volumes. Where it
    listens, each pod that uses it reaches the one on its own node, and
    nobody else answers while that one does not.

    Args:
        name: DNS label of the part; others reach it under this name.

        image: `Dockerfile` to build or `Image` to pull.

        port: Port of the usual kind, short for ``ports=[Port("http", …)]``.

        ports: All ports, where there are several or other kinds, like
            ``[Port("statsd", 8125, protocol="UDP")]``.

        health:
            Command that succeeds while it works; it is restarted when the
            command keeps failing. Where it listens, also a path,
            `HttpHealth` or `GrpcHealth`, and liveness is a TCP connection.

        ready:
            The same while it can work; an update goes on only then.

        startup_seconds: Time in seconds in which it has to get healthy, or
            it is restarted.

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

        update_strategy:
            How they are exchanged: by a `Rollout` with either *surge* or
            *unavailable*. Left out, the new pod of one node at a time comes
            before the old one goes; with *host_network* it comes afterwards.

        host_network:
            Whether its pods have the addresses and ports of their nodes. No
            NetworkPolicy holds for them then: anyone who reaches the node
            reaches them, they connect to everything outside of the app, and
            isolated parts do not let them in. Needs a namespace of Pod
            Security's level ``privileged``.

        host_pid: Whether it sees the processes of its node; needs the same.

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

    >>> from mizzen import Image, Toleration
    >>> DaemonSet(
    ...     "sensor",
    ...     image=Image("acme/sensor:v5"),
    ...     tolerations=[Toleration()],
    ... )
    <DaemonSet sensor>
    """

    connection_fields: ClassVar[tuple[str, ...]] = ("host", "port", "url")

    port: int | None = attrs.field(
        default=None, validator=attrs.validators.optional(port_number)
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
    update_strategy: Rollout | None = attrs.field(
        default=None, validator=_rollout
    )
    metrics: Metrics | None = attrs.field(
        default=None, converter=as_metrics, validator=metrics_or_none
    )
    host_network: bool = attrs.field(default=False, validator=_boolean)
    host_pid: bool = attrs.field(default=False, validator=_boolean)

    def __attrs_post_init__(self) -> None:
        distinct_ports(self, self.listens)
        for field in ("health", "ready"):
            answered(self, field, self.listens)
        rollout = self.update_strategy
        if self.host_network and rollout and rollout.surge not in (0, "0%"):
            rule = (
                "have surge=0 with host_network, because two pods of a node "
                "cannot listen on the same ports, like Rollout(surge=0, "
                "unavailable=1)"
            )
            refuse(self, "update_strategy", rule, rollout)

    @functools.cached_property
    def listens(self) -> tuple[Port, ...]:
        """
        All ports, the usual one first.
        """
        return usual_first(self.port, self.ports)

    def override(self, **changes: Unpack[DaemonSetChanges]) -> Override:
        """
        The same part with other values in one environment.

        Raises:
            SpecError: If a field is unknown or belongs to the graph.
        """
        return override(self, changes)
