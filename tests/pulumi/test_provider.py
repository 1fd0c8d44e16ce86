"""
The one explicit provider of a stack.
"""

from mizzen import Stack
from mizzen.pulumi import cluster_provider


class TestClusterProvider:
    def test_inputs(self, deploy, monkeypatch):
        """
        The provider is identified by the context alone, so that another
        place of the kubeconfig replaces nothing.
        """
        monkeypatch.setenv("KUBECONFIG", "/home/somebody/kubeconfig")
        stack = Stack("dev", environment="dev", context="kind-shop")
        found = deploy(lambda: cluster_provider(stack) and None)["cluster"]

        assert "pulumi:providers:kubernetes" == found.type
        assert {
            "clusterIdentifier": "kind-shop",
            "context": "kind-shop",
            "enableSecretMutable": "true",
        } == found.inputs

    def test_name(self, deploy):
        """
        A program may have the clusters of several stacks.
        """
        stack = Stack("dev", environment="dev")
        found = deploy(lambda: cluster_provider(stack, "far") and None)

        assert {"enableSecretMutable": "true"} == found["far"].inputs
