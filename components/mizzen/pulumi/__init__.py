"""
Apps and parts as components of a Pulumi program.

Everything else in mizzen works without Pulumi.
"""

from ._components import (
    AppComponent,
    JobComponent,
    ServiceComponent,
    StoreComponent,
    WorkerComponent,
    current_stack,
)
from ._provider import cluster_provider


__all__ = [
    "AppComponent",
    "JobComponent",
    "ServiceComponent",
    "StoreComponent",
    "WorkerComponent",
    "cluster_provider",
    "current_stack",
]
