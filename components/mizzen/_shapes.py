"""
Objects as checks look at them: what is not of the shape that Kubernetes
gives it is left out, and told by the API server alone. What is known only at
deployment is text that says where it comes from.
"""

import re

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from ._routers import ROUTERS
from .manifests import Manifest
from .spec.texts import Placeholder


# What Kubernetes takes for a number of pods.
_AMOUNT = re.compile(r"[0-9]+%?", re.ASCII)
_NOTHING: Any = object()


@attrs.frozen
class _Leaf:
    """
    A value that something holds of.
    """

    holds: Callable[[Any], bool]


_ANYTHING = _Leaf(lambda _: True)


@attrs.frozen
class _Map:
    """
    A map in which some fields have shapes of their own.
    """

    fields: Mapping[str, Any] = attrs.field(factory=dict)
    needs: tuple[str, ...] = ()
    others: Any = _ANYTHING


@attrs.frozen
class _Items:
    """
    A list whose items have one shape.
    """

    shape: Any


def _is_amount(value: Any) -> bool:
    return isinstance(value, int) or bool(
        isinstance(value, str) and _AMOUNT.fullmatch(value)
    )


_TEXT = _Leaf(lambda value: isinstance(value, str))
_NUMBER = _Leaf(lambda value: isinstance(value, int))
_BOOLEAN = _Leaf(lambda value: isinstance(value, bool))
_SCALAR = _Leaf(lambda value: isinstance(value, (str, int, float)))
_AMOUNT_OF_PODS = _Leaf(_is_amount)
_ANY_MAP = _Map()
_ANY_LIST = _Items(_ANYTHING)


# A map whose values are no maps and no lists.
_LABELS = _Map(others=_SCALAR)
_TEXTS = _Items(_TEXT)
_METADATA = _Map(
    {
        "namespace": _TEXT,
        "labels": _LABELS,
        "annotations": _Map(others=_TEXT),
    }
)
_SELECTOR = _Map(
    {
        "matchLabels": _LABELS,
        "matchExpressions": _Items(
            _Map(
                {"key": _TEXT, "operator": _TEXT, "values": _Items(_SCALAR)},
                needs=("key", "operator"),
            )
        ),
    }
)
_ASKED = _Map({"port": _SCALAR, "host": _TEXT})
_PROBE = _Map({"httpGet": _ASKED, "tcpSocket": _ASKED, "grpc": _ASKED})
_PROFILE = _Map({"type": _TEXT})
_SECURITY = _Map(
    {
        "runAsUser": _NUMBER,
        **dict.fromkeys(
            ("allowPrivilegeEscalation", "privileged", "runAsNonRoot"),
            _BOOLEAN,
        ),
        "capabilities": _Map({"add": _TEXTS, "drop": _TEXTS}),
        "seccompProfile": _PROFILE,
        "appArmorProfile": _PROFILE,
        "seLinuxOptions": _Map(others=_TEXT),
        "windowsOptions": _Map({"hostProcess": _BOOLEAN}),
        "procMount": _TEXT,
        "sysctls": _Items(_Map({"name": _TEXT}, needs=("name",))),
    }
)
_CONTAINER = _Map(
    {
        "name": _TEXT,
        "image": _TEXT,
        "ports": _Items(
            _Map(
                {
                    "containerPort": _SCALAR,
                    "hostPort": _NUMBER,
                    "protocol": _TEXT,
                    "name": _TEXT,
                },
                needs=("containerPort",),
            )
        ),
        "env": _Items(_Map({"name": _TEXT, "value": _TEXT}, needs=("name",))),
        "resources": _Map({"requests": _LABELS, "limits": _LABELS}),
        "securityContext": _SECURITY,
        "lifecycle": _Map({"postStart": _PROBE, "preStop": _PROBE}),
        "startupProbe": _PROBE,
        "readinessProbe": _PROBE,
        "livenessProbe": _PROBE,
    },
    needs=("name",),
)
_POD = _Map(
    {
        "containers": _Items(_CONTAINER),
        "initContainers": _Items(_CONTAINER),
        "securityContext": _SECURITY,
        **dict.fromkeys(("hostNetwork", "hostPID", "hostIPC"), _BOOLEAN),
        "nodeSelector": _LABELS,
        "volumes": _Items(
            _Map(
                {
                    "name": _TEXT,
                    "persistentVolumeClaim": _Map({"claimName": _TEXT}),
                    "hostPath": _Map({"path": _TEXT}),
                },
                needs=("name",),
                others=_ANY_MAP,
            )
        ),
    }
)
_TEMPLATE = _Map({"metadata": _METADATA, "spec": _POD})
_BACKEND = _Map(
    {
        "service": _Map(
            {"name": _TEXT, "port": _ANY_MAP}, needs=("name", "port")
        )
    }
)
_ROUTER = {
    "ingressClassName": _TEXT,
    "defaultBackend": _BACKEND,
    "tls": _Items(_Map({"hosts": _TEXTS})),
    "hostnames": _TEXTS,
    "parentRefs": _Items(_Map({"name": _TEXT}, needs=("name",))),
    "rules": _Items(
        _Map(
            {
                "host": _TEXT,
                "http": _Map(
                    {
                        "paths": _Items(
                            _Map({"path": _TEXT, "backend": _BACKEND})
                        )
                    }
                ),
                "backendRefs": _Items(
                    _Map(
                        {
                            **dict.fromkeys(
                                ("kind", "name", "namespace"), _TEXT
                            ),
                            "port": _SCALAR,
                        },
                        needs=("name",),
                    )
                ),
                "matches": _Items(_Map({"path": _Map({"value": _TEXT})})),
            }
        )
    ),
}
_PEERS = _Items(
    _Map(
        {
            "ipBlock": _Map(
                {"cidr": _TEXT, "except": _TEXTS}, needs=("cidr",)
            ),
            "namespaceSelector": _SELECTOR,
            "podSelector": _SELECTOR,
        }
    )
)
_RULES = _Items(
    _Map(
        {
            "ports": _Items(
                _Map({"port": _SCALAR, "endPort": _NUMBER, "protocol": _TEXT})
            ),
            "from": _PEERS,
            "to": _PEERS,
        }
    )
)
_AUTOSCALER = {
    "scaleTargetRef": _Map({"kind": _TEXT, "name": _TEXT}),
    **dict.fromkeys(
        (
            "minReplicas",
            "maxReplicas",
            "minReplicaCount",
            "maxReplicaCount",
        ),
        _NUMBER,
    ),
}
_SPECS: dict[str, Mapping[str, Any]] = {
    "Pod": _POD.fields,
    "CronJob": {"jobTemplate": _Map({"spec": _Map({"template": _TEMPLATE})})},
    "Service": {
        "type": _TEXT,
        "selector": _LABELS,
        "ports": _Items(
            _Map(
                {
                    "name": _TEXT,
                    "port": _SCALAR,
                    "targetPort": _SCALAR,
                    "nodePort": _SCALAR,
                    "protocol": _TEXT,
                },
                needs=("port",),
            )
        ),
    },
    **dict.fromkeys(ROUTERS, _ROUTER),
    "Gateway": {
        "listeners": _Items(
            _Map(
                {"protocol": _TEXT, "hostname": _TEXT},
                needs=("protocol",),
            )
        )
    },
    "NetworkPolicy": {
        "podSelector": _SELECTOR,
        "policyTypes": _TEXTS,
        "ingress": _RULES,
        "egress": _RULES,
    },
    "PodDisruptionBudget": {
        "selector": _SELECTOR,
        "minAvailable": _AMOUNT_OF_PODS,
        "maxUnavailable": _AMOUNT_OF_PODS,
    },
    "HorizontalPodAutoscaler": _AUTOSCALER,
    "ScaledObject": _AUTOSCALER,
    "PersistentVolumeClaim": {"accessModes": _TEXTS},
    "ResourceQuota": {"hard": _LABELS},
}
# Pods are made by whatever has a template of them.
_MAKES_PODS = {
    "template": _TEMPLATE,
    "replicas": _NUMBER,
    "strategy": _Map(
        {"rollingUpdate": _Map({"maxUnavailable": _AMOUNT_OF_PODS})}
    ),
}
_OTHERS = {"selector": _SELECTOR}
# What stands beside metadata and spec.
_ROLE = {
    "rules": _Items(
        _Map(
            dict.fromkeys(
                ("apiGroups", "resources", "resourceNames", "verbs"), _TEXTS
            )
        )
    )
}
_BINDING = {"roleRef": _Map({"kind": _TEXT, "name": _TEXT})}
_BODIES: dict[str, Mapping[str, Any]] = {
    **dict.fromkeys(("Role", "ClusterRole"), _ROLE),
    **dict.fromkeys(("RoleBinding", "ClusterRoleBinding"), _BINDING),
}


def _of_shape(value: Any, shape: Any) -> Any:
    """
    *value* without what is not of its *shape*; `_NOTHING` if it is not
    itself.
    """
    if isinstance(shape, _Map):
        return _map(value, shape) if isinstance(value, dict) else _NOTHING
    if isinstance(shape, _Items):
        return _items(value, shape) if isinstance(value, list) else _NOTHING
    return _plain(value) if shape.holds(value) else _NOTHING


def _plain(value: Any) -> Any:
    """
    *value*, in which what is known only at deployment is plain text:
    placeholders refuse to be formatted.
    """
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [*map(_plain, value)]
    return str(value) if isinstance(value, Placeholder) else value


def _items(value: list[Any], shape: _Items) -> list[Any]:
    items = (_of_shape(item, shape.shape) for item in value)
    return [item for item in items if item is not _NOTHING]


def _map(value: dict[str, Any], shape: _Map) -> Any:
    found = {}
    for key, inner in value.items():
        kept = _of_shape(inner, shape.fields.get(key, shape.others))
        if kept is not _NOTHING:
            found[key] = kept

    return found if all(key in found for key in shape.needs) else _NOTHING


def of_shape(manifest: Manifest) -> Manifest:
    """
    A copy of *manifest* of which checks can ask for every field that
    Kubernetes has, and find it of its type if they find it.
    """
    spec = _Map({**_SPECS.get(manifest.kind, _OTHERS), **_MAKES_PODS})
    beside = _BODIES.get(manifest.kind, {})
    shape = _Map({"metadata": _METADATA, "spec": spec, **beside})
    body = {"spec": {}, **_of_shape(manifest.body, shape)}

    return attrs.evolve(manifest, body=body)
