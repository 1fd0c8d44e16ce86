"""
Parts of your own that run on each node.
"""

from collections.abc import Iterable
from typing import Any, Unpack

import attrs

from .._fields import typed
from .._validators import instance_of, refuse
from .edges import Override, override
from .health import CommandHealth, as_health, health_command, startup_seconds
from .metrics import Metrics, as_metrics, metrics_or_none
from .placed import Placed, PlacedChanges
from .replicas import Rollout
from .values import Off, unless_off


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

    health: Iterable[str] | CommandHealth | Off | None
    ready: Iterable[str] | CommandHealth | Off | None
    startup_seconds: int | None
    update_strategy: Rollout | None


@attrs.frozen(kw_only=True, eq=False, repr=False, field_transformer=typed)
class DaemonSet(Placed):
    """
    A part that runs your code once on each node and listens on nothing.

    It runs on all nodes without taints unless *nodes* and *tolerations* say
    otherwise. Files of the node itself are `HostPath` volumes.

    Args:
        name: DNS label of the part.

        image: `Dockerfile` to build or `Image` to pull.

        health:
            Command that succeeds while it works; it is restarted
            when the command keeps failing.

        ready:
            Command that succeeds while it can work; an update
            goes on only then.

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

        writable: Folders it may write to, ``["/"]`` for all; what it writes
            does not outlive the pod.

        user: Numeric user and group; `OFF` keeps the image's own.

        security_context: What it may do beyond what all containers may.

        grace_seconds: Time in seconds that it has for its shutdown.

        formerly: Name that it had before, or several, the first one first.

        update_strategy:
            How they are exchanged: by a `Rollout` with either *surge* or
            *unavailable*. Left out, the new pod of one node at a time comes
            before the old one goes.

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
    update_strategy: Rollout | None = attrs.field(
        default=None, validator=_rollout
    )
    metrics: Metrics | None = attrs.field(
        default=None, converter=as_metrics, validator=metrics_or_none
    )

    def override(self, **changes: Unpack[DaemonSetChanges]) -> Override:
        """
        The same part with other values in one environment.

        Raises:
            SpecError: If a field is unknown or belongs to the graph.
        """
        return override(self, changes)
