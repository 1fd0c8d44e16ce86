"""
Where things are kept: caches that outlive a cluster, its data, its sockets.
"""

import os

from pathlib import Path


# Short, because the path of a Unix socket has at most 107 bytes.
RUN = Path("/run/mizzen")


def _base(variable: str, default: str) -> Path:
    path = Path(os.environ.get(variable, ""))

    return path if path.is_absolute() else Path.home() / default


def cache() -> Path:
    """
    The folder of everything that was built or downloaded, keyed by content.
    """
    return _base("XDG_CACHE_HOME", ".cache") / "mizzen"


def data() -> Path:
    """
    The folder of everything that belongs to the cluster and goes with it.
    """
    return _base("XDG_DATA_HOME", ".local/share") / "mizzen" / "local"


def logs() -> Path:
    """
    The folder with one log for each process of the cluster.
    """
    return data() / "logs"
