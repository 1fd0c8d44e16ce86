"""
What an app consists of.
"""

from .cron_jobs import CronJob
from .daemon_sets import DaemonSet
from .edges import Use
from .external_services import ExternalService
from .jobs import Job
from .outside import Outside
from .services import Service, Worker
from .stores import Store


Part = Service | Worker | DaemonSet | Job | CronJob | Store
PARTS = (Service, Worker, DaemonSet, Job, CronJob, Store)


def title(part: Part | ExternalService) -> str:
    """
    Class and name of *part*, as they begin every message about it.
    """
    return f"{type(part).__name__} {part.name!r}"


def uses_of(part: Part | ExternalService) -> tuple[Use, ...]:
    """
    The edges that leave *part*; stores and what others run have none.
    """
    return () if isinstance(part, (Store, ExternalService)) else part.uses


def reaches_of(part: Part) -> tuple[Outside, ...]:
    """
    What *part* connects to outside of the app; stores to nothing.
    """
    return () if isinstance(part, Store) else part.reaches
