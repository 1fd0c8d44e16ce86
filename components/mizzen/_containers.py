"""
Containers that run your own code: variables, probes, limits, rights.
"""

import math
import re

from collections.abc import Iterable, Iterator
from typing import Any

from . import _config
from ._metrics import metrics_ports
from ._scope import Scope
from ._volumes import container_key, mounts, scratch_bytes
from .quantities import binary, parse_bytes
from .spec import (
    CommandHealth,
    Container,
    CronJob,
    GrpcHealth,
    Job,
    Off,
    Port,
    Runnable,
    SecurityContext,
    Service,
    listens_of,
)
from .spec.health import (
    STARTUP_SECONDS,
    asked_path,
    asked_port,
    asked_scheme,
)
from .spec.texts import Placeholder, rewritten


_USUAL = SecurityContext()
# What Kubernetes reads as one dollar sign, or as the value of a variable.
_EXPANDED = re.compile(r"\$\$|\$(?=\([-._a-zA-Z0-9]+\))")


def _literal_word(word: str) -> str:
    if isinstance(word, Placeholder):
        # Its pieces may make a variable together.
        return rewritten(word, lambda text: text.replace("$", "$$"))
    return _EXPANDED.sub(lambda found: 2 * found[0], word)


def literal(words: Iterable[str]) -> list[str]:
    """
    *words* of which a container gets every letter: Kubernetes puts the
    values of variables into commands and arguments.

    >>> literal(["echo $$ $(date) $PATH"])
    ['echo $$$$ $$(date) $PATH']
    """
    return [_literal_word(word) for word in words]


def _profile(said: str | Off) -> dict[str, str]:
    """
    A profile of seccomp or AppArmor.
    """
    if isinstance(said, Off):
        return {"type": "Unconfined"}
    _, _, own = said.partition("localhost/")

    return (
        {"type": "Localhost", "localhostProfile": own}
        if own
        else {"type": said}
    )


def container_security(
    user: int | Off | None,
    writable: tuple[str, ...] = (),
    asked: SecurityContext | None = None,
) -> dict[str, Any]:
    """
    What Pod Security's level ``restricted`` asks of a container unless more
    is *asked*, and a root file system that cannot be written unless all of
    it is *writable*.
    """
    context = asked or _USUAL
    found: dict[str, Any] = {
        "allowPrivilegeEscalation": context.allow_privilege_escalation,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": "/" not in writable,
        "runAsNonRoot": user != 0,
    }
    if isinstance(user, int):
        found |= {"runAsUser": user, "runAsGroup": user}
    found["seccompProfile"] = _profile(context.seccomp_profile)
    if context.app_armor_profile is not None:
        found["appArmorProfile"] = _profile(context.app_armor_profile)
    if context.capabilities:
        found["capabilities"]["add"] = [*context.capabilities]
    if context.privileged:
        found["privileged"] = True

    return found


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


def _handler(health: Any, ports: Iterable[Port]) -> dict[str, Any]:
    """
    How a container that listens on *ports* is asked for *health*.
    """
    if isinstance(health, CommandHealth):
        health = health.command
    if isinstance(health, tuple):
        return {"exec": {"command": list(health)}}
    port: Any = asked_port(health, ports)
    if isinstance(health, GrpcHealth):
        asked: dict[str, Any] = {"port": port.number}
        if health.service is not None:
            asked["service"] = health.service
        return {"grpc": asked}
    http = {"path": asked_path(health), "port": port.name}
    if asked_scheme(port) == "HTTPS":
        http["scheme"] = "HTTPS"
    return {"httpGet": http}


_READINESS = {"periodSeconds": 5, "timeoutSeconds": 3, "failureThreshold": 3}
_LIVENESS = {"periodSeconds": 10, "timeoutSeconds": 3, "failureThreshold": 6}


_STARTUP = {"periodSeconds": 2, "timeoutSeconds": 3}


def _timed(usual: dict[str, int], asked: Any) -> dict[str, int]:
    """
    The times of a probe: the *usual* ones, but for what *asked* says.
    """
    said = {
        "periodSeconds": getattr(asked, "period_seconds", None),
        "timeoutSeconds": getattr(asked, "timeout_seconds", None),
    }
    return {**usual, **{name: each for name, each in said.items() if each}}


def _startup(owner: Any) -> dict[str, int]:
    """
    How often *owner* is asked until its time to start is over.
    """
    times = _timed(_STARTUP, owner.health)
    tries = math.ceil(owner.startup_seconds / times["periodSeconds"])

    return {**times, "failureThreshold": tries}


def _connects(owner: Runnable) -> dict[str, Any]:
    """
    A connection to its first port; nothing where there is none.
    """
    ports = (p.name for p in listens_of(owner) if p.protocol == "TCP")
    port = next(ports, None)
    return {} if port is None else {"tcpSocket": {"port": port}}


def _asked(owner: Runnable, asked: Any) -> dict[str, Any]:
    """
    The handler of a probe; nothing where there is nobody to ask.
    """
    if isinstance(asked, Off):
        return {}
    if asked is None:
        return _connects(owner)
    return _handler(asked, listens_of(owner))


def probes(owner: Any) -> dict[str, Any]:
    """
    Start-up and, of what listens, readiness ask its health, liveness its
    port: an overloaded service must not be restarted for slow answers.
    """
    health, asked = _asked(owner, owner.health), owner.health
    ready = health if listens_of(owner) else {}
    if not isinstance(owner, Container) and owner.ready is not None:
        ready, asked = _asked(owner, owner.ready), owner.ready
    connects = _connects(owner)
    alive = (connects or health) if health else {}
    found = {
        "startupProbe": (health, _startup(owner)),
        "readinessProbe": (ready, _timed(_READINESS, asked)),
        "livenessProbe": (
            alive,
            _timed(_LIVENESS, None if connects else owner.health),
        ),
    }

    return {
        name: {**handler, **times}
        for name, (handler, times) in found.items()
        if handler
    }


def slow_start(owner: Any) -> int:
    """
    By how many seconds *owner* may start more slowly than usual.
    """
    asked = "startupProbe" in probes(owner)
    return max(0, owner.startup_seconds - STARTUP_SECONDS) if asked else 0


def _variables(
    part: Any, owner: Runnable, scope: Scope
) -> Iterator[dict[str, Any]]:
    found = scope.connections.seen_by(part.name)
    if owner is part:
        yield from _config.use_variables(part, found)
    yield from _config.variables(container_key(part, owner), owner, found)


def _command(owner: Runnable) -> dict[str, Any]:
    given = {"command": owner.command, "args": owner.args}
    return {
        name: list(words) for name, words in given.items() if words is not None
    }


def _ports(part: Any, owner: Runnable) -> list[dict[str, Any]]:
    more = metrics_ports(part) if owner is part else ()

    return [
        {
            "name": port.name,
            "containerPort": port.number,
            "protocol": port.protocol,
        }
        for port in (*listens_of(owner), *more)
    ]


def _storage(part: Any, owner: Runnable) -> str:
    """
    Disk of the node; what the pod shares counts for its leading container.
    """
    own = str(owner.ephemeral_storage)
    scratch = scratch_bytes(part) if owner is part else 0

    return binary(parse_bytes(own) + scratch) if scratch else own


def container(part: Any, owner: Any, scope: Scope) -> dict[str, Any]:
    """
    *owner*, a container of *part*: its own, a sidecar that starts before it
    and stops after it, or one that runs to its end before.
    """
    image = scope.images[id(owner.image)]
    container: dict[str, Any] = {
        "name": owner.name,
        "image": image.reference,
        "imagePullPolicy": image.pull_policy,
        **_command(owner),
        "env": list(_variables(part, owner, scope)),
        "ports": _ports(part, owner),
    }
    if isinstance(owner, Service) and owner.pause_seconds:
        pause = {"sleep": {"seconds": owner.pause_seconds}}
        container["lifecycle"] = {"preStop": pause}
    if owner in part.sidecars:
        container["restartPolicy"] = "Always"
    container["resources"] = resources(
        str(owner.memory), str(owner.cpu), _storage(part, owner)
    )
    if not isinstance(owner, (Job, CronJob)) and owner not in part.init:
        container.update(probes(owner))
    container["securityContext"] = container_security(
        owner.user, owner.writable or (), owner.security_context
    )
    container["volumeMounts"] = mounts(part, owner, scope)

    for name in ("env", "ports", "volumeMounts"):
        if not container[name]:
            del container[name]

    return container
