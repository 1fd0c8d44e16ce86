"""
Which connections the cluster lets through, tried by the pods themselves.
"""

import contextlib

from collections.abc import Iterator
from typing import Any

import attrs
import yaml

from .deployments import Deployment


_CONNECT = 'exec 3<>"/dev/tcp/$0/$1"'
_STRANGER: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "stranger", "namespace": "default"},
    "spec": {
        "containers": [
            {
                "name": "stranger",
                "image": "debian:trixie-slim",
                "command": ["sleep", "3600"],
            }
        ],
        "terminationGracePeriodSeconds": 0,
    },
}


@attrs.frozen(kw_only=True)
class Address:
    """
    Where a pod listens.
    """

    host: str
    port: int


@attrs.frozen(kw_only=True)
class Pod:
    """
    A pod that runs, and can be told to connect to others.
    """

    deployment: Deployment
    namespace: str
    name: str
    part: str
    addresses: tuple[Address, ...]

    def connects(self, address: Address) -> bool:
        """
        Whether a connection to *address* comes about within three seconds.
        """
        said = self.deployment.kubectl(
            f"--namespace={self.namespace}",
            *("exec", self.name, "--", "timeout", "3", "bash", "-c"),
            f"{_CONNECT} && echo connected || echo refused",
            *(address.host, str(address.port)),
            check=False,
        )
        assert "connected" in said or "refused" in said or "124" in said, said

        return said.startswith("connected")


def _pod(deployment: Deployment, found: dict[str, Any]) -> Pod:
    metadata = found["metadata"]

    return Pod(
        deployment=deployment,
        namespace=metadata["namespace"],
        name=metadata["name"],
        part=metadata.get("labels", {}).get("app.kubernetes.io/name", ""),
        addresses=tuple(
            Address(host=found["status"]["podIP"], port=port["containerPort"])
            for container in found["spec"]["containers"]
            for port in container.get("ports", ())
        ),
    )


def pods(deployment: Deployment) -> list[Pod]:
    """
    One pod of each part of the app that runs.
    """
    running = {
        pod.part: pod
        for pod in (
            _pod(deployment, found)
            for found in deployment.objects(
                "pods", "--field-selector=status.phase=Running"
            )
            if "deletionTimestamp" not in found["metadata"]
        )
    }

    return list(running.values())


@contextlib.contextmanager
def stranger(deployment: Deployment) -> Iterator[Pod]:
    """
    A pod in another namespace that no policy is about.
    """
    where = "--namespace=default"
    deployment.kubectl(where, "apply", "-f", "-", given=yaml.dump(_STRANGER))
    try:
        deployment.kubectl(
            *(where, "wait", "pod/stranger", "--for=condition=Ready"),
            "--timeout=120s",
        )
        (found,) = deployment.objects(
            "pods", where, "--field-selector=metadata.name=stranger"
        )
        yield _pod(deployment, found)
    finally:
        deployment.kubectl(where, "delete", "pod/stranger")
