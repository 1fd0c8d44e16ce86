"""
From manifests to resources: types, and what Pulumi waits for.
"""

import importlib.metadata

from types import MappingProxyType

import pulumi
import pytest

from mizzen import (
    Autoscale,
    CertManager,
    Cluster,
    Environment,
    Ingress,
    IngressController,
    LoadBalancer,
    NodePort,
    Stack,
)
from mizzen.manifests import Manifest
from mizzen.pulumi import AppComponent
from mizzen.pulumi._resources import register


@pytest.fixture(name="awaited")
def _awaited(deploy, shop):
    """
    Deploys the shop and tells which kinds of its objects are awaited.
    """

    def awaited(exposure, addresses=MappingProxyType({}), **cluster):
        found = deploy(
            lambda: (
                AppComponent(
                    "shop",
                    app=shop,
                    environment=Environment("dev", exposure=exposure),
                    stack=Stack(
                        "dev",
                        environment="dev",
                        cluster=Cluster("odd", **cluster),
                        hosts=["shop.example.com"],
                        issuer="letsencrypt",
                        **addresses,
                    ),
                )
                and None
            )
        )
        return {
            name: resource.inputs["metadata"]
            .get("annotations", {})
            .get("pulumi.com/skipAwait")
            != "true"
            for name, resource in found.resources.items()
            if resource.type.startswith("kubernetes:")
        }

    return awaited


class TestAwaited:
    def test_pods(self, awaited, web):
        """
        Pulumi waits for pods and runs, and not for claims, which may wait
        for their first pod, nor for Services, whose pods it waits for.
        """
        found = awaited(NodePort([web]))

        assert {
            "web-deployment": True,
            "migrate-job": True,
            "db-stateful-set": True,
            "db-disk": False,
            "db-service": False,
            "web-service": False,
        } == {
            name: value
            for name, value in found.items()
            if name
            in {
                "web-deployment",
                "migrate-job",
                "db-stateful-set",
                "db-disk",
                "db-service",
                "web-service",
            }
        }

    @pytest.mark.parametrize("publishes", [True, False])
    def test_ingress(self, awaited, publishes):
        """
        An Ingress is awaited where its controller publishes an address.
        """
        found = awaited(
            Ingress(tls=CertManager()),
            ingress_status=publishes,
            ingress_controllers=[IngressController("own")],
        )

        assert publishes is found["shop-ingress"]

    @pytest.mark.parametrize("ingress_class", [None, "gce", "odd"])
    def test_unserved_ingress(self, awaited, ingress_class):
        """
        An Ingress that names no class may be one that nobody serves, and
        is then waited for in vain.
        """
        found = awaited(Ingress(), {"ingress_class": ingress_class})

        assert (ingress_class is not None) is found["shop-ingress"]

    def test_load_balancer(self, awaited, web):
        """
        A load balancer is awaited for its address.
        """
        found = awaited(LoadBalancer([web]), ingress_status=False)

        assert found["web-service"]


class TestWords:
    @pytest.fixture(name="told")
    def _told(self, deploy, shop, web):
        """
        Deploys the shop, whose page is scaled by an autoscaler, and tells
        what the plugin is told about its objects.
        """
        scale = web.override(scale=Autoscale(2, 20, cpu=70))
        found = deploy(
            lambda: AppComponent(
                "shop",
                app=shop,
                environment=Environment("dev", overrides=[scale]),
                stack=Stack("dev", environment="dev"),
            )
        )

        def told(word):
            return {
                name
                for name, resource in found.resources.items()
                if f"pulumi.com/{word}"
                in resource.inputs.get("metadata", {}).get("annotations", {})
            }

        return told

    def test_jobs(self, told):
        """
        A job that has failed is run again, also those of stores.
        """
        assert told("replaceUnready") == {
            "migrate-job",
            "db-accounts",
            "cache-accounts",
        }

    def test_replicas(self, told):
        """
        A number of replicas that is said takes the place of what an
        autoscaler has set.
        """
        assert told("patchForce") == {
            "api-deployment",
            "web-deployment",
            "worker-deployment",
        }


class TestUntyped:
    def test_custom_resource(self, deploy):
        """
        Objects of custom resource definitions keep all of their fields.
        """
        body = {
            "apiVersion": "snapshot.storage.k8s.io/v1",
            "kind": "VolumeSnapshotClass",
            "metadata": {"name": "fast"},
            "driver": "disk.example.com",
            "deletionPolicy": "Retain",
        }

        def program():
            register(
                "fast",
                Manifest(None, "snapshot-class", body),
                body,
                Cluster("odd"),
                pulumi.ResourceOptions(),
            )

        found = deploy(program)["fast"]

        assert body == found.inputs
        assert (
            "kubernetes:snapshot.storage.k8s.io/v1:VolumeSnapshotClass",
            importlib.metadata.version("pulumi_kubernetes"),
        ) == (found.type, found.version)
