"""
Describe a whole multi-service app once, and get its complete desired state
on Kubernetes for each Pulumi stack.
"""

from .compiler import compile_app
from .environment import (
    CertManager,
    Cluster,
    Defaults,
    Docker,
    DockerBuild,
    Environment,
    Ingress,
    IngressController,
    Isolation,
    LoadBalancer,
    Namespace,
    NodePort,
    Registry,
    TlsSecret,
)
from .exceptions import SpecError
from .graph import Graph, graph
from .manifests import Manifest, Manifests
from .spec import (
    OFF,
    App,
    Autoscale,
    Dockerfile,
    FromConfig,
    FromProgram,
    FromStack,
    Image,
    Job,
    Port,
    Postgres,
    Redis,
    Route,
    Service,
    Use,
    Worker,
)
from .stack import Project, Stack, Version, load_project


__all__ = [
    "OFF",
    "App",
    "Autoscale",
    "CertManager",
    "Cluster",
    "Defaults",
    "Docker",
    "DockerBuild",
    "Dockerfile",
    "Environment",
    "FromConfig",
    "FromProgram",
    "FromStack",
    "Graph",
    "Image",
    "Ingress",
    "IngressController",
    "Isolation",
    "Job",
    "LoadBalancer",
    "Manifest",
    "Manifests",
    "Namespace",
    "NodePort",
    "Port",
    "Postgres",
    "Project",
    "Redis",
    "Registry",
    "Route",
    "Service",
    "SpecError",
    "Stack",
    "TlsSecret",
    "Use",
    "Version",
    "Worker",
    "compile_app",
    "graph",
    "load_project",
]
