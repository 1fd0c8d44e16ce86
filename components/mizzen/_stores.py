"""
Stores: one pod, one disk, their Secrets and accounts.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from . import _backups, _errands
from ._claims import claim, store_claim
from ._containers import container_security, literal, resources
from ._image_references import store_image
from ._names import VERSION
from ._pods import pod_metadata, pod_spec
from ._scope import Scope
from ._server_variables import ACCOUNTS, SERVER, variables
from ._services import headless_service
from ._store_secrets import server_secret, store_secrets
from ._volumes import secret_volume
from .spec import Off, Store
from .spec.servers import Server
from .spec.store_answers import server_of, setup_of


_PROBE = {"periodSeconds": 5, "timeoutSeconds": 5, "failureThreshold": 6}
# A store that listens and replays its log has started, and gets ready.
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
    disk = {"claimName": store_claim(part)}
    volumes: list[dict[str, Any]] = [
        {"name": "data", "persistentVolumeClaim": disk}
    ]
    if server.files:
        volumes.append(secret_volume("credentials", secret, server.files))
    for number, _ in enumerate(server.writable):
        volumes.append({"name": f"writable-{number}", "emptyDir": {}})

    return volumes


def _probes(part: Store, server: Server) -> dict[str, Any]:
    """
    Nobody can connect to UDP: a store that listens to nothing else is ready
    or not, and never started anew.
    """
    ready = {"exec": {"command": list(server.ready)}, **_PROBE}
    streams = [port.name for port in part.listens if port.protocol == "TCP"]
    if not streams:
        return {"readinessProbe": ready}
    socket = {"tcpSocket": {"port": streams[0]}}

    return {
        "startupProbe": {**socket, **_STARTUP},
        "readinessProbe": ready,
        "livenessProbe": {**socket, **_PROBE},
    }


def _container(
    part: Store, server: Server, scope: Scope, secret: str
) -> dict[str, Any]:
    image = store_image(part, server, scope.stack)
    container: dict[str, Any] = {
        "name": part.name,
        "image": image.reference,
        "imagePullPolicy": image.pull_policy,
    }
    if server.args:
        container["args"] = literal(server.args)
    if server.env:
        container["env"] = variables(server.env, SERVER, secret)
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
    own = server_of(part, scope.connections.access[part.name])
    spec = pod_spec(part, part.grace_seconds, own.user, scope)
    # Large disks would be walked through at every start otherwise.
    spec["securityContext"]["fsGroupChangePolicy"] = "OnRootMismatch"
    secret = server_secret(part, scope).name
    spec["containers"] = [_container(part, own, scope, secret)]
    spec["volumes"] = _volumes(part, own, secret)
    metadata = scope.metadata(part, part.name, "store")
    version = {VERSION: str(part.version)}
    pods = pod_metadata(part, {**metadata["labels"], **version}, {})

    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": metadata,
        "spec": {
            "replicas": 1,
            # In order, a pod that never gets ready would be kept for ever.
            "podManagementPolicy": "Parallel",
            "revisionHistoryLimit": 3,
            "serviceName": part.name,
            "selector": {"matchLabels": scope.selector(part)},
            "template": {"metadata": pods, "spec": spec},
        },
    }


def _secret(
    metadata: dict[str, Any], content: Mapping[str, str], *, fixed: bool
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata,
    }
    if fixed:
        body["immutable"] = True
    return {**body, "stringData": dict(content)}


def secrets(part: Store, scope: Scope) -> Iterator[tuple[str, dict[str, Any]]]:
    """
    The Secrets of a store, each with its role.
    """
    for role, kept in store_secrets(part, scope):
        metadata = scope.metadata(part, kept.name, "store")
        yield role, _secret(metadata, kept.content, fixed=kept.fixed)


def _setup(part: Store, scope: Scope) -> Iterator[tuple[str, dict[str, Any]]]:
    access = scope.connections.access[part.name]
    errand = setup_of(part, access)
    name = _errands.secret(part, ACCOUNTS, errand)
    metadata = _errands.metadata(part, scope, name)
    yield (
        "accounts-files",
        _secret(metadata, _errands.content(errand, ACCOUNTS), fixed=True),
    )
    template = _errands.pod_template(
        part, server_of(part, access), scope, errand, name
    )
    job = _errands.job(part, scope, ACCOUNTS, errand, template)
    yield "accounts", job


def objects(
    part: Store, scope: Scope
) -> Iterator[tuple[str | None, dict[str, Any]]]:
    """
    What runs a store, each object with its role if it is not named after
    its kind.
    """
    metadata = scope.metadata(part, store_claim(part), "store")
    yield "disk", claim(metadata, part.disk, scope, part.storage_class)
    yield None, headless_service(part, scope)
    yield None, stateful_set(part, scope)
    isolated = not isinstance(scope.environment.isolation, Off)
    if part.administered and isolated:
        yield "administrator-policy", _errands.network_policy(part, scope)
    if part.has_accounts:
        yield from _setup(part, scope)
    yield from _backups.objects(part, scope)
