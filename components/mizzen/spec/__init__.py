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
from .config import (
    FromConfigMap,
    FromExternalSecret,
    FromField,
    FromResource,
    FromSecret,
)
from .edges import Override, Use
from .files import (
    Directory,
    File,
    Template,
    TemplateFile,
    later_in,
    template_pieces,
)
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
    "Directory",
    "Dockerfile",
    "ExternalMetric",
    "File",
    "FromConfig",
    "FromConfigMap",
    "FromExternalSecret",
    "FromField",
    "FromProgram",
    "FromResource",
    "FromSecret",
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
    "Template",
    "TemplateFile",
    "Trigger",
    "Use",
    "Worker",
    "later_in",
    "reaches_of",
    "template_pieces",
    "title",
    "uses_of",
]
