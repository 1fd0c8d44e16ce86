"""
Pods that somebody has written or patched by hand, and namespaces for them.
"""

import attrs

from mizzen import Environment, Image, Namespace, Raw, Worker


WORKER = Worker("worker", image=Image("acme/worker:v5"), health=["ok"])
HARDENED = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}
ELSEWHERE = Namespace(create=False)


def enforcing(level):
    """
    An environment whose namespace enforces a level.
    """
    return Environment("dev", namespace=Namespace(pod_security=level))


def written(context, image="nginx:1.25", ports=(), **pod):
    """
    A Deployment that somebody has written by hand.
    """
    labels = {"app": "x"}
    container = {"name": "c", "image": image, "ports": [*ports]}
    spec = {"containers": [{**container, "securityContext": context}], **pod}
    return Raw(
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "x"},
            "spec": {
                "selector": {"matchLabels": labels},
                "template": {"metadata": {"labels": labels}, "spec": spec},
            },
        }
    )


def changed(environment, **pod):
    """
    An environment that says more of the pods of the worker.
    """
    patch = WORKER.patch("Deployment", {"spec": {"template": {"spec": pod}}})
    return attrs.evolve(environment, patches=[patch])
