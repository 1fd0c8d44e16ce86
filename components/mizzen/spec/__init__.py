"""
What you write: parts, images, ports, routes, later values, and the app.
"""

from .app import (
    EDITIONS,
    PARTS,
    App,
    Part,
    Route,
    reaches_of,
    title,
    uses_of,
)
from .edges import Override, Use
from .images import Dockerfile, Image
from .jobs import Job
from .outside import Address, Internet, Outside
from .ports import Port
from .postgres import Postgres
from .redis import Redis
from .scaling import (
    Autoscale,
    Behaviour,
    ExternalMetric,
    ObjectMetric,
    PodMetric,
    Queue,
    ScalingRules,
    Trigger,
)
from .services import Service, Worker
from .stores import Store
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
    "Address",
    "App",
    "Autoscale",
    "Behaviour",
    "Dockerfile",
    "ExternalMetric",
    "FromConfig",
    "FromProgram",
    "FromStack",
    "Image",
    "Internet",
    "Job",
    "Later",
    "ObjectMetric",
    "Off",
    "Outside",
    "Override",
    "Part",
    "PodMetric",
    "Port",
    "Postgres",
    "Queue",
    "Redis",
    "Route",
    "ScalingRules",
    "Service",
    "Setting",
    "Store",
    "Trigger",
    "Use",
    "Worker",
    "reaches_of",
    "title",
    "uses_of",
]
