"""
A real API server accepts whatever users describe.
"""

import functools

from hypothesis import given
from tests.strategies import deployments


@functools.cache
def made(server, namespace):
    """
    Make sure that *namespace* is there, with Pod Security enforced.
    """
    level = {"pod-security.kubernetes.io/enforce": "restricted"}
    metadata = {"name": namespace, "labels": level}
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}

    return server.apply(body, dry_run=False).status


def pods(manifests):
    """
    The pods that controllers would make.
    """
    for manifest in manifests:
        template = manifest.body.get("spec", {}).get("template")
        if template is not None:
            yield {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {
                    **template["metadata"],
                    "name": "dry",
                    "namespace": manifests.namespace,
                },
                "spec": template["spec"],
            }


@given(deployment=deployments())
def test_accepted(server, deployment):
    """
    Whatever is compiled is accepted without a warning, and its pods pass Pod
    Security ``restricted``.
    """
    _, manifests = deployment
    assert made(server, manifests.namespace) in {200, 201}

    for manifest in manifests:
        if manifest.kind == "ExternalSecret":
            assert not server.knows(manifest.body)
            continue
        answer = server.apply(manifest.body)
        assert answer.status in {200, 201}, answer.content["message"]
        assert [] == answer.warnings
    for pod in pods(manifests):
        answer = server.create_dry(pod)
        assert answer.status == 201, answer.content["message"]
        assert [] == answer.warnings
