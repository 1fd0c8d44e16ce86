"""
What is looked at in a cluster, by a real kubectl and a real API server.
"""

import json
import os

import pytest

from mizzen.diagnosis import diagnose
from mizzen.kubectl import Kubectl
from mizzen.live import KINDS
from mizzen.view import View


NAMESPACE = "watched"
LABELS = {
    "app.kubernetes.io/name": "api",
    "app.kubernetes.io/instance": "shop-dev",
}
TEMPLATE = {
    "metadata": {"labels": LABELS},
    "spec": {"containers": [{"name": "api", "image": "acme/api:1"}]},
}
SPEC = {"selector": {"matchLabels": LABELS}, "template": TEMPLATE}


@pytest.fixture(name="kubectl", scope="module")
def _kubectl(api_server):
    """
    A namespace of the server.
    """
    kubectl = Kubectl(
        context=api_server.context,
        namespace=NAMESPACE,
        environment={**os.environ, "KUBECONFIG": str(api_server.kubeconfig)},
    )
    kubectl.ask("create", "namespace", NAMESPACE)

    return kubectl


@pytest.fixture(name="made", scope="module", autouse=True)
def _made(kubectl):
    """
    A Deployment whose pod cannot pull its image: what controllers and the
    kubelet would make.
    """

    def make(kind, version, spec, status=None, owner=None):
        metadata = {"name": "api", "labels": LABELS}
        if owner:
            metadata["ownerReferences"] = [
                {
                    "apiVersion": "apps/v1",
                    "kind": owner["kind"],
                    "name": "api",
                    "uid": owner["metadata"]["uid"],
                }
            ]
        body = {
            "apiVersion": version,
            "kind": kind,
            "metadata": metadata,
            "spec": spec,
        }
        made = kubectl.ask(
            "create", "-f", "-", "-o", "json", given=json.dumps(body)
        )
        if status:
            words = ("patch", kind, "api", "--subresource=status")
            patch = json.dumps({"status": status})
            kubectl.ask(*words, "--type=merge", f"--patch={patch}")
        return json.loads(made)

    kubectl.ask("create", "serviceaccount", "default")
    deployment = make("Deployment", "apps/v1", SPEC)
    replicas = make("ReplicaSet", "apps/v1", SPEC, owner=deployment)
    waiting = {"reason": "ErrImagePull", "message": "acme/api:1: not found"}
    make(
        "Pod",
        "v1",
        TEMPLATE["spec"],
        owner=replicas,
        status={
            "phase": "Pending",
            "containerStatuses": [
                {
                    "name": "api",
                    "image": "acme/api:1",
                    "imageID": "",
                    "ready": False,
                    "restartCount": 0,
                    "state": {"waiting": waiting},
                }
            ],
        },
    )


@pytest.fixture(name="view")
def _view(kubectl):
    return View(
        kubectl=kubectl,
        instance="shop-dev",
        parts={"api": "api"},
        kinds=KINDS,
    )


def test_look(view):
    """
    All kinds are known to the server, and workload, pods and cause are
    found.
    """
    (found,) = diagnose(view.look())

    assert (
        "api: pod api: cannot pull image 'acme/api:1': its registry has no "
        "such image (not found)."
    ) == str(found)
    assert "No pod of it is ready" == found.meanwhile


def test_others(view, kubectl):
    """
    Objects of another app in the same namespace are not looked at.
    """
    other = View(
        kubectl=kubectl, instance="blog-dev", parts=view.parts, kinds=KINDS
    )

    assert () == other.look().objects
