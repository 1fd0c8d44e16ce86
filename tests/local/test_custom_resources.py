"""
Custom resources that a real API server knows.
"""

import httpx
import pytest

from infra.local import custom_resources
from infra.local.errors import LocalClusterError


@pytest.fixture(name="api", scope="module")
def _api(connected):
    with connected(custom_resources.PROJECTS) as api:
        yield api


class TestManifests:
    def test_unknown(self):
        """
        A project that brings no definitions is refused by name.
        """
        with pytest.raises(LocalClusterError, match="of 'argo' here"):
            list(custom_resources.manifests(["argo"]))


class TestApiServer:
    @pytest.mark.parametrize(
        ("version", "kind"),
        [
            ("cert-manager.io/v1", "Certificate"),
            ("cert-manager.io/v1", "ClusterIssuer"),
            ("external-secrets.io/v1", "ExternalSecret"),
            ("gateway.networking.k8s.io/v1", "Gateway"),
            ("gateway.networking.k8s.io/v1", "HTTPRoute"),
            ("keda.sh/v1alpha1", "ScaledObject"),
            ("keda.sh/v1alpha1", "TriggerAuthentication"),
            ("monitoring.coreos.com/v1", "PodMonitor"),
        ],
    )
    def test_served(self, api, version, kind):
        """
        The server serves the kinds of all projects.
        """
        content = api.get(f"/apis/{version}")

        assert kind in {each["kind"] for each in content["resources"]}

    def test_validated(self, api):
        """
        The server refuses a custom resource that lacks what it must have.
        """
        api.post(
            "/api/v1/namespaces",
            {"metadata": {"name": "app"}},
        )
        certificate = {
            "apiVersion": "cert-manager.io/v1",
            "kind": "Certificate",
            "metadata": {"name": "web", "namespace": "app"},
            "spec": {"issuerRef": {"name": "ca"}},
        }
        with pytest.raises(httpx.HTTPStatusError) as raised:
            api.apply(certificate)
        assert "spec.secretName: Required" in raised.value.response.text

        certificate["spec"]["secretName"] = "web-tls"
        api.apply(certificate)
        path = "/apis/cert-manager.io/v1/namespaces/app/certificates/web"

        assert "web" == api.get(path)["metadata"]["name"]
