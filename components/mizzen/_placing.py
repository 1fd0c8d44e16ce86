"""
Why a pod has no node, or none that answers.
"""

import math
import re

from collections.abc import Iterator
from typing import Any

from ._cause import STUCK, Cause, squeezed
from ._lenient import Lenient
from ._requests import requested
from .live import Live, condition, name_of
from .quantities import BINARY_UNITS, number_of, written_bytes


_TRIED = re.compile(r"(No preemption|no new claims|preemption:).*", re.DOTALL)
_LACKS = re.compile(r"(\d+) Insufficient ([\w/-]+(?:\.[\w/-]+)*)")


def _asked(pod: Lenient, live: Live, resource: str) -> str:
    """
    What *pod* asks for, and what nodes have of it.
    """
    offered = []
    for node in live.nodes:
        size = node["status"]["allocatable"][resource].value
        offered.append(f"node {name_of(node)} {_amount(resource, size)}")
    try:
        wanted = _amount(resource, requested(pod["spec"].value, resource))
    except (AttributeError, KeyError, TypeError, ArithmeticError):
        return ""
    have = f", {', '.join(offered)}" if offered else ""

    return f"{resource}: asked for {wanted}{have}"


def _amount(resource: str, quantity: Any) -> str:
    number = number_of(quantity)
    if number is None:
        return "none"
    if resource == "cpu":
        return f"{number:f}"
    gibibytes = number / BINARY_UNITS["Gi"]

    return f"{gibibytes:.1f}Gi" if gibibytes > 1 else written_bytes(number)


def _claim_words(live: Live, pod: Lenient) -> Iterator[str]:
    """
    What is wrong with the claims of *pod*.
    """
    for volume in pod["spec"]["volumes"]:
        name = volume["persistentVolumeClaim"]["claimName"].text
        claim = live.get("PersistentVolumeClaim", name)
        phase = claim["status"]["phase"].text
        if name and phase != "Bound":
            said = live.happened(
                claim, "ProvisioningFailed", "FailedBinding", "VolumeMismatch"
            )
            state = phase.lower() or "not there"
            yield f"claim {name} is {state}: {squeezed(said)}".rstrip(": ")


def _scheduling_cause(live: Live, pod: Lenient, said: str) -> Cause:
    claims = "volumeclaim" in said.lower()
    lacking = dict.fromkeys(m[2] for m in _LACKS.finditer(said))
    details = [
        *(_asked(pod, live, resource) for resource in lacking),
        *(_claim_words(live, pod) if claims else ()),
    ]
    if "affinity/selector" in said:
        wanted = pod["spec"]["nodeSelector"].items()
        labels = ", ".join(f"{key}={value.text}" for key, value in wanted)
        details.append(f"asked for nodes with {labels or 'its affinity'}")
    told = squeezed(_TRIED.sub("", said)).removesuffix(". not found")
    more = "".join(f"; {detail}" for detail in details if detail)
    scales = live.happened(pod, "TriggeredScaleUp")
    awaited = "; a new node is on its way" if scales else ""

    return Cause(
        id="volume" if claims else "scheduling",
        words=f"fits on no node: {told}{more}{awaited}",
        patience_seconds=math.inf if scales else STUCK,
    )


def lost_node(live: Live, pod: Lenient) -> Cause | None:
    """
    What is the matter with the node of *pod*, if that does not answer.
    """
    name = pod["spec"]["nodeName"].text
    for node in live.nodes:
        ready = condition(node, "Ready")
        if name == name_of(node) and ready["status"].text not in ("True", ""):
            said = squeezed(ready["message"].text)
            words = f"is on node {name}, which is not ready: {said}"
            return Cause(
                id="node",
                words=words.removesuffix(": "),
                patience_seconds=STUCK,
            )
    return None


def unplaced_cause(live: Live, pod: Lenient) -> Cause | None:
    """
    Why *pod* has no node.
    """
    scheduled = condition(pod, "PodScheduled")
    if scheduled["reason"].text == "Unschedulable":
        return _scheduling_cause(live, pod, scheduled["message"].text)
    gates = [gate["name"].text for gate in pod["spec"]["schedulingGates"]]
    if gates:
        words = f"waits until somebody removes its gates {', '.join(gates)}"
        return Cause(id="scheduling", words=words, patience_seconds=STUCK)
    return None
