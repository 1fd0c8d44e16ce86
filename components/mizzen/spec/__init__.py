"""
What you write: parts, images, ports, routes, later values, and the app.
"""

from .app import EDITIONS, App, run_by_others
from .config import (
    FromConfigMap,
    FromExternalSecret,
    FromField,
    FromResource,
    FromSecret,
)
from .containers import Container, Runnable, listens_of, values_of
from .cron_jobs import CronJob
from .daemon_sets import DaemonSet
from .edges import Override, Use
from .exposes import Expose
from .external import Client, Credentials, External, Tls
from .external_services import ExternalService
from .files import (
    Directory,
    File,
    Template,
    TemplateFile,
    later_in,
    template_pieces,
)
from .hatches import (
    Definitions,
    Extra,
    HelmChart,
    Patch,
    Raw,
    RawFile,
    Transform,
)
from .health import CommandHealth, GrpcHealth, HttpHealth
from .identity import (
    ALL_NAMESPACES,
    AllNamespaces,
    Allow,
    AwsRole,
    AzureClient,
    GcpAccount,
    Identity,
    identity_value,
)
from .images import Dockerfile, Image
from .jobs import Job
from .metrics import Metrics
from .order import waits_of
from .outside import Address, Internet, Outside
from .parts import PARTS, Part, reaches_of, title, uses_of
from .placed import Placed
from .placement import NotIn, Toleration
from .ports import Endpoint, Port
from .postgres import Postgres
from .redis import Redis
from .renames import first_name
from .replicas import Recreate, Replicated, Rollout, Spread
from .routes import Route, host_names
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
from .security import SecurityContext
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
from .volumes import (
    Disk,
    ExistingDisk,
    HostPath,
    Scratch,
    SharedDisk,
    Volume,
    is_single,
)
from .workload import Workload


__all__ = [
    "ALL_NAMESPACES",
    "EDITIONS",
    "OFF",
    "PARTS",
    "Address",
    "AllNamespaces",
    "Allow",
    "App",
    "Autoscale",
    "AwsRole",
    "AzureClient",
    "Behaviour",
    "Client",
    "CommandHealth",
    "Container",
    "Credentials",
    "CronJob",
    "DaemonSet",
    "Definitions",
    "Directory",
    "Disk",
    "Dockerfile",
    "Endpoint",
    "ExistingDisk",
    "Expose",
    "External",
    "ExternalMetric",
    "ExternalService",
    "Extra",
    "File",
    "FromConfig",
    "FromConfigMap",
    "FromExternalSecret",
    "FromField",
    "FromProgram",
    "FromResource",
    "FromSecret",
    "FromStack",
    "GcpAccount",
    "GrpcHealth",
    "HelmChart",
    "HostPath",
    "HttpHealth",
    "Identity",
    "Image",
    "Internet",
    "Job",
    "Later",
    "Metrics",
    "NotIn",
    "ObjectMetric",
    "Off",
    "Outside",
    "Override",
    "Part",
    "Patch",
    "Placed",
    "PodMetric",
    "Port",
    "Postgres",
    "Queue",
    "Raw",
    "RawFile",
    "Recreate",
    "Redis",
    "Replicated",
    "Rollout",
    "Route",
    "Runnable",
    "ScalingRules",
    "Scratch",
    "SecurityContext",
    "Service",
    "Setting",
    "SharedDisk",
    "Spread",
    "Store",
    "Template",
    "TemplateFile",
    "Tls",
    "Toleration",
    "Transform",
    "Trigger",
    "Use",
    "Volume",
    "Worker",
    "Workload",
    "first_name",
    "host_names",
    "identity_value",
    "is_single",
    "later_in",
    "listens_of",
    "reaches_of",
    "run_by_others",
    "template_pieces",
    "title",
    "uses_of",
    "values_of",
    "waits_of",
]
