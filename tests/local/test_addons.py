"""
The add-ons of the embedded cluster, as a real API server takes them.
"""

import pytest

from infra.local import custom_resources
from infra.local.addons import ADDONS
from infra.local.addons.start import with_needs


@pytest.fixture(name="api", scope="module")
def _api(connected):
    with connected() as api:
        yield api


class TestAddon:
    @pytest.mark.parametrize("name", ADDONS)
    def test_accepted(self, api, name):
        """
        The server accepts every object of an add-on after its custom
        resources, and its Deployment bears its name.
        """
        addon = ADDONS[name]
        api.define(custom_resources.manifests(addon.custom_resources))
        for manifest in addon.manifests("localhost/image:1"):
            api.apply(manifest)
        path = f"/apis/apps/v1/namespaces/{name}/deployments/{name}"
        [container] = api.get(path)["spec"]["template"]["spec"]["containers"]

        assert "localhost/image:1" == container["image"]

    def test_needs(self):
        """
        What an add-on needs comes before it, once.
        """
        names = [each.name for each in with_needs(["traefik", "metallb"])]

        assert ["metallb", "traefik"] == names
