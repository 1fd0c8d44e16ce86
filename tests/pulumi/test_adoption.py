"""
Objects that are in the cluster already: what Pulumi is told of them.
"""

import attrs
import pytest

from mizzen.pulumi import AppComponent


@pytest.fixture(name="resources")
def _resources(deploy, shop, dev, stack):
    """
    The resources of the shop, some objects of which are there already.
    """
    there = ("Namespace/shop-dev", "PersistentVolumeClaim/db", "Service/api")
    stack = attrs.evolve(stack, adopt=there)

    return deploy(
        lambda: AppComponent("shop", app=shop, environment=dev, stack=stack)
    ).resources


class TestAdopted:
    def test_imported(self, resources):
        """
        What is there is imported by the plugin's name for it, and all else
        is made.
        """
        assert {
            "shop-namespace": "shop-dev",
            "db-disk": "shop-dev/db",
            "api-service": "shop-dev/api",
        } == {
            name: resource.request.importId
            for name, resource in resources.items()
            if resource.request.importId
        }

    def test_forced(self, resources):
        """
        Fields that somebody else has set are set all the same; those of
        objects that are made are nobody else's, but for the replicas that an
        autoscaler may have owned.
        """
        deployments = {"web-deployment", "api-deployment", "worker-deployment"}

        assert {
            "shop-namespace",
            "db-disk",
            "api-service",
            *deployments,
        } == {
            name
            for name, resource in resources.items()
            if "pulumi.com/patchForce"
            in resource.inputs.get("metadata", {}).get("annotations", {})
        }

    def test_not_awaited(self, resources):
        """
        Both words for the plugin stand beside each other.
        """
        metadata = resources["db-disk"].inputs["metadata"]

        assert {"pulumi.com/skipAwait", "pulumi.com/patchForce"} <= {
            *metadata["annotations"]
        }
