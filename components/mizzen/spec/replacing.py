"""
Fields of parts that another app may have: all of them.
"""

from collections.abc import Iterable
from typing import Any, TypedDict

from .cron_jobs import CronJobChanges
from .daemon_sets import DaemonSetChanges
from .jobs import JobChanges
from .metrics import Metrics
from .placed import Placed
from .ports import Port
from .services import ServiceChanges, WorkerChanges
from .stores import StoreChanges


class _Identity(TypedDict, total=False):
    """
    Fields of all parts that no environment may override.
    """

    name: str
    formerly: str | Iterable[str]


class _Edges(_Identity, total=False):
    """
    The same of all parts of your own.
    """

    uses: Iterable[Any]


class _Running(_Edges, total=False):
    """
    The same of all parts that run on and on.
    """

    metrics: Metrics | int | None


class ServiceFields(ServiceChanges, _Running, total=False):
    """
    Fields of a Service.
    """

    port: int | None
    ports: Iterable[Port]


class WorkerFields(WorkerChanges, _Running, total=False):
    """
    Fields of a Worker.
    """


class DaemonSetFields(DaemonSetChanges, _Running, total=False):
    """
    Fields of a DaemonSet.
    """

    port: int | None
    ports: Iterable[Port]


class JobFields(JobChanges, _Edges, total=False):
    """
    Fields of a Job.
    """

    before: Iterable[Placed]
    after: Iterable[Placed]


class CronJobFields(CronJobChanges, _Edges, total=False):
    """
    Fields of a CronJob.
    """


class StoreFields(StoreChanges, _Identity, total=False):
    """
    Fields of all stores.
    """

    version: int


class PostgresFields(StoreFields, total=False):
    """
    Fields of a Postgres.
    """

    database: str
    extensions: Iterable[str]
