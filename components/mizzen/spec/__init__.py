"""
What you write: parts, images, ports, routes, later values, and the app.
"""

from .app import (
    EDITIONS,
    PARTS,
    STORES,
    App,
    Part,
    Route,
    title,
    uses_of,
)
from .edges import Override, Use
from .images import Dockerfile, Image
from .jobs import Job
from .ports import Autoscale, Port
from .services import Service, Worker
from .stores import Postgres, Redis
from .values import (
    OFF,
    FromConfig,
    FromProgram,
    FromStack,
    Later,
    Off,
    Setting,
)


__all__ = [
    "EDITIONS",
    "OFF",
    "PARTS",
    "STORES",
    "App",
    "Autoscale",
    "Dockerfile",
    "FromConfig",
    "FromProgram",
    "FromStack",
    "Image",
    "Job",
    "Later",
    "Off",
    "Override",
    "Part",
    "Port",
    "Postgres",
    "Redis",
    "Route",
    "Service",
    "Setting",
    "Use",
    "Worker",
    "title",
    "uses_of",
]
