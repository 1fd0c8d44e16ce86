"""
Pods, above all those of your own parts.
"""

from collections.abc import Mapping
from typing import Any

from ._accounts import identity_labels, may_ask
from ._containers import container
from ._metrics import metrics_annotations
from ._names import VERSION
from ._scheduling import scheduling
from ._scope import Scope
from ._volumes import has_claims, pod_volumes
from .spec import DaemonSet, Off, Service, listens_of


def pod_spec(
    part: Any, grace_seconds: int, group: int | Off | None, scope: Scope
) -> dict[str, Any]:
    """
    What all pods for *part* have in common: an account of their own without
    a token, no variables from other Services, files readable by their group,
    the Secrets that images are pulled with, and where they run.
    """
    security: dict[str, Any] = {
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    if isinstance(group, int):
        security["fsGroup"] = group
    spec = {
        "serviceAccountName": part.name,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": grace_seconds,
        "securityContext": security,
    }
    if scope.stack.pull_secrets:
        spec["imagePullSecrets"] = [
            {"name": name} for name in scope.stack.pull_secret_names
        ]
    return {**spec, **scheduling(part, scope)}


def run(
    template: dict[str, Any], retries: int, deadline_seconds: int | Off
) -> dict[str, Any]:
    """
    What pods of *template* do once, one after the other until one succeeds.
    A pod that its node had to let go counts as no failed try.
    """
    disrupted = {"type": "DisruptionTarget", "status": "True"}
    found: dict[str, Any] = {}
    if not isinstance(deadline_seconds, Off):
        found["activeDeadlineSeconds"] = deadline_seconds

    return {
        **found,
        "backoffLimit": retries,
        "podFailurePolicy": {
            "rules": [{"action": "Ignore", "onPodConditions": [disrupted]}]
        },
        "podReplacementPolicy": "Failed",
        "template": template,
    }


# The first port that needs no right of its own.
_ANY_PORT = {"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}
FIRST_PORT_OF_ALL = 1024


def _listens_below_1024(part: Any) -> bool:
    """
    Whether anything in the pods of *part* takes a port that is root's own
    where nothing else is said.
    """
    return any(
        port.number < FIRST_PORT_OF_ALL
        for owner in part.containers
        for port in listens_of(owner)
    )


def _on_the_node(part: Any) -> dict[str, Any]:
    """
    What pods of *part* share with their node.
    """
    found: dict[str, Any] = {}
    if isinstance(part, DaemonSet) and part.host_network:
        found["hostNetwork"] = True
        # Or they would ask the name servers of the node.
        found["dnsPolicy"] = "ClusterFirstWithHostNet"
    if isinstance(part, DaemonSet) and part.host_pid:
        found["hostPID"] = True

    return found


def pod_metadata(
    part: Any, labels: Mapping[str, str], annotations: Mapping[str, str]
) -> dict[str, Any]:
    """
    Labels and annotations of the pods of *part*: of its own, and those that
    mizzen gives. Its labels never take the place of what finds pods.
    """
    metadata: dict[str, Any] = {"labels": {**part.pod_labels, **labels}}
    found = {**annotations, **part.pod_annotations}
    if found:
        metadata["annotations"] = found

    return metadata


def pod_template(part: Any, scope: Scope) -> dict[str, Any]:
    """
    The pods of *part*.
    """
    volumes = pod_volumes(part, scope)
    grace_seconds = part.grace_seconds
    if isinstance(part, Service):
        # A pause counts as part of it to Kubernetes.
        grace_seconds += part.pause_seconds
    spec = pod_spec(part, grace_seconds, part.user, scope)
    spec["automountServiceAccountToken"] = may_ask(part)
    on_node = _on_the_node(part)
    spec.update(on_node)
    # The network of the node is not the pod's to set up.
    if "hostNetwork" not in on_node and _listens_below_1024(part):
        spec["securityContext"]["sysctls"] = [_ANY_PORT]
    if has_claims(part) and "fsGroup" in spec["securityContext"]:
        spec["securityContext"]["fsGroupChangePolicy"] = "OnRootMismatch"
    own, *others = (container(part, each, scope) for each in part.containers)
    if others:
        spec["initContainers"] = others
    spec["containers"] = [own]
    if volumes:
        spec["volumes"] = volumes
    labels = {
        **scope.metadata(part, part.name)["labels"],
        **identity_labels(part),
        VERSION: scope.images[id(part.image)].version,
    }
    metadata = pod_metadata(part, labels, metrics_annotations(part, scope))

    return {"metadata": metadata, "spec": spec}
