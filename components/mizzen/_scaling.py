"""
How many replicas there are, and how many may go at a time.
"""

from collections.abc import Iterator
from typing import Any

from ._connections import CERTIFICATE
from ._scope import Scope
from .spec import (
    Autoscale,
    Behaviour,
    ExternalMetric,
    ObjectMetric,
    Off,
    PodMetric,
    Postgres,
    Queue,
    ScalingRules,
    Store,
    Tls,
)


def wants_several(part: Any) -> bool:
    """
    Whether there may be at least two replicas.
    """
    if isinstance(part.scale, Autoscale):
        return part.scale.maximum > 1
    return bool(part.replicas > 1)


def autoscaler(part: Any, scope: Scope) -> Iterator[dict[str, Any]]:
    """
    The owner of the number of replicas, after what it needs: KEDA's where
    a queue is counted, and Kubernetes' own elsewhere.
    """
    if part.scale.queue is None:
        yield _kubernetes_autoscaler(part, scope)
        return
    if isinstance(part.scale.queue, Queue):
        yield _trigger_authentication(part, scope)
    yield _scaled_object(part, scope)


def _target(part: Any) -> dict[str, Any]:
    return {"apiVersion": "apps/v1", "kind": "Deployment", "name": part.name}


def _shares(scale: Autoscale) -> Iterator[tuple[str, int]]:
    """
    Goals in per cent of what is requested.
    """
    for name, goal in (("cpu", scale.cpu), ("memory", scale.memory)):
        if goal is not None:
            yield name, goal


def _metrics(scale: Autoscale) -> Iterator[dict[str, Any]]:
    for name, goal in _shares(scale):
        target: dict[str, Any] = {
            "type": "Utilization",
            "averageUtilization": goal,
        }
        yield {
            "type": "Resource",
            "resource": {"name": name, "target": target},
        }
    metric = scale.metric
    if metric is None:
        return
    asked: dict[str, Any] = {"name": metric.name}
    if metric.selector:
        asked["selector"] = {"matchLabels": dict(metric.selector)}
    body = {
        "metric": asked,
        "target": {"type": "AverageValue", "averageValue": metric.average},
    }
    if isinstance(metric, ObjectMetric):
        body["describedObject"] = {
            "apiVersion": metric.api_version,
            "kind": metric.kind,
            "name": metric.object,
        }
    kind = _METRIC_TYPES[type(metric)]
    yield {"type": kind, kind.lower(): body}


_METRIC_TYPES: dict[type, str] = {
    PodMetric: "Pods",
    ExternalMetric: "External",
    ObjectMetric: "Object",
}


def _rules(rules: ScalingRules | Off) -> dict[str, Any]:
    if isinstance(rules, Off):
        return {"selectPolicy": "Disabled"}
    found: dict[str, Any] = {}
    if rules.stabilisation_seconds is not None:
        found["stabilizationWindowSeconds"] = rules.stabilisation_seconds
    policies = [
        {"type": kind, "value": value, "periodSeconds": rules.period_seconds}
        for kind, value in (("Pods", rules.pods), ("Percent", rules.percent))
        if value is not None
    ]
    if policies:
        found["policies"] = policies

    return found


def _behaviour(behaviour: Behaviour) -> dict[str, Any]:
    return {
        direction: _rules(rules)
        for direction, rules in (
            ("scaleUp", behaviour.up),
            ("scaleDown", behaviour.down),
        )
        if rules is not None
    }


def _kubernetes_autoscaler(part: Any, scope: Scope) -> dict[str, Any]:
    spec = {
        "scaleTargetRef": _target(part),
        "minReplicas": part.scale.minimum,
        "maxReplicas": part.scale.maximum,
        "metrics": list(_metrics(part.scale)),
    }
    if part.scale.behaviour is not None:
        spec["behavior"] = _behaviour(part.scale.behaviour)

    return scope.body(part, "autoscaling/v2", "HorizontalPodAutoscaler", spec)


def _tls(store: Store, scope: Scope) -> Tls | None:
    """
    How *store* proves who it is, where the way to it is encrypted.
    """
    at = scope.external.get(store.name)
    return None if at is None or isinstance(at.tls, Off) else at.tls


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
        **({"enableTLS": "true"} if tls else {}),
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


def _triggers(part: Any, scope: Scope) -> Iterator[dict[str, Any]]:
    for name, goal in _shares(part.scale):
        yield {
            "type": name,
            "metricType": "Utilization",
            "metadata": {"value": str(goal)},
        }
    queue = part.scale.queue
    if isinstance(queue, Queue):
        yield {
            **_counted(queue, scope),
            "authenticationRef": {"name": part.name},
        }
        return
    trigger = {"type": queue.type, "metadata": dict(queue.metadata)}
    if queue.authentication is not None:
        trigger["authenticationRef"] = {"name": queue.authentication}
    yield trigger


def _scaled_object(part: Any, scope: Scope) -> dict[str, Any]:
    spec = {
        "scaleTargetRef": _target(part),
        "minReplicaCount": part.scale.minimum,
        "maxReplicaCount": part.scale.maximum,
        "triggers": list(_triggers(part, scope)),
    }
    if part.scale.behaviour is not None:
        behaviour = {"behavior": _behaviour(part.scale.behaviour)}
        spec["advanced"] = {"horizontalPodAutoscalerConfig": behaviour}

    return scope.body(part, "keda.sh/v1alpha1", "ScaledObject", spec)


def _trigger_authentication(part: Any, scope: Scope) -> dict[str, Any]:
    """
    How KEDA signs in where it counts.
    """
    store = part.scale.queue.part
    connection = scope.connections.of(store.name, part.name)
    user = "userName" if isinstance(store, Postgres) else "username"
    references = []
    for parameter, field in ((user, "user"), ("password", "password")):
        name, key = connection.reference(field)
        references.append({"parameter": parameter, "name": name, "key": key})
    tls = _tls(store, scope)
    if tls is not None and tls.ca is not None and user == "username":
        authority = {"name": connection.secret, "key": CERTIFICATE}
        references.append({"parameter": "ca", **authority})

    return scope.body(
        part,
        "keda.sh/v1alpha1",
        "TriggerAuthentication",
        {"secretTargetRef": references},
    )


def disruption_budget(part: Any, scope: Scope) -> dict[str, Any]:
    """
    One replica may go at a time, so that no drain is blocked, also not by
    replicas that never get ready.
    """
    return scope.body(
        part,
        "policy/v1",
        "PodDisruptionBudget",
        {
            "maxUnavailable": 1,
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
            "selector": {"matchLabels": scope.selector(part)},
        },
    )
