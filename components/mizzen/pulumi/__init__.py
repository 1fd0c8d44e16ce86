"""
Apps and parts as components of a Pulumi program.

Everything else in mizzen works without Pulumi.
"""

from ._app import AppComponent, current_stack
from ._errors import readable_errors
from ._parts import (
    CronJobComponent,
    DaemonSetComponent,
    JobComponent,
    ServiceComponent,
    StoreComponent,
    WorkerComponent,
)
from ._provider import cluster_provider
from ._refusal import refuse_errors


__all__ = [
    "AppComponent",
    "CronJobComponent",
    "DaemonSetComponent",
    "JobComponent",
    "ServiceComponent",
    "StoreComponent",
    "WorkerComponent",
    "cluster_provider",
    "current_stack",
    "readable_errors",
    "refuse_errors",
]
