"""
How many replicas there are, and how many may go at a time.
"""

from typing import Any

from ._scope import Scope
from .spec import Autoscale


def wants_several(part: Any) -> bool:
    """
    Whether there are at least two replicas at all times.
    """
    if isinstance(part.scale, Autoscale):
        return part.scale.minimum > 1
    return bool(part.replicas > 1)


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
