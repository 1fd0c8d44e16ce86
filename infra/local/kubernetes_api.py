"""
The few calls to a Kubernetes API server that the embedded cluster makes.
"""

import base64
import json
import ssl
import tempfile
import time

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import httpx
import yaml


_FIELD_MANAGER = "mizzen-local"
_POLL_SECONDS = 0.1

# Where the kinds live that are applied here.
_COLLECTIONS = {
    "ClusterRole": "/apis/rbac.authorization.k8s.io/v1/clusterroles",
    "ClusterRoleBinding": (
        "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"
    ),
    "ConfigMap": "/api/v1/namespaces/{namespace}/configmaps",
    "Deployment": "/apis/apps/v1/namespaces/{namespace}/deployments",
    "Service": "/api/v1/namespaces/{namespace}/services",
    "ServiceAccount": "/api/v1/namespaces/{namespace}/serviceaccounts",
    "StorageClass": "/apis/storage.k8s.io/v1/storageclasses",
}


def _tls(
    cluster: Mapping[str, str], user: Mapping[str, str]
) -> ssl.SSLContext:
    def decoded(data: str) -> bytes:
        return base64.b64decode(data)

    context = ssl.create_default_context(
        cadata=decoded(cluster["certificate-authority-data"]).decode()
    )
    # The ssl module reads client certificates from files alone.
    with tempfile.NamedTemporaryFile() as file:
        file.write(decoded(user["client-certificate-data"]))
        file.write(decoded(user["client-key-data"]))
        file.flush()
        context.load_cert_chain(file.name)

    return context


class KubernetesApi:
    """
    A connection to the API server of a kubeconfig that mizzen has written.
    """

    def __init__(self, kubeconfig: Path) -> None:
        content = yaml.safe_load(kubeconfig.read_text())
        cluster = content["clusters"][0]["cluster"]
        self._client = httpx.Client(
            base_url=cluster["server"],
            verify=_tls(cluster, content["users"][0]["user"]),
            timeout=30,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def is_ready(self) -> bool:
        """
        Whether the server answers and says that it is ready.
        """
        try:
            return self._client.get("/readyz", timeout=5).is_success
        except httpx.TransportError:
            return False

    def wait_until_ready(self, *, seconds: float) -> bool:
        """
        Wait until the server is ready; whether it is after *seconds*.
        """
        end = time.monotonic() + seconds
        while not (ready := self.is_ready()) and time.monotonic() < end:
            time.sleep(_POLL_SECONDS)

        return ready

    def get(self, path: str) -> dict[str, Any] | None:
        """
        The object or list at *path*, or `None` where there is none.
        """
        response = self._client.get(path)
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        response.raise_for_status()
        content: dict[str, Any] = response.json()

        return content

    def post(self, path: str, content: Mapping[str, Any]) -> None:
        """
        Create an object in the collection at *path*, unless it is there.
        """
        response = self._client.post(path, json=content)
        if response.status_code != httpx.codes.CONFLICT:
            response.raise_for_status()

    def patch(self, path: str, content: Mapping[str, Any]) -> None:
        """
        Merge *content* into the object at *path*.
        """
        self._client.patch(
            path,
            content=json.dumps(content),
            headers={"Content-Type": "application/merge-patch+json"},
        ).raise_for_status()

    def delete(self, path: str) -> None:
        """
        Delete the object at *path*, if it is there.
        """
        response = self._client.delete(path)
        if response.status_code != httpx.codes.NOT_FOUND:
            response.raise_for_status()

    def apply(self, manifest: Mapping[str, Any]) -> None:
        """
        Make the object that *manifest* describes what it says there.
        """
        metadata = manifest["metadata"]
        collection = _COLLECTIONS[manifest["kind"]].format(
            namespace=metadata.get("namespace")
        )
        self._client.patch(
            f"{collection}/{metadata['name']}",
            params={"fieldManager": _FIELD_MANAGER, "force": "true"},
            content=json.dumps(manifest),
            headers={"Content-Type": "application/apply-patch+yaml"},
        ).raise_for_status()

    def watch(self, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """
        Everything in the collection at *path* and then every change to it,
        as ``ADDED``, ``MODIFIED`` or ``DELETED`` and the object, until the
        server ends it.
        """
        with self._client.stream(
            "GET",
            path,
            params={"watch": "true"},
            timeout=httpx.Timeout(30, read=None),
        ) as response:
            response.raise_for_status()
            for line in response.iter_lines():
                event = json.loads(line)
                if event["type"] in {"ADDED", "MODIFIED", "DELETED"}:
                    yield event["type"], event["object"]
