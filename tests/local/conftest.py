"""
A home of its own for each test of the embedded cluster, and an API server
that runs alone.
"""

import contextlib

import pytest

from infra.local.control_plane import api_server
from infra.local.errors import LocalClusterError
from infra.local.kubernetes_api import KubernetesApi


@pytest.fixture(name="connected", scope="session")
def _connected():
    """
    How to be connected to an API server that runs alone.
    """

    @contextlib.contextmanager
    def connected(custom_resources=()):
        try:
            with (
                api_server(custom_resources) as server,
                KubernetesApi(server.kubeconfig) as api,
            ):
                yield api
        except LocalClusterError as error:
            pytest.skip(f"no API server can run here: {error}")

    return connected


@pytest.fixture(name="home")
def _home(tmp_path, monkeypatch):
    """
    An empty home: no cache, no data, no Pulumi.
    """
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable in ("XDG_CACHE_HOME", "XDG_DATA_HOME", "PULUMI_HOME"):
        monkeypatch.delenv(variable, raising=False)

    return tmp_path
