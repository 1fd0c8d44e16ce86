"""
How many replicas there are, and how many may go at a time.
"""

from collections.abc import Iterator
from typing import Any

from . import _keda
from ._scope import Scope
from .spec import (
    Autoscale,
    Behaviour,
    ExternalMetric,
    ObjectMetric,
    Off,
    PodMetric,
    ScalingRules,
)


# KEDA refuses to take over what another autoscaler cares for, but an
# exchange of the two makes one before the other goes.
_EXCHANGEABLE = {"validations.keda.sh/hpa-ownership": "false"}


def wants_several(part: Any) -> bool:
    """
    Whether there may be at least two replicas.
    """
    if isinstance(part.scale, Autoscale):
        return part.scale.maximum > 1
    return bool(part.replicas > 1)


def autoscaler(
    part: Any, scope: Scope
) -> Iterator[tuple[str, dict[str, Any]]]:
    """
    The owner of the number of replicas, after what it needs, each object
    with its role: KEDA's where a queue is counted, and Kubernetes' own
    elsewhere.
    """
    behaviour = _behaviour(part.scale.behaviour)
    if not part.scale.queue:
        yield "autoscaler", _kubernetes_autoscaler(part, behaviour, scope)
        return
    for name, body in _keda.authentications(part, scope):
        yield f"trigger-authentication-{name}", body
    yield "autoscaler", _keda.scaled_object(part, behaviour, scope)


def _share(part: Any, name: str, goal: int) -> dict[str, Any]:
    """
    A goal in per cent of what is requested: of its own container, because
    what runs beside it does not follow the load.
    """
    target = {"type": "Utilization", "averageUtilization": goal}
    resource: dict[str, Any] = {"name": name, "target": target}
    if not part.sidecars:
        return {"type": "Resource", "resource": resource}
    own = {**resource, "container": part.name}

    return {"type": "ContainerResource", "containerResource": own}


def _metrics(part: Any) -> Iterator[dict[str, Any]]:
    for name, goal in part.scale.shares:
        yield _share(part, name, goal)
    metric = part.scale.metric
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


def _behaviour(behaviour: Behaviour | None) -> dict[str, Any]:
    if behaviour is None:
        return {}
    return {
        direction: _rules(rules)
        for direction, rules in (
            ("scaleUp", behaviour.up),
            ("scaleDown", behaviour.down),
        )
        if rules is not None
    }


def _kubernetes_autoscaler(
    part: Any, behaviour: dict[str, Any], scope: Scope
) -> dict[str, Any]:
    spec = {
        "scaleTargetRef": {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "name": part.name,
        },
        "minReplicas": part.scale.minimum,
        "maxReplicas": part.scale.maximum,
        "metrics": list(_metrics(part)),
    }
    if part.scale.behaviour is not None:
        spec["behavior"] = behaviour
    body = scope.body(part, "autoscaling/v2", "HorizontalPodAutoscaler", spec)
    body["metadata"]["annotations"] = dict(_EXCHANGEABLE)

    return body


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
