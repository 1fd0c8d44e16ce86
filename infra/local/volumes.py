"""
The storage class ``standard``: a disk is a folder of this machine.
"""

import shutil

from pathlib import Path
from typing import Any

from . import paths
from .kubernetes_api import KubernetesApi


STORAGE_CLASS = "standard"
PROVISIONER = "mizzen.local/folder"
_ANNOTATION = "pv.kubernetes.io/provisioned-by"
_SELECTED_NODE = "volume.kubernetes.io/selected-node"

MANIFEST: dict[str, Any] = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {
        "name": STORAGE_CLASS,
        "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
    },
    "provisioner": PROVISIONER,
    "reclaimPolicy": "Delete",
    "volumeBindingMode": "WaitForFirstConsumer",
    "allowVolumeExpansion": True,
}


def _volume(claim: dict[str, Any], name: str, node: str) -> dict[str, Any]:
    metadata = claim["metadata"]
    on_node = {
        "key": "kubernetes.io/hostname",
        "operator": "In",
        "values": [node],
    }

    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name, "annotations": {_ANNOTATION: PROVISIONER}},
        "spec": {
            "accessModes": claim["spec"]["accessModes"],
            "capacity": claim["spec"]["resources"]["requests"],
            "claimRef": {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "name": metadata["name"],
                "namespace": metadata["namespace"],
                "uid": metadata["uid"],
            },
            "hostPath": {"path": str(_folder(name)), "type": "Directory"},
            "nodeAffinity": {
                "required": {
                    "nodeSelectorTerms": [{"matchExpressions": [on_node]}]
                }
            },
            "persistentVolumeReclaimPolicy": "Delete",
            "storageClassName": STORAGE_CLASS,
        },
    }


def _folder(name: str) -> Path:
    return paths.data() / "volumes" / name


class Claims:
    """
    Gives each claim of the class a folder, and lets it grow: nothing limits
    a folder, so a larger request is met at once.
    """

    def __init__(self, api: KubernetesApi) -> None:
        self._api = api

    def __call__(self, kind: str, claim: dict[str, Any]) -> None:
        """
        Take note of a change to *claim*.
        """
        ours = claim["spec"].get("storageClassName") == STORAGE_CLASS
        if kind == "DELETED" or not ours:
            return
        if claim["spec"].get("volumeName"):
            self._grow(claim)
            return
        node = claim["metadata"].get("annotations", {}).get(_SELECTED_NODE)
        if node:
            self._provide(claim, node)

    def _provide(self, claim: dict[str, Any], node: str) -> None:
        name = f"pvc-{claim['metadata']['uid']}"
        folder = _folder(name)
        folder.mkdir(parents=True, exist_ok=True)
        # Kubernetes gives the group of a pod (fsGroup) no right to a folder
        # of the machine.
        folder.chmod(0o777)
        self._api.post("/api/v1/persistentvolumes", _volume(claim, name, node))

    def _grow(self, claim: dict[str, Any]) -> None:
        wanted = claim["spec"]["resources"]["requests"]["storage"]
        status = claim.get("status", {})
        if (
            status.get("phase") != "Bound"
            or status.get("capacity", {}).get("storage") == wanted
        ):
            return

        capacity = {"capacity": {"storage": wanted}}
        metadata = claim["metadata"]
        self._api.patch(
            f"/api/v1/persistentvolumes/{claim['spec']['volumeName']}",
            {"spec": capacity},
        )
        self._api.patch(
            f"/api/v1/namespaces/{metadata['namespace']}"
            f"/persistentvolumeclaims/{metadata['name']}/status",
            {"status": capacity},
        )


class Volumes:
    """
    Removes each volume and its folder once its claim is gone and nobody
    wants to keep it.
    """

    def __init__(self, api: KubernetesApi) -> None:
        self._api = api

    def __call__(self, kind: str, volume: dict[str, Any]) -> None:
        """
        Take note of a change to *volume*.
        """
        annotations = volume["metadata"].get("annotations", {})
        if (
            kind == "DELETED"
            or annotations.get(_ANNOTATION) != PROVISIONER
            or volume["spec"]["persistentVolumeReclaimPolicy"] != "Delete"
            or volume.get("status", {}).get("phase") != "Released"
        ):
            return

        name = volume["metadata"]["name"]
        shutil.rmtree(_folder(name), ignore_errors=True)
        self._api.delete(f"/api/v1/persistentvolumes/{name}")
