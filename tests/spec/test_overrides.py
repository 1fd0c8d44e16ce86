"""
What environments may override, as users write it.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    Autoscale,
    CronJob,
    DaemonSet,
    Dockerfile,
    Image,
    Job,
    Redis,
    Service,
    Worker,
)
from mizzen.spec.cron_jobs import CronJobChanges
from mizzen.spec.daemon_sets import DaemonSetChanges
from mizzen.spec.edges import _FIXED
from mizzen.spec.jobs import JobChanges
from mizzen.spec.services import ServiceChanges, WorkerChanges
from mizzen.spec.stores import StoreChanges


class TestOverride:
    @pytest.mark.parametrize(
        ("part", "changes"),
        [
            (Service, ServiceChanges),
            (Worker, WorkerChanges),
            (DaemonSet, DaemonSetChanges),
            (Job, JobChanges),
            (CronJob, CronJobChanges),
            (Redis, StoreChanges),
        ],
    )
    def test_typed(self, part, changes):
        """
        What type checkers let pass is what can be overridden.
        """
        fields = {field.alias for field in attrs.fields(part)}

        assert fields.difference(_FIXED) == set(changes.__annotations__)

    def test_all_values(self, web, beat, db):
        """
        Every field may be overridden by what the part itself may hold.
        """
        web.override(
            image=Dockerfile("web"),
            command=["a"],
            args=["b"],
            env={"A": "1", "B": OFF},
            files={"/a": "1", "/b": OFF},
            memory="1Gi",
            cpu="1",
            writable=[],
            user=OFF,
            grace_seconds=1,
            health=OFF,
            replicas=2,
            scale=OFF,
        )
        beat.override(scale=Autoscale(1, 2, cpu=50), health=["a"])
        db.override(disk="2Gi", image=Image("postgres:17"), password_from=None)
