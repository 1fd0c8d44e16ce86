"""
Parts of your own that run to their end, again and again.
"""

from typing import Literal, Unpack

import attrs

from .._fields import typed
from .._validators import instance_of, one_of, whole_number
from .edges import Override, override
from .placed import Placed, PlacedChanges
from .schedules import schedule, time_zone
from .values import Off, unless_off


Concurrency = Literal["Allow", "Forbid", "Replace"]


# A week at most.
deadline = unless_off(whole_number(1, 604_800, 600))


def _forbid() -> Concurrency:
    return "Forbid"


class CronJobChanges(PlacedChanges, total=False):
    """
    Fields of a CronJob that an environment may override.
    """

    schedule: str
    time_zone: str
    concurrency: Concurrency
    start_within_seconds: int | Off | None
    successful_history: int
    failed_history: int
    suspend: bool
    retries: int
    deadline_seconds: int | Off


@attrs.frozen(kw_only=True, eq=False, repr=False, field_transformer=typed)
class CronJob(Placed):
    """
    A part that runs to its end at the times of a schedule.

    Args:
        name: DNS label of the job.

        image: `Dockerfile` to build or `Image` to pull.

        schedule:
            When it runs: minute, hour, day of the month, month and day of
            the week as in cron, or a word like ``"@daily"``.

        time_zone: Time zone of the schedule, like ``"Europe/Berlin"``; the
            default is UTC.

        concurrency: What happens while the run before still runs:
            ``"Forbid"`` leaves one out, ``"Replace"`` ends the other,
            ``"Allow"`` runs both.

        start_within_seconds: How late a run may start, in seconds, before
            it is left out; `None` for however late.

        successful_history: How many runs that succeeded are kept.

        failed_history: How many runs that failed are kept.

        suspend: Whether it does not run for now.

        retries: How often a failed run is tried again.

        deadline_seconds: Time in seconds after which a run counts as failed;
            six hours unless it is said, `OFF` for no end.

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
    >>> CronJob(
    ...     "report",
    ...     image=Image("acme/api:v5"),
    ...     args=["report"],
    ...     schedule="30 3 * * mon-fri",
    ...     time_zone="Europe/Berlin",
    ... )
    <CronJob report>
    """

    schedule: str = attrs.field(validator=schedule)
    time_zone: str = attrs.field(default="Etc/UTC", validator=time_zone)
    concurrency: Concurrency = attrs.field(
        factory=_forbid, validator=one_of("Allow", "Forbid", "Replace")
    )
    # Kubernetes looks every ten seconds.
    start_within_seconds: int | None = attrs.field(
        default=None,
        validator=attrs.validators.optional(whole_number(10, 604_800, 600)),
    )
    successful_history: int = attrs.field(
        default=3, validator=whole_number(0, 100, 3)
    )
    failed_history: int = attrs.field(
        default=3, validator=whole_number(0, 100, 3)
    )
    suspend: bool = attrs.field(
        default=False, validator=instance_of("be True or False", bool)
    )
    retries: int = attrs.field(default=3, validator=whole_number(0, 100, 3))
    # A run that hangs would keep away all later ones.
    deadline_seconds: int | Off = attrs.field(
        default=21_600, validator=deadline
    )

    def override(self, **changes: Unpack[CronJobChanges]) -> Override:
        """
        The same job with other values in one environment.

        Raises:
            SpecError: If a field is unknown or belongs to the graph.
        """
        return override(self, changes)
