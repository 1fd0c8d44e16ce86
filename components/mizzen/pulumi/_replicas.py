"""
Who decides how many replicas a Deployment has: itself or an autoscaler.

Pulumi goes on saying a number that it was told to ignore, and deletes last. So
a Deployment says which kind of autoscaler it is left to. When it has a number
of its own again that is an update, before which the autoscaler goes: it would
change that number once more.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pulumi

from ..exceptions import SpecError
from ..kubectl import Kubectl
from ..manifests import Manifest
from ._resources import annotated


_SCALED_BY = "mizzen.dev/scaled-by"


def left_to_autoscaler(
    body: dict[str, Any], manifests: Iterable[Manifest]
) -> dict[str, Any]:
    """
    *body*, the Deployment of the part that *manifests* are of, with the kind
    of its autoscaler, if it has one.
    """
    kinds = [m.body for m in manifests if m.role == "autoscaler"]
    if not kinds or "replicas" in body["spec"]:
        return body
    group = kinds[0]["apiVersion"].split("/")[0]

    return annotated(body, _SCALED_BY, f"{kinds[0]['kind']}.{group}")


def _autoscaler(inputs: Mapping[str, Any] | None) -> str | None:
    metadata = (inputs or {}).get("metadata") or {}
    found: str | None = (metadata.get("annotations") or {}).get(_SCALED_BY)

    return found


def _deleted(
    context: str | None, namespace: str, kind: str, name: str
) -> str | None:
    """
    Why an object cannot be deleted; `None` when it is gone.
    """
    if context is None:
        return "the stack names no context"
    kubectl = Kubectl(context=context, namespace=namespace)
    try:
        kubectl.ask("delete", kind, name, "--ignore-not-found")
    except SpecError as error:
        return str(error)
    return None


def take_back(context: str | None, args: pulumi.ResourceHookArgs) -> None:
    """
    Delete the autoscaler of a Deployment that says a number again; a warning
    tells where that is impossible.
    """
    kind = _autoscaler(args.old_inputs)
    if kind is None or _autoscaler(args.new_inputs):
        return
    inputs: Mapping[str, Any] = args.new_inputs or {}
    name, namespace = (inputs["metadata"][k] for k in ("name", "namespace"))
    problem = _deleted(context, namespace, kind, name)
    if problem:
        pulumi.warn(
            f"Deployment {name!r}: its autoscaler may change the number of "
            f"replicas once more before it goes ({problem}). Then: kubectl "
            f"--namespace={namespace} scale deployment/{name} "
            f"--replicas={inputs['spec']['replicas']}"
        )


def taking_back(context: str | None, name: str) -> pulumi.ResourceHookBinding:
    """
    What is done before a Deployment is updated, in a cluster that kubectl
    knows as *context*; a hook that begins with *name*.
    """
    hook = pulumi.ResourceHook(
        f"{name}-replicas", lambda args: take_back(context, args)
    )
    return pulumi.ResourceHookBinding(before_update=[hook])
