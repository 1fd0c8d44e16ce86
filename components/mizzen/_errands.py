"""
Errands: programs that work on a store as its administrator, in pods of
their own.
"""

from typing import Any

from . import _names
from ._containers import container_security, literal, resources
from ._image_references import store_image
from ._isolation import pods_of, to_name_servers
from ._later import HashedName
from ._pods import pod_spec, run
from ._scope import Scope
from ._server_variables import (
    ACCOUNTS,
    BACKUP,
    secret_variables,
    variables,
)
from ._services import listened_ports
from ._volumes import secret_volume
from .environment import Isolation
from .manifests import to_json
from .spec import Store
from .spec.servers import BACKUPS, ERRAND_FILES, Errand, Server


def metadata(part: Store, scope: Scope, name: str) -> dict[str, Any]:
    """
    Metadata of what belongs to the errands of *part*. Their pods have labels
    of their own, or the store's name would lead to them.
    """
    found = scope.metadata(part, name, "store")
    labels = {**found["labels"], **scope.errand_selector(part)}

    return {**found, "labels": labels}


def content(errand: Errand, purpose: str) -> dict[str, str]:
    """
    What the Secret of *errand* keeps.
    """
    return {**errand.files, **secret_variables(errand.env, purpose)}


def secret(part: Store, purpose: str, errand: Errand) -> str:
    """
    Name of the Secret of the files of *errand*.
    """
    prefix = _names.suffixed(part.name, purpose)

    return HashedName.of(prefix, content(errand, purpose))


def _size(part: Store, disk: str | None) -> tuple[str, str]:
    """
    Memory and processor time of an errand; *disk* is where copies are.
    """
    copies = part.backup if disk else None

    return (copies.memory, copies.cpu) if copies else ("128Mi", "50m")


_FILES = {"name": "files", "mountPath": ERRAND_FILES, "readOnly": True}


def pod_template(  # noqa: PLR0917 - what a pod consists of
    part: Store,
    server: Server,
    scope: Scope,
    errand: Errand,
    secret: str,
    disk: str | None = None,
) -> dict[str, Any]:
    """
    The pod of *errand*, whose files are in *secret*; the claim *disk* is
    mounted where backups are.
    """
    image = store_image(part, server, scope.stack)
    memory, cpu = _size(part, disk)
    spec = pod_spec(part, 30, server.user, scope)
    mounts: list[dict[str, Any]] = [
        {"name": "writable", "mountPath": "/tmp"},  # noqa: S108 - in the pod
    ]
    volumes: list[dict[str, Any]] = [{"name": "writable", "emptyDir": {}}]
    # A Secret of which no key is named would appear as a whole.
    if errand.files:
        mounts.insert(0, _FILES)
        volumes.insert(0, secret_volume("files", secret, errand.files))
    if disk is not None:
        mounts.append({"name": "backup", "mountPath": BACKUPS})
        claim = {"claimName": disk}
        volumes.append({"name": "backup", "persistentVolumeClaim": claim})
    container = {
        "name": "errand",
        "image": image.reference,
        "imagePullPolicy": image.pull_policy,
        "command": literal(errand.command),
        "env": variables(errand.env, BACKUP if disk else ACCOUNTS, secret),
        "resources": resources(memory, cpu, scope.ephemeral_storage),
        "securityContext": container_security(server.user),
        "volumeMounts": mounts,
    }
    spec |= {
        "restartPolicy": "Never",
        "containers": [container],
        "volumes": volumes,
    }

    return {
        "metadata": {"labels": metadata(part, scope, part.name)["labels"]},
        "spec": spec,
    }


def job(
    part: Store,
    scope: Scope,
    purpose: str,
    errand: Errand,
    template: dict[str, Any],
) -> dict[str, Any]:
    """
    One run of *errand*: another one for other files or another pod.
    """
    inputs = {**content(errand, purpose), "": to_json(template)}
    name = HashedName.of(_names.suffixed(part.name, purpose), inputs)

    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": metadata(part, scope, name),
        "spec": run(template, retries=6, deadline_seconds=600),
    }


def network_policy(part: Store, scope: Scope) -> dict[str, Any]:
    """
    Errands reach their store, and nobody reaches them.
    """
    spec: dict[str, Any] = {
        "podSelector": {"matchLabels": scope.errand_selector(part)},
        "policyTypes": ["Ingress"],
        "ingress": [],
    }
    if scope.environment.isolation is Isolation.FULL:
        spec["policyTypes"] = ["Ingress", "Egress"]
        spec["egress"] = [
            to_name_servers(scope.stack.cluster),
            {"to": [pods_of(part, scope)], "ports": listened_ports(part)},
        ]

    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata(part, scope, _names.errands(part.name)),
        "spec": spec,
    }
