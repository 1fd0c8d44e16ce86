"""
Names, labels and lists are as Kubernetes wants them.
"""

import re

from .seen import found


_LABEL = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?", re.ASCII)
_LABEL_VALUE = re.compile(r"([A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?)?")
# A pod's name ends in what its controller adds.
_LONGEST = {
    "ClusterRole": 253,
    "ClusterRoleBinding": 253,
    "ConfigMap": 253,
    "CronJob": 52,
    "CustomResourceDefinition": 253,
    "ExternalSecret": 253,
    "GRPCRoute": 253,
    "HTTPRoute": 253,
    "Ingress": 253,
    "Middleware": 253,
    "PersistentVolumeClaim": 253,
    "Role": 253,
    "RoleBinding": 253,
    "Secret": 253,
    "StatefulSet": 52,
    "TriggerAuthentication": 253,
}
_DOTTED = (
    "ClusterRole",
    "ClusterRoleBinding",
    "ConfigMap",
    "CustomResourceDefinition",
    "ExternalSecret",
    "PersistentVolumeClaim",
    "Role",
    "RoleBinding",
    "Secret",
    "TriggerAuthentication",
)
_KEYS = {
    "env": "name",
    "volumes": "name",
    "volumeMounts": "mountPath",
    "containers": "name",
    "initContainers": "name",
}


def names_differ(seen):
    """
    Names are as short as Kubernetes wants them, and each is there once.
    """
    names = [(m.body["apiVersion"], m.kind, m.name) for m in seen.manifests]

    assert len(names) == len(set(names))
    for _, kind, name in names:
        # What is within a part is called after both, and so are rights
        # elsewhere.
        labels = name.split(".") if kind in _DOTTED else [name]
        assert all(_LABEL.fullmatch(label) for label in labels)
        assert len(name) <= _LONGEST.get(kind, 63)


def resources_differ(seen):
    """
    Each object is to its part what no other is, so that Pulumi can tell
    them apart.
    """
    roles = [(m.part, m.role) for m in seen.manifests]

    assert len(roles) == len(set(roles))


def labels_are_short(seen):
    """
    Values of labels are as Kubernetes wants them.
    """
    for manifest in seen.manifests:
        for key in ("labels", "matchLabels", "selector"):
            for labels in found(key, manifest.body):
                for value in labels.values():
                    if isinstance(value, str):
                        assert _LABEL_VALUE.fullmatch(value)
                        assert len(value) <= 63


def lists_have_keys(seen):
    """
    Lists that Kubernetes merges by a key have each key once.
    """
    for manifest in seen.manifests:
        for name, key in _KEYS.items():
            for items in found(name, manifest.body):
                keys = [item[key] for item in items]
                assert len(keys) == len(set(keys))
        for ports in found("ports", manifest.body):
            names = [port["name"] for port in ports if "name" in port]
            assert len(names) == len(set(names))
        if manifest.kind == "Service":
            ports = manifest.body["spec"]["ports"]
            keys = [(port["port"], port["protocol"]) for port in ports]
            assert len(keys) == len(set(keys))


def gateways_are_small(seen):
    """
    Gateways and their routes have no more of anything than they may, and
    each listener has a name of its own.
    """
    for gateway in seen.of_kind("Gateway"):
        listeners = gateway.body["spec"]["listeners"]
        names = {listener["name"] for listener in listeners}
        assert len(names) == len(listeners) <= 64
        assert max(map(len, names)) <= 253
    for kind in ("HTTPRoute", "GRPCRoute"):
        for route in seen.of_kind(kind):
            spec = route.body["spec"]
            assert len(spec["parentRefs"]) <= 32
            assert len(spec["hostnames"]) <= 16
            assert len(spec["rules"]) <= 16


ALL = (
    names_differ,
    resources_differ,
    labels_are_short,
    lists_have_keys,
    gateways_are_small,
)
