"""
Replicas that KEDA decides on: what it counts, and how it signs in there.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from ._connections import CERTIFICATE
from ._scope import Scope
from .spec import (
    Autoscale,
    Off,
    Part,
    Postgres,
    Queue,
    Store,
    Tls,
    Trigger,
    title,
)


def _tls(store: Store, scope: Scope) -> Tls | None:
    """
    How *store* proves who it is, where the way to it is encrypted.
    """
    at = scope.external.get(store.name)
    return None if at is None or isinstance(at.tls, Off) else at.tls


def _redis_tls(tls: Tls | None) -> dict[str, str]:
    """
    KEDA looks at every certificate unless it is told not to.
    """
    if tls is None:
        return {}
    alone = tls.mode == "require" and tls.ca is None
    return {"enableTLS": "true", **({"unsafeSsl": "true"} if alone else {})}


def _counted(queue: Queue, scope: Scope) -> dict[str, Any]:
    """
    The trigger of a queue; KEDA asks from another namespace.
    """
    settings = scope.connections.parts[queue.part.name].settings
    host = settings["host"]
    if queue.part.name not in scope.external:
        host = f"{host}.{scope.namespace}.svc"
    tls = _tls(queue.part, scope)
    if isinstance(queue.part, Postgres):
        return {
            "type": "postgresql",
            "metadata": {
                "host": host,
                "port": settings["port"],
                "dbName": settings["database"],
                "sslmode": tls.mode if tls else "disable",
                "query": queue.query,
                "targetQueryValue": str(queue.per_replica),
            },
        }
    metadata = {
        "address": host + ":" + settings["port"],
        "databaseIndex": settings["database"],
        **_redis_tls(tls),
    }
    if queue.list is not None:
        metadata["listName"] = queue.list
        metadata["listLength"] = str(queue.per_replica)
        return {"type": "redis", "metadata": metadata}
    metadata["stream"] = str(queue.stream)
    if queue.group is None:
        metadata["streamLength"] = str(queue.per_replica)
    else:
        metadata["consumerGroup"] = queue.group
        metadata["lagCount"] = str(queue.per_replica)

    return {"type": "redis-streams", "metadata": metadata}


def _authentication(part: Any, store: Store) -> str:
    """
    Name of what says how KEDA signs in; no part has a dot in its own.
    """
    return f"{part.name}.{store.name}"


def _asked(part: Any, queue: Queue | Trigger, scope: Scope) -> dict[str, Any]:
    """
    The trigger of *queue*, with what it signs in by.
    """
    if isinstance(queue, Queue):
        name = _authentication(part, queue.part)
        return {**_counted(queue, scope), "authenticationRef": {"name": name}}
    trigger = {"type": queue.type, "metadata": dict(queue.metadata)}
    if queue.authentication is not None:
        trigger["authenticationRef"] = {"name": queue.authentication}
    if queue.cluster_authentication is not None:
        trigger["authenticationRef"] = {
            "name": queue.cluster_authentication,
            "kind": "ClusterTriggerAuthentication",
        }
    return trigger


def _triggers(part: Any, scope: Scope) -> Iterator[dict[str, Any]]:
    own = {"containerName": part.name} if part.sidecars else {}
    for name, goal in part.scale.shares:
        yield {
            "type": name,
            "metricType": "Utilization",
            "metadata": {"value": str(goal), **own},
        }
    for queue in part.scale.queue:
        yield _asked(part, queue, scope)


def scaled_object(
    part: Any, behaviour: dict[str, Any], scope: Scope
) -> dict[str, Any]:
    """
    What has KEDA scale *part*, as fast as *behaviour* says.
    """
    scale = part.scale
    times = {
        "pollingInterval": scale.poll_seconds,
        "cooldownPeriod": scale.cooldown_seconds,
    }
    spec = {
        "scaleTargetRef": {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "name": part.name,
        },
        "minReplicaCount": scale.minimum,
        "maxReplicaCount": scale.maximum,
        **{key: time for key, time in times.items() if time is not None},
        "triggers": list(_triggers(part, scope)),
    }
    if scale.behaviour is not None:
        own = {"behavior": behaviour}
        spec["advanced"] = {"horizontalPodAutoscalerConfig": own}

    return scope.body(part, "keda.sh/v1alpha1", "ScaledObject", spec)


def _references(part: Any, store: Store, scope: Scope) -> Iterator[Any]:
    """
    Where KEDA finds what it signs in with.
    """
    connection = scope.connections.of(store.name, part.name)
    postgres = isinstance(store, Postgres)
    user = "userName" if postgres else "username"
    for parameter, field in ((user, "user"), ("password", "password")):
        name, key = connection.reference(field)
        yield {"parameter": parameter, "name": name, "key": key}
    tls = _tls(store, scope)
    if tls is not None and tls.ca is not None and not postgres:
        yield {
            "parameter": "ca",
            "name": connection.secret,
            "key": CERTIFICATE,
        }


def authentications(
    part: Any, scope: Scope
) -> Iterator[tuple[str, dict[str, Any]]]:
    """
    How KEDA signs in to each store that it counts in, by its name.
    """
    stores = {
        queue.part.name: queue.part
        for queue in part.scale.queue
        if isinstance(queue, Queue)
    }
    for name, store in stores.items():
        references = list(_references(part, store, scope))
        yield (
            name,
            {
                "apiVersion": "keda.sh/v1alpha1",
                "kind": "TriggerAuthentication",
                "metadata": scope.metadata(part, _authentication(part, store)),
                "spec": {"secretTargetRef": references},
            },
        )


def uncountable(parts: Iterable[Part]) -> Iterator[str]:
    """
    Every sentence about databases that KEDA does not believe: it knows
    well-known authorities alone there.
    """
    places = {part.name: part.at for part in parts if isinstance(part, Store)}
    for part in parts:
        scale = getattr(part, "scale", None)
        for queue in scale.queue if isinstance(scale, Autoscale) else ():
            if not isinstance(queue, Queue):
                continue
            at = places.get(queue.part.name)
            tls = at.tls if at else None
            if (
                isinstance(queue.part, Postgres)
                and isinstance(tls, Tls)
                and tls.ca is not None
                and tls.mode != "require"
            ):
                yield (
                    f"{title(part)}: scale counts in {title(queue.part)}, "
                    "whose certificate is of an authority of its own, but "
                    "KEDA can be told of none for PostgreSQL. Have it "
                    "encrypt alone, by Tls(mode='require', ca=…), or count "
                    "by a Trigger."
                )
