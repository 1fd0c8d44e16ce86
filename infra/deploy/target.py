"""
Which cluster a stack goes to.
"""

import os

from collections.abc import Mapping
from pathlib import Path

import attrs

from infra import local

from mizzen import Stack

from .errors import RefusedError


@attrs.frozen(kw_only=True)
class Target:
    """
    A cluster, and how it is reached.

    Attributes:
        addresses: Configuration of the stack that leads there.

        environment: Environment variables of the Pulumi process.

        home: Folder for state and for what is generated for the stack.

        cluster: The embedded cluster, if it is that.
    """

    addresses: Mapping[str, str]
    environment: Mapping[str, str]
    home: Path
    cluster: local.LocalCluster | None = None


def _own_cluster(stack: Stack, context: str) -> Target:
    if stack.context not in (None, context):
        msg = (
            f"Stack {stack.name!r} goes to context {stack.context!r}, but "
            f"KUBE_CONTEXT names {context!r}. Set KUBE_CONTEXT="
            f"{stack.context}, or change the stack's file."
        )
        raise RefusedError(msg)

    return Target(
        addresses={"context": context},
        environment=local.pulumi_environment(),
        home=stack.root / ".mizzen",
    )


def _embedded_cluster(stack: Stack) -> Target:
    if stack.context is not None:
        msg = (
            f"Stack {stack.name!r} goes to context {stack.context!r}. "
            f"Confirm it: KUBE_CONTEXT={stack.context} make …"
        )
        raise RefusedError(msg)
    reason = local.supported()
    if reason is not None:
        msg = (
            f"The embedded local cluster cannot run here: {reason} Name a "
            "cluster of your own: KUBE_CONTEXT=… make up"
        )
        raise RefusedError(msg)
    cluster = local.up()

    return Target(
        addresses={
            "cluster": "embedded",
            "context": cluster.context,
            "registry": cluster.registry,
        },
        environment=cluster.environment,
        home=cluster.data / "stacks",
        cluster=cluster,
    )


def choose(stack: Stack) -> Target:
    """
    The cluster that ``KUBE_CONTEXT`` names, else the embedded one.

    Raises:
        RefusedError: If the stack's file names another, or there is none.
    """
    context = os.environ.get("KUBE_CONTEXT")
    return (
        _own_cluster(stack, context) if context else _embedded_cluster(stack)
    )
