"""
Claims of disks.
"""

from typing import Any

from ._scope import Scope


def claim(metadata: dict[str, Any], size: str, scope: Scope) -> dict[str, Any]:
    """
    The claim of a disk that one node at a time mounts.
    """
    spec: dict[str, Any] = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": size}},
    }
    if scope.stack.cluster.storage_class:
        spec["storageClassName"] = scope.stack.cluster.storage_class

    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": metadata,
        "spec": spec,
    }
