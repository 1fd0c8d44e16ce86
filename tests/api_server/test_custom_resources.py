"""
What is said of custom resources by their definitions is what a real API
server says.
"""

import copy

import pytest

from hypothesis import given
from hypothesis import strategies as st

from mizzen._custom_resources import unfit
from mizzen.manifests import Manifest


CERTIFICATE = {
    "apiVersion": "cert-manager.io/v1",
    "kind": "Certificate",
    "spec": {
        "secretName": "web",
        "dnsNames": ["example.com"],
        "issuerRef": {"name": "ca"},
        "privateKey": {"algorithm": "RSA", "size": 2048},
    },
}
HTTP_ROUTE = {
    "apiVersion": "gateway.networking.k8s.io/v1",
    "kind": "HTTPRoute",
    "spec": {
        "hostnames": ["example.com"],
        "rules": [{"backendRefs": [{"name": "web", "port": 80}]}],
    },
}
SCALED_OBJECT = {
    "apiVersion": "keda.sh/v1alpha1",
    "kind": "ScaledObject",
    "spec": {
        "scaleTargetRef": {"name": "web"},
        "triggers": [{"type": "cron", "metadata": {"start": "0 8 * * *"}}],
    },
}
POD_MONITOR = {
    "apiVersion": "monitoring.coreos.com/v1",
    "kind": "PodMonitor",
    "spec": {
        "selector": {"matchLabels": {"app": "web"}},
        "podMetricsEndpoints": [{"port": "http", "interval": "30s"}],
    },
}
SCALED_JOB = {
    "apiVersion": "keda.sh/v1alpha1",
    "kind": "ScaledJob",
    "spec": {
        "jobTargetRef": {
            "template": {
                "spec": {
                    "containers": [
                        {
                            "name": "job",
                            "ports": [{"containerPort": 80}],
                            "livenessProbe": {"tcpSocket": {"port": "http"}},
                            "resources": {"limits": {"cpu": 1}},
                        }
                    ]
                }
            }
        },
        "triggers": [{"type": "cron", "metadata": {}}],
    },
}
BASES = (CERTIFICATE, HTTP_ROUTE, SCALED_OBJECT, POD_MONITOR, SCALED_JOB)
CONTAINER = "spec.jobTargetRef.template.spec.containers.0"
TRIGGER = "spec.triggers.0"


def changed(base, path, value):
    """
    *base* with *value* at *path*.
    """
    body = copy.deepcopy(base)
    body["metadata"] = {"name": "a", "namespace": "default"}
    *above, last = [
        int(key) if key.isdecimal() else key for key in path.split(".")
    ]
    place = body
    for key in above:
        place = place[key]
    place[last] = value

    return body


def paths(node, path=""):
    """
    Paths of all that stands in a body.
    """
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, inner in items:
        below = f"{path}.{key}".lstrip(".")
        yield below
        if isinstance(inner, (dict, list)):
            yield from paths(inner, below)


def said(body, definitions):
    """
    What is wrong with *body*.
    """
    manifest = Manifest(None, "custom", body, extra="custom")

    return [*unfit([manifest], definitions)]


@pytest.mark.parametrize(
    ("base", "path", "value"),
    [
        *((base, "spec.nonsense", 1) for base in BASES),
        *((base, "spec", {}) for base in BASES),
        *((base, "metadata.labels", {"a": "b"}) for base in BASES),
        (CERTIFICATE, "spec.secretName", 1),
        (CERTIFICATE, "spec.duration", None),
        (CERTIFICATE, "spec.dnsNames", "example.com"),
        (CERTIFICATE, "spec.issuerRef.name", True),
        (CERTIFICATE, "spec.privateKey.algorithm", "rsa"),
        (CERTIFICATE, "spec.privateKey.size", "2048"),
        (CERTIFICATE, "spec.usages", ["digital signature"]),
        (CERTIFICATE, "spec.usages", ["writing"]),
        (CERTIFICATE, "spec.revisionHistoryLimit", 0),
        (CERTIFICATE, "spec.revisionHistoryLimit", 1),
        (HTTP_ROUTE, "spec.hostnames.0", "*.example.com"),
        (HTTP_ROUTE, "spec.hostnames.0", "exa_mple.com"),
        (HTTP_ROUTE, "spec.hostnames.0", f"{'a' * 300}.com"),
        (HTTP_ROUTE, "spec.hostnames", ["a.com"] * 17),
        (HTTP_ROUTE, "spec.rules.0.backendRefs.0.port", 0),
        (HTTP_ROUTE, "spec.rules.0.backendRefs.0.port", 65535),
        (HTTP_ROUTE, "spec.rules.0.backendRefs.0.weights", 1),
        (HTTP_ROUTE, "spec.rules.0.timeouts", {"request": "10s"}),
        (HTTP_ROUTE, "spec.rules.0.timeouts", {"request": "10"}),
        (SCALED_OBJECT, f"{TRIGGER}.metadata.end", "0 9 * * *"),
        (SCALED_OBJECT, f"{TRIGGER}.metadata.end", 9),
        (SCALED_OBJECT, f"{TRIGGER}.metricType", "Value"),
        (SCALED_OBJECT, "spec.minReplicaCount", 1.5),
        (SCALED_OBJECT, "spec.minReplicaCount", 1),
        (SCALED_OBJECT, "spec.advanced", {"horizontalPodAutoscalerConfig": 1}),
        (POD_MONITOR, "spec.podMetricsEndpoints.0.interval", "30"),
        (POD_MONITOR, "spec.podMetricsEndpoints.0.interval", "1m30s"),
        (POD_MONITOR, "spec.podMetricsEndpoints.0.targetPort", "http"),
        (POD_MONITOR, "spec.podMetricsEndpoints.0.targetPort", 0.5),
        (POD_MONITOR, "spec.podMetricsEndpoints.0.scheme", "gopher"),
        (POD_MONITOR, "spec.selector.matchLabels.app", 1),
        (POD_MONITOR, "spec.selector.matchLabel", {}),
        (SCALED_JOB, f"{CONTAINER}.ports.0.containerPort", "80"),
        (SCALED_JOB, f"{CONTAINER}.livenessProbe.tcpSocket.port", 80),
        (SCALED_JOB, f"{CONTAINER}.livenessProbe.tcpSocket.port", [80]),
        (SCALED_JOB, f"{CONTAINER}.resources.limits.cpu", "1.5"),
        (SCALED_JOB, f"{CONTAINER}.resources.limits.cpu", "many"),
        (SCALED_JOB, f"{CONTAINER}.imagePullPolice", "Always"),
        (SCALED_JOB, "spec.jobTargetRef.template.metadata", {"labels": {}}),
    ],
)
def test_same(server, definitions, base, path, value):
    """
    What the API server takes is taken, and what it refuses is refused.
    """
    body = changed(base, path, value)

    answer = server.create_dry(body)
    assert (answer.status == 201) == (said(body, definitions) == []), (
        answer.content
    )


PLACES = [
    (base, f"spec.{path}") for base in BASES for path in paths(base["spec"])
]
LEAVES = st.sampled_from(
    [None, True, 0, -1, 1.5, 10**12, "", "x", "10s", "http", "a.b/c", "Exact"]
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["name", "kind", "port", "x"]), inner, max_size=2
        )
    ),
    max_leaves=4,
)


@given(place=st.sampled_from(PLACES), value=VALUES)
@pytest.mark.no_cover
def test_no_more(server, definitions, place, value):
    """
    Nothing is refused that the API server takes. It refuses more: rules in
    CEL, formats, and what Go alone reads.
    """
    body = changed(*place, value)

    if said(body, definitions):
        assert server.create_dry(body).status != 201


def test_both(server, definitions):
    """
    Both do take and refuse.
    """
    right = changed(CERTIFICATE, "metadata.labels", {})
    wrong = changed(CERTIFICATE, "spec.secretNames", "web")

    assert [201, 400] == [
        server.create_dry(body).status for body in (right, wrong)
    ]
    assert [] == said(right, definitions)
    assert [
        (
            "Certificate 'a': spec has no field 'secretNames'; choose one of: "
            "'additionalOutputFormats', 'commonName', 'dnsNames', 'duration', "
            "'emailAddresses', 'encodeUsagesInRequest', 'ipAddresses', "
            "'isCA', 'issuerRef' and 14 more (nearest to 'secretNames': "
            "'secretName')."
        )
    ] == said(wrong, definitions)
