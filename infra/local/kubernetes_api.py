"""
The few calls to a Kubernetes API server that the embedded cluster makes.
"""

import base64
import functools
import json
import ssl
import tempfile
import time

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import httpx
import yaml

from .errors import LocalClusterError


_FIELD_MANAGER = "mizzen-local"
_POLL_SECONDS = 0.1


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


def _name(manifest: Mapping[str, Any]) -> str:
    name: str = manifest["metadata"]["name"]

    return name


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

    def listed(self, path: str) -> dict[str, Any]:
        """
        The list at *path*, with the version that a watch goes on from.
        """
        response = self._client.get(path)
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

    @functools.cache  # noqa: B019 - as long as the connection
    def _resources(self, version: str) -> dict[str, dict[str, Any]]:
        prefix = "/apis" if "/" in version else "/api"
        content = self.get(f"{prefix}/{version}") or {"resources": []}

        return {
            resource["kind"]: resource
            for resource in content["resources"]
            if "/" not in resource["name"]
        }

    def _collection(self, manifest: Mapping[str, Any]) -> str:
        """
        Where objects like *manifest* live.
        """
        version = manifest["apiVersion"]
        resource = self._resources(version)[manifest["kind"]]
        prefix = "/apis" if "/" in version else "/api"
        scope = (
            f"/namespaces/{manifest['metadata']['namespace']}"
            if resource["namespaced"]
            else ""
        )

        return f"{prefix}/{version}{scope}/{resource['name']}"

    def apply(self, manifest: Mapping[str, Any]) -> None:
        """
        Make the object that *manifest* describes what it says there.
        """
        self._client.patch(
            f"{self._collection(manifest)}/{_name(manifest)}",
            params={"fieldManager": _FIELD_MANAGER, "force": "true"},
            content=json.dumps(manifest),
            headers={"Content-Type": "application/apply-patch+yaml"},
        ).raise_for_status()

    def define(
        self, definitions: Iterable[Mapping[str, Any]], *, seconds: float = 60
    ) -> None:
        """
        Apply CustomResourceDefinitions and wait until objects of theirs can
        be made.

        Raises:
            LocalClusterError: If one cannot after *seconds*.
        """
        waiting = []
        for each in definitions:
            self.apply(each)
            waiting.append(f"{self._collection(each)}/{_name(each)}")
        end = time.monotonic() + seconds
        while waiting := [path for path in waiting if not self._serves(path)]:
            if time.monotonic() > end:
                msg = f"These are not established: {', '.join(waiting)}."
                raise LocalClusterError(msg)
            time.sleep(_POLL_SECONDS)

    def _serves(self, path: str) -> bool:
        status = (self.get(path) or {}).get("status", {})

        return any(
            each["type"] == "Established" and each["status"] == "True"
            for each in status.get("conditions") or ()
        )

    def watch(
        self, path: str, version: str
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """
        Every change to the collection at *path* after its *version*, as
        ``ADDED``, ``MODIFIED`` or ``DELETED`` and the object, until the
        server ends it.
        """
        with self._client.stream(
            "GET",
            path,
            params={"watch": "true", "resourceVersion": version},
            timeout=httpx.Timeout(30, read=None),
        ) as response:
            response.raise_for_status()
            for line in response.iter_lines():
                event = json.loads(line)
                if event["type"] in {"ADDED", "MODIFIED", "DELETED"}:
                    yield event["type"], event["object"]
