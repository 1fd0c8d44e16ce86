"""
Containers that run your own code: variables, probes, limits, rights.
"""

from typing import Any

from . import _config
from ._scope import Scope
from .spec import CronJob, Job, Off, Service


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


def _asked(asked: Any, port: str | None) -> dict[str, Any]:
    """
    The handler of a probe; nothing where there is nobody to ask.
    """
    if isinstance(asked, Off) or (asked is None and port is None):
        return {}
    return _handler(asked, port)


def probes(part: Any) -> dict[str, Any]:
    """
    Start-up and, of a service, readiness ask its health, liveness its port:
    an overloaded service must not be restarted for slow answers.
    """
    port = _tcp_port(part)
    health = _asked(part.health, port)
    ready = health if isinstance(part, Service) else {}
    if part.ready is not None:
        ready = _asked(part.ready, port)
    alive = _handler(None, port) if health and port else health
    found = {
        "startupProbe": (health, _STARTUP),
        "readinessProbe": (ready, _READINESS),
        "livenessProbe": (alive, _LIVENESS),
    }

    return {
        name: {**handler, **times}
        for name, (handler, times) in found.items()
        if handler
    }


def container(
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
    found = scope.connections.seen_by(part.name)
    environment = [
        *_config.use_variables(part, found),
        *_config.variables(part.name, part, found),
    ]
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
        if part.pause_seconds:
            pause = {"sleep": {"seconds": part.pause_seconds}}
            container["lifecycle"] = {"preStop": pause}
    container["resources"] = given
    if not isinstance(part, (Job, CronJob)):
        container.update(probes(part))
    container["securityContext"] = container_security(part.user)
    if mounts:
        container["volumeMounts"] = mounts

    return container
