"""
Deployments, Jobs and autoscalers: what runs your own code.
"""

import functools

from collections.abc import Mapping
from typing import Any

import attrs

from . import _config, _names
from .environment import EDITION_DEFAULTS, Environment
from .graph import Graph
from .spec import OFF, App, Autoscale, Job, Off, Part, Service, Use
from .stack import Stack


# Endpoints are removed while the pod is told to stop; so long it goes on.
PAUSE_SECONDS = 5


@attrs.frozen(kw_only=True, eq=False)
class ImageReference:
    """
    The image of a container.

    Attributes:
        reference: What the container runs.

        version: Value of the version label.

        pull_policy: As in Kubernetes.
    """

    reference: str
    version: str
    pull_policy: str


@attrs.frozen(kw_only=True, eq=False)
class Scope:
    """
    All that the objects of one part depend on beside the part itself.
    """

    app: App
    environment: Environment
    stack: Stack
    graph: Graph
    namespace: str
    instance: str
    images: Mapping[int, ImageReference]
    connections: Mapping[str, _config.Connection]

    def metadata(
        self, part: Part, name: str, component: str | None = None
    ) -> dict[str, Any]:
        """
        Metadata of an object that belongs to *part*.
        """
        return {
            "name": name,
            "namespace": self.namespace,
            "labels": _names.labels(
                part.name,
                self.instance,
                self.app.name,
                component or type(part).__name__.lower(),
            ),
        }

    def selector(self, part: Part) -> dict[str, str]:
        """
        Labels that find the pods of *part*.
        """
        return _names.selector(part.name, self.instance)

    @functools.cached_property
    def ephemeral_storage(self) -> str:
        """
        Disk for logs and writable folders of a container.
        """
        edition = EDITION_DEFAULTS[self.app.edition]
        defaults = self.environment.defaults.over(edition)
        return str(defaults.ephemeral_storage)


def container_security(user: int | Off | None) -> dict[str, Any]:
    """
    What Pod Security's level ``restricted`` asks of a container, and a root
    file system that cannot be written.
    """
    identity = (
        {}
        if user is None or isinstance(user, Off)
        else {"runAsUser": user, "runAsGroup": user}
    )
    return {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
        **identity,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def resources(memory: str, cpu: str, ephemeral_storage: str) -> dict[str, Any]:
    """
    Requests and limits; processor time has no limit, which would only slow
    things down while nobody else needs it.
    """
    return {
        "requests": {
            "cpu": cpu,
            "memory": memory,
            "ephemeral-storage": ephemeral_storage,
        },
        "limits": {"memory": memory, "ephemeral-storage": ephemeral_storage},
    }


def _handler(health: Any, port: str | None) -> dict[str, Any]:
    if isinstance(health, str):
        return {"httpGet": {"path": health, "port": port}}
    if isinstance(health, tuple):
        return {"exec": {"command": list(health)}}
    return {"tcpSocket": {"port": port}}


_READINESS = {"periodSeconds": 5, "timeoutSeconds": 3, "failureThreshold": 3}
_LIVENESS = {"periodSeconds": 10, "timeoutSeconds": 3, "failureThreshold": 6}
_STARTUP = {"periodSeconds": 2, "timeoutSeconds": 3, "failureThreshold": 60}


def _tcp_port(part: Any) -> str | None:
    ports = part.listens if isinstance(part, Service) else ()
    return next((p.name for p in ports if p.protocol == "TCP"), None)


def probes(part: Any) -> dict[str, Any]:
    """
    Readiness and start-up ask the part's health, liveness its port: an
    overloaded service must not be restarted for slow answers.
    """
    port = _tcp_port(part)
    if part.health is OFF or (part.health is None and port is None):
        return {}
    health = _handler(part.health, port)
    alive = health if port is None else _handler(None, port)
    found = {"startupProbe": {**health, **_STARTUP}}
    if isinstance(part, Service):
        found["readinessProbe"] = {**health, **_READINESS}
    found["livenessProbe"] = {**alive, **_LIVENESS}

    return found


def _file_volumes(part: Any) -> tuple[list[Any], list[Any]]:
    volumes: list[Any] = []
    mounts: list[Any] = []
    for files in _config.file_sets(part):
        volume = files.kind.lower()
        source = (
            {"configMap": {"name": files.name}}
            if files.kind == "ConfigMap"
            else {"secret": {"secretName": files.name, "defaultMode": 0o440}}
        )
        volumes.append({"name": volume, **source})
        for path, key in files.paths.items():
            mounts.append(
                {
                    "name": volume,
                    "mountPath": path,
                    "subPath": key,
                    "readOnly": True,
                }
            )
    return volumes, mounts


def _use_volume(
    use: Use, scope: Scope
) -> tuple[dict[str, Any], dict[str, Any]]:
    name = f"use-{use.part.name}"
    fields = use.part.connection_fields
    secret = {
        "secretName": scope.connections[use.part.name].secret,
        "defaultMode": 0o440,
        "items": [{"key": field, "path": field} for field in fields],
    }
    mount = {"name": name, "mountPath": use.files, "readOnly": True}

    return {"name": name, "secret": secret}, mount


def _volumes(part: Any, scope: Scope) -> tuple[list[Any], list[Any]]:
    volumes, mounts = _file_volumes(part)
    for use in part.uses:
        if use.files is not None:
            volume, mount = _use_volume(use, scope)
            volumes.append(volume)
            mounts.append(mount)
    for number, path in enumerate(part.writable):
        name = f"writable-{number}" if number else "writable"
        volumes.append({"name": name, "emptyDir": {}})
        mounts.append({"name": name, "mountPath": path})

    return volumes, mounts


def _container(
    part: Any, scope: Scope, mounts: list[dict[str, Any]]
) -> dict[str, Any]:
    image = scope.images[id(part.image)]
    given = resources(part.memory, part.cpu, scope.ephemeral_storage)
    container: dict[str, Any] = {
        "name": part.name,
        "image": image.reference,
        "imagePullPolicy": image.pull_policy,
    }
    if part.command is not None:
        container["command"] = list(part.command)
    if part.args is not None:
        container["args"] = list(part.args)
    environment = _config.variables(part, scope.connections)
    if environment:
        container["env"] = environment
    if isinstance(part, Service):
        container["ports"] = [
            {
                "name": port.name,
                "containerPort": port.number,
                "protocol": port.protocol,
            }
            for port in part.listens
        ]
        pause = {"sleep": {"seconds": PAUSE_SECONDS}}
        container["lifecycle"] = {"preStop": pause}
    container["resources"] = given
    if not isinstance(part, Job):
        container.update(probes(part))
    container["securityContext"] = container_security(part.user)
    if mounts:
        container["volumeMounts"] = mounts

    return container


def _spread(part: Any, scope: Scope) -> dict[str, Any]:
    """
    Replicas prefer different hosts and zones, and settle for less.
    """
    labels = {"matchLabels": scope.selector(part)}
    term = {"labelSelector": labels, "topologyKey": "kubernetes.io/hostname"}
    preferred = [{"weight": 100, "podAffinityTerm": term}]

    return {
        "affinity": {
            "podAntiAffinity": {
                "preferredDuringSchedulingIgnoredDuringExecution": preferred
            }
        },
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": "topology.kubernetes.io/zone",
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": labels,
            }
        ],
    }


def pod_spec(
    name: str, grace_seconds: int, group: int | Off | None
) -> dict[str, Any]:
    """
    What all pods have in common: an account of their own without a token,
    no variables from other Services, files readable by their group.
    """
    security: dict[str, Any] = {
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    if isinstance(group, int):
        security["fsGroup"] = group
    return {
        "serviceAccountName": name,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": grace_seconds,
        "securityContext": security,
    }


def pod_template(part: Any, scope: Scope) -> dict[str, Any]:
    """
    The pods of *part*.
    """
    volumes, mounts = _volumes(part, scope)
    grace_seconds = part.grace_seconds
    if isinstance(part, Service):
        grace_seconds += PAUSE_SECONDS
    spec = pod_spec(part.name, grace_seconds, part.user)
    if not isinstance(part, Job) and wants_several(part):
        spec.update(_spread(part, scope))
    spec["containers"] = [_container(part, scope, mounts)]
    if volumes:
        spec["volumes"] = volumes
    labels = {
        **scope.metadata(part, part.name)["labels"],
        "app.kubernetes.io/version": scope.images[id(part.image)].version,
    }

    return {"metadata": {"labels": labels}, "spec": spec}


def wants_several(part: Any) -> bool:
    """
    Whether there are at least two replicas at all times.
    """
    if isinstance(part.scale, Autoscale):
        return part.scale.minimum > 1
    return bool(part.replicas > 1)


def deployment(part: Any, scope: Scope) -> dict[str, Any]:
    """
    Replicas of a Service or Worker, exchanged without a gap.
    """
    spec: dict[str, Any] = {}
    if not isinstance(part.scale, Autoscale):
        spec["replicas"] = part.replicas
    spec["revisionHistoryLimit"] = 3
    spec["selector"] = {"matchLabels": scope.selector(part)}
    spec["strategy"] = {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0},
    }
    spec["template"] = pod_template(part, scope)

    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": scope.metadata(part, part.name),
        "spec": spec,
    }


def job(part: Job, scope: Scope) -> dict[str, Any]:
    """
    One run; its name is a hash of its pod, so that a new version is a new
    run and the old one stays readable until then.
    """
    template = pod_template(part, scope)
    template["spec"]["restartPolicy"] = "Never"
    name = f"{part.name}-{_names.digest(template)}"

    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": scope.metadata(part, name),
        "spec": {
            "activeDeadlineSeconds": part.deadline_seconds,
            "backoffLimit": part.retries,
            "template": template,
        },
    }


def autoscaler(part: Any, scope: Scope) -> dict[str, Any]:
    """
    The owner of the number of replicas.
    """
    targets = {"cpu": part.scale.cpu, "memory": part.scale.memory}
    metrics = [
        {
            "type": "Resource",
            "resource": {
                "name": name,
                "target": {"type": "Utilization", "averageUtilization": goal},
            },
        }
        for name, goal in targets.items()
        if goal is not None
    ]
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": scope.metadata(part, part.name),
        "spec": {
            "scaleTargetRef": {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "name": part.name,
            },
            "minReplicas": part.scale.minimum,
            "maxReplicas": part.scale.maximum,
            "metrics": metrics,
        },
    }


def disruption_budget(part: Any, scope: Scope) -> dict[str, Any]:
    """
    One replica may go at a time, so that no drain is blocked.
    """
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": scope.metadata(part, part.name),
        "spec": {
            "maxUnavailable": 1,
            "selector": {"matchLabels": scope.selector(part)},
        },
    }


def service_account(part: Part, scope: Scope) -> dict[str, Any]:
    """
    An identity of the part's own, without a token.
    """
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": scope.metadata(part, part.name),
        "automountServiceAccountToken": False,
    }
