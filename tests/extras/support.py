"""
Raw objects and a chart.
"""

from mizzen import HelmChart, Raw


CHART = HelmChart("operator", chart="redis-operator", version="0.22.1")


def raw(kind, name, api_version="v1", *, namespace=None, spec=None, **order):
    """
    A raw object.
    """
    metadata = {"name": name}
    if namespace:
        metadata["namespace"] = namespace
    body = {"apiVersion": api_version, "kind": kind, "metadata": metadata}
    if spec:
        body["spec"] = spec
    return Raw(body, **order)


def extras(manifests):
    """
    Kinds and names of raw objects in their order.
    """
    return [m.extra for m in manifests if m.extra]
