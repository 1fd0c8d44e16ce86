"""
A real Kubernetes on this machine with one command, and the Pulumi that
deploys to it.
"""

from .addons import start as start_addons
from .cluster import LocalCluster, down, running, supported, up
from .control_plane import ApiServer, api_server
from .errors import LocalClusterError
from .pulumi_toolchain import pulumi_environment


__all__ = [
    "ApiServer",
    "LocalCluster",
    "LocalClusterError",
    "api_server",
    "down",
    "pulumi_environment",
    "running",
    "start_addons",
    "supported",
    "up",
]
