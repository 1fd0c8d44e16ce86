"""
Stores: one pod, one disk, one Secret.
"""

from typing import Any

from ._connections import server
from ._containers import container_security, resources
from ._image_references import pull_policy
from ._pods import pod_spec
from ._scope import Scope
from .spec import Store
from .spec.stores import Server


_PROBE = {"periodSeconds": 5, "timeoutSeconds": 5, "failureThreshold": 6}
# Recovery after a crash replays the log, which takes as long as it takes.
_STARTUP = {"periodSeconds": 2, "timeoutSeconds": 5, "failureThreshold": 300}


def _mounts(server: Server) -> list[dict[str, Any]]:
    mounts: list[dict[str, Any]] = [{"name": "data", "mountPath": server.data}]
    if server.files:
        mounts.append(
            {
                "name": "credentials",
                "mountPath": server.secrets,
                "readOnly": True,
            }
        )
    for number, path in enumerate(server.writable):
        mounts.append({"name": f"writable-{number}", "mountPath": path})

    return mounts


def _volumes(part: Store, server: Server, secret: str) -> list[dict[str, Any]]:
    volumes: list[dict[str, Any]] = [
        {"name": "data", "persistentVolumeClaim": {"claimName": part.name}}
    ]
    if server.files:
        source = {
            "secretName": secret,
            "defaultMode": 0o440,
            "items": [{"key": key, "path": key} for key in server.files],
        }
        volumes.append({"name": "credentials", "secret": source})
    for number, _ in enumerate(server.writable):
        volumes.append({"name": f"writable-{number}", "emptyDir": {}})

    return volumes


def _probes(part: Store, server: Server) -> dict[str, Any]:
    ready = {"exec": {"command": list(server.ready)}}
    socket = {"tcpSocket": {"port": part.listens[0].name}}

    return {
        "startupProbe": {**ready, **_STARTUP},
        "readinessProbe": {**ready, **_PROBE},
        "livenessProbe": {**socket, **_PROBE},
    }


def _container(part: Store, server: Server, scope: Scope) -> dict[str, Any]:
    image = part.image.reference if part.image else server.image
    container: dict[str, Any] = {
        "name": part.name,
        "image": image,
        "imagePullPolicy": pull_policy(image),
    }
    if server.args:
        container["args"] = list(server.args)
    if server.env:
        container["env"] = [
            {"name": name, "value": value}
            for name, value in server.env.items()
        ]
    return {
        **container,
        "ports": [
            {
                "name": port.name,
                "containerPort": port.number,
                "protocol": port.protocol,
            }
            for port in part.listens
        ],
        "resources": resources(
            part.given_memory, part.cpu or "50m", scope.ephemeral_storage
        ),
        **_probes(part, server),
        "securityContext": container_security(server.user),
        "volumeMounts": _mounts(server),
    }


def stateful_set(part: Store, scope: Scope) -> dict[str, Any]:
    """
    The one pod of a store. Its disk is a claim of its own, because claim
    templates cannot grow.
    """
    own = server(part)
    spec = pod_spec(part.name, part.grace_seconds, own.user)
    # Large disks would be walked through at every start otherwise.
    spec["securityContext"]["fsGroupChangePolicy"] = "OnRootMismatch"
    spec["containers"] = [_container(part, own, scope)]
    spec["volumes"] = _volumes(part, own, scope.connections[part.name].secret)
    metadata = scope.metadata(part, part.name, "store")
    version = {"app.kubernetes.io/version": str(part.version)}

    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": metadata,
        "spec": {
            "replicas": 1,
            "revisionHistoryLimit": 3,
            "serviceName": part.name,
            "selector": {"matchLabels": scope.selector(part)},
            "template": {
                "metadata": {"labels": {**metadata["labels"], **version}},
                "spec": spec,
            },
        },
    }


def claim(part: Store, scope: Scope) -> dict[str, Any]:
    """
    The disk of a store.
    """
    spec: dict[str, Any] = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": part.disk}},
    }
    if scope.stack.cluster.storage_class:
        spec["storageClassName"] = scope.stack.cluster.storage_class

    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": scope.metadata(part, part.name, "store"),
        "spec": spec,
    }
