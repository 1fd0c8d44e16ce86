"""
Stores: one pod, one disk, one Secret.
"""

from typing import Any

import attrs

from ._containers import container_security, resources
from ._image_references import pull_policy
from ._pods import pod_spec
from ._scope import Scope
from .quantities import parse_bytes
from .spec import Postgres, Redis


# User and group of the official images of PostgreSQL and Redis.
_OFFICIAL_USER = 999

_PROBE = {"periodSeconds": 5, "timeoutSeconds": 5, "failureThreshold": 6}
# Recovery after a crash replays the log, which takes as long as it takes.
_STARTUP = {"periodSeconds": 2, "timeoutSeconds": 5, "failureThreshold": 300}


@attrs.frozen
class _Engine:
    """
    What differs between the servers that keep data.
    """

    port_name: str
    port: int
    image: str
    memory: str
    data_path: str
    writable: tuple[str, ...]
    args: tuple[str, ...]
    environment: tuple[dict[str, Any], ...]
    ready: tuple[str, ...]
    secret_path: str
    secret_keys: tuple[str, ...]


def _postgres(part: Postgres, scope: Scope) -> _Engine:
    settings = scope.connections[part.name].settings
    user, database = settings["user"], settings["database"]
    secret_path = "/run/secrets/postgres"  # noqa: S105 - a path
    variables = {
        "POSTGRES_USER": user,
        "POSTGRES_DB": database,
        "POSTGRES_PASSWORD_FILE": f"{secret_path}/password",
        "PGDATA": f"/var/lib/postgresql/{part.version}/docker",
    }

    return _Engine(
        port_name="postgres",
        port=5432,
        image=f"postgres:{part.version}",
        memory="256Mi",
        data_path="/var/lib/postgresql",
        writable=("/var/run/postgresql", "/tmp"),  # noqa: S108 - in the pod
        args=(),
        environment=tuple(
            {"name": name, "value": value} for name, value in variables.items()
        ),
        ready=("pg_isready", "-h", "127.0.0.1", "-U", user, "-d", database),
        secret_path=secret_path,
        secret_keys=("password",),
    )


def _redis(part: Redis, scope: Scope) -> _Engine:
    memory = part.memory or "128Mi"
    secret_path = "/run/secrets/redis"  # noqa: S105 - a path
    ping = (
        f'export REDISCLI_AUTH="$(cat {secret_path}/password)"; '
        'test "$(redis-cli ping)" = PONG'
    )
    # Its own bookkeeping and the copy while it rewrites need the rest.
    data_bytes = parse_bytes(memory) * 3 // 4

    return _Engine(
        port_name="redis",
        port=6379,
        image=f"redis:{part.version}",
        memory=memory,
        data_path="/data",
        writable=("/tmp",),  # noqa: S108 - in the pod
        args=(
            "redis-server",
            f"{secret_path}/redis.conf",
            "--dir",
            "/data",
            "--appendonly",
            "yes",
            "--maxmemory",
            str(data_bytes),
            "--maxmemory-policy",
            "noeviction",
        ),
        environment=(),
        ready=("sh", "-c", ping),
        secret_path=secret_path,
        secret_keys=("redis.conf", "password"),
    )


def _engine(part: Postgres | Redis, scope: Scope) -> _Engine:
    if isinstance(part, Postgres):
        return _postgres(part, scope)
    return _redis(part, scope)


def _container(
    part: Postgres | Redis, engine: _Engine, scope: Scope
) -> dict[str, Any]:
    image = part.image.reference if part.image else engine.image
    container: dict[str, Any] = {
        "name": part.name,
        "image": image,
        "imagePullPolicy": pull_policy(image),
    }
    if engine.args:
        container["args"] = list(engine.args)
    if engine.environment:
        container["env"] = list(engine.environment)
    socket = {"tcpSocket": {"port": engine.port_name}}
    ready = {"exec": {"command": list(engine.ready)}}
    mounts = [
        {"name": "data", "mountPath": engine.data_path},
        {
            "name": "credentials",
            "mountPath": engine.secret_path,
            "readOnly": True,
        },
    ]
    for number, path in enumerate(engine.writable):
        mounts.append({"name": f"writable-{number}", "mountPath": path})

    return {
        **container,
        "ports": [
            {
                "name": engine.port_name,
                "containerPort": engine.port,
                "protocol": "TCP",
            }
        ],
        "resources": resources(
            part.memory or engine.memory,
            part.cpu or "50m",
            scope.ephemeral_storage,
        ),
        "startupProbe": {**ready, **_STARTUP},
        "readinessProbe": {**ready, **_PROBE},
        "livenessProbe": {**socket, **_PROBE},
        "securityContext": container_security(_OFFICIAL_USER),
        "volumeMounts": mounts,
    }


def stateful_set(part: Postgres | Redis, scope: Scope) -> dict[str, Any]:
    """
    The one pod of a store. Its disk is a claim of its own, because claim
    templates cannot grow.
    """
    engine = _engine(part, scope)
    spec = pod_spec(part.name, part.grace_seconds, _OFFICIAL_USER)
    # Large disks would be walked through at every start otherwise.
    spec["securityContext"]["fsGroupChangePolicy"] = "OnRootMismatch"
    spec["containers"] = [_container(part, engine, scope)]
    secret = {
        "secretName": scope.connections[part.name].secret,
        "defaultMode": 0o440,
        "items": [{"key": key, "path": key} for key in engine.secret_keys],
    }
    claim = {"claimName": part.name}
    spec["volumes"] = [
        {"name": "data", "persistentVolumeClaim": claim},
        {"name": "credentials", "secret": secret},
        *(
            {"name": f"writable-{number}", "emptyDir": {}}
            for number, _ in enumerate(engine.writable)
        ),
    ]
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


def claim(part: Postgres | Redis, scope: Scope) -> dict[str, Any]:
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
