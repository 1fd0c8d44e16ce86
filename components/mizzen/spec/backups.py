"""
Copies of the data of stores.
"""

import attrs

from .._fields import typed
from .._validators import (
    binary_quantity,
    processor_quantity,
    subdomain,
    whole_number,
)
from .schedules import schedule, time_zone


@attrs.frozen(kw_only=True, field_transformer=typed)
class Backup:
    """
    Copies of a database, made at the times of a schedule.

    They lie on a disk of their own, which outlives the store.

    Args:
        schedule: Times as cron writes them, like ``"0 3 * * *"``.

        disk: Size of the disk that holds the copies, like ``"20Gi"``.

        keep: How many copies are kept.

        time_zone: Time zone of the schedule.

        memory:
            What the pods that make and restore copies are given and may
            use, like ``"512Mi"``.

        cpu: Processor time that is set aside for them, like ``"500m"``.

        storage_class: StorageClass of the disk; the default is that of the
            stack. Another one is another, empty disk.

    Raises:
        SpecError: If it would never run.

    >>> Backup("0 3 * * *", disk="20Gi").keep
    7
    """

    name = "backup"
    schedule: str = attrs.field(kw_only=False, validator=schedule)
    disk: str = attrs.field(validator=binary_quantity)
    keep: int = attrs.field(default=7, validator=whole_number(1, 1000, 7))
    time_zone: str = attrs.field(default="Etc/UTC", validator=time_zone)
    memory: str = attrs.field(default="128Mi", validator=binary_quantity)
    cpu: str = attrs.field(default="50m", validator=processor_quantity)
    storage_class: str | None = attrs.field(
        default=None, validator=attrs.validators.optional(subdomain)
    )
