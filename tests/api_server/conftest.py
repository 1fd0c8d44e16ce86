"""
A real API server that is asked what it would accept.
"""

import functools

from collections.abc import Iterator
from typing import Any

import attrs
import httpx
import pytest

from infra.local.control_plane import ApiServer, api_server
from infra.local.custom_resources import PROJECTS, manifests
from infra.local.errors import LocalClusterError
from infra.local.kubernetes_api import KubernetesApi

from mizzen.manifests import to_yaml


@attrs.frozen(kw_only=True)
class Answer:
    """
    What the server made of an object.
    """

    status: int
    content: dict[str, Any]
    warnings: list[str]


class Server:
    """
    Applies objects as YAML, as they are rendered.
    """

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    @functools.cache  # noqa: B019 - as long as the server
    def _resources(self, version: str) -> dict[str, Any]:
        prefix = "/apis" if "/" in version else "/api"
        found = self._client.get(f"{prefix}/{version}").json()["resources"]

        return {
            resource["kind"]: resource
            for resource in found
            if "/" not in resource["name"]
        }

    def _path(self, body: dict[str, Any]) -> str:
        version = body["apiVersion"]
        resource = self._resources(version)[body["kind"]]
        metadata = body["metadata"]
        scope = (
            f"/namespaces/{metadata['namespace']}"
            if resource["namespaced"]
            else ""
        )
        prefix = "/apis" if "/" in version else "/api"

        return (
            f"{prefix}/{version}{scope}/{resource['name']}/{metadata['name']}"
        )

    def apply(self, body: dict[str, Any], *, dry_run: bool = True) -> Answer:
        """
        Apply *body*; unknown fields are refused.
        """
        options = {"dryRun": "All"} if dry_run else {}
        response = self._client.patch(
            self._path(body),
            params={
                "fieldManager": "mizzen",
                "fieldValidation": "Strict",
                **options,
            },
            content=to_yaml(body).encode(),
            headers={"Content-Type": "application/apply-patch+yaml"},
        )
        return Answer(
            status=response.status_code,
            content=response.json(),
            warnings=response.headers.get_list("warning"),
        )

    def create_dry(self, body: dict[str, Any]) -> Answer:
        """
        Create *body* as a dry run, as a controller would.
        """
        response = self._client.post(
            self._path(body).rpartition("/")[0],
            params={"dryRun": "All", "fieldValidation": "Strict"},
            json=body,
        )
        return Answer(
            status=response.status_code,
            content=response.json(),
            warnings=response.headers.get_list("warning"),
        )


@pytest.fixture(name="api_server", scope="session")
def _api_server() -> Iterator[ApiServer]:
    try:
        with api_server(PROJECTS) as running:
            yield running
    except LocalClusterError as error:
        pytest.skip(f"no API server can run here: {error}")


@pytest.fixture(name="server", scope="session")
def _server(api_server: ApiServer) -> Iterator[Server]:
    with KubernetesApi(api_server.kubeconfig) as api:
        yield Server(api._client)


@pytest.fixture(name="definitions", scope="session")
def _definitions(api_server: ApiServer) -> list[dict[str, Any]]:
    """
    Those of the custom resources that the server knows.
    """
    return [*manifests(PROJECTS)]
