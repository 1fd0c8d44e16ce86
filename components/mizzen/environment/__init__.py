"""
What differs between stacks: environments, exposures, kinds of clusters.
"""

from .clusters import (
    Builder,
    Cluster,
    Docker,
    DockerBuild,
    Monitoring,
    PullSecret,
    Registry,
    SecretStore,
)
from .controllers import IngressController
from .conventions import Conventions
from .defaults import EDITION_DEFAULTS, Defaults
from .exposures import (
    ROUTED,
    AcmCertificate,
    CertManager,
    Exposure,
    Gateway,
    Ingress,
    LoadBalancer,
    NodePort,
    Opening,
    TlsSecret,
)
from .namespaces import OF_CLUSTER, ContainerLimits, Namespace, Quota
from .policy import Environment, Isolation
from .precedence import effective
from .profiles import CLUSTERS


__all__ = [
    "CLUSTERS",
    "EDITION_DEFAULTS",
    "OF_CLUSTER",
    "ROUTED",
    "AcmCertificate",
    "Builder",
    "CertManager",
    "Cluster",
    "ContainerLimits",
    "Conventions",
    "Defaults",
    "Docker",
    "DockerBuild",
    "Environment",
    "Exposure",
    "Gateway",
    "Ingress",
    "IngressController",
    "Isolation",
    "LoadBalancer",
    "Monitoring",
    "Namespace",
    "NodePort",
    "Opening",
    "PullSecret",
    "Quota",
    "Registry",
    "SecretStore",
    "TlsSecret",
    "effective",
]
