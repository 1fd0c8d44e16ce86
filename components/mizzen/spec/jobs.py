"""
Parts of your own that run to their end.
"""

from typing import Unpack

import attrs

from .._fields import typed
from .._validators import items_of, whole_number
from .cron_jobs import deadline
from .edges import Override, override
from .placed import Placed, PlacedChanges
from .values import Off


_parts = items_of("hold parts of your own, like [api]", Placed)


class JobChanges(PlacedChanges, total=False):
    """
    Fields of a Job that an environment may override.
    """

    retries: int
    deadline_seconds: int | Off


@attrs.frozen(kw_only=True, eq=False, repr=False, field_transformer=typed)
class Job(Placed):
    """
    A part that runs to its end, once for each of its versions.

    Args:
        name: DNS label of the job.

        image: `Dockerfile` to build or `Image` to pull.

        before: Parts that start only after it has succeeded.

        after: Parts that it waits for: for a new version of them to be up,
            for a job to have succeeded.

        retries: How often a failed run is tried again.

        deadline_seconds: Time in seconds after which it counts as failed;
            `OFF` for none.

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
    >>> Job("migrate", image=Image("acme/api:v5"), args=["migrate"])
    <Job migrate>
    """

    before: tuple[Placed, ...] = attrs.field(
        default=(), converter=tuple[Placed, ...], validator=_parts
    )
    after: tuple[Placed, ...] = attrs.field(
        default=(), converter=tuple[Placed, ...], validator=_parts
    )
    retries: int = attrs.field(default=3, validator=whole_number(0, 100, 3))
    deadline_seconds: int | Off = attrs.field(default=600, validator=deadline)

    def override(self, **changes: Unpack[JobChanges]) -> Override:
        """
        The same job with other values in one environment.

        Raises:
            SpecError: If a field is unknown or belongs to the graph.
        """
        return override(self, changes)
