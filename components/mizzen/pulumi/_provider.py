"""
The one explicit Kubernetes provider of a stack.
"""

import pulumi
import pulumi_kubernetes

from ..stack import Stack


def _without_kubeconfig(
    args: pulumi.ResourceTransformationArgs,
) -> pulumi.ResourceTransformationResult:
    props = {**args.props}
    props.pop("kubeconfig", None)

    return pulumi.ResourceTransformationResult(props, args.opts)


def cluster_provider(
    stack: Stack, name: str = "cluster"
) -> pulumi_kubernetes.Provider:
    """
    The provider that leads to the cluster of *stack*.

    Where the kubeconfig is stays out of the state: it differs between
    machines, and a new one would replace everything. The plugin finds it by
    itself, by ``KUBECONFIG`` or in the home folder.
    """
    return pulumi_kubernetes.Provider(
        name,
        context=stack.context,
        cluster_identifier=stack.context,
        # The Secret of a store's administrator changes under its name.
        enable_secret_mutable=True,
        opts=pulumi.ResourceOptions(transformations=[_without_kubeconfig]),
    )
