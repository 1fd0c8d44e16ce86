"""
On which nodes pods run, and how far from each other.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from ._image_references import image_owners
from ._scaling import wants_several
from ._scope import Scope
from .spec import (
    OFF,
    Dockerfile,
    NotIn,
    Part,
    Replicated,
    Spread,
    Toleration,
    title,
)
from .stack import Stack


_HOST = "kubernetes.io/hostname"
_ZONE = "topology.kubernetes.io/zone"
_ARCHITECTURE = "kubernetes.io/arch"


def scheduling(part: Any, scope: Scope) -> dict[str, Any]:
    """
    The fields of a pod of *part* that decide where it runs.
    """
    spread = _spread(part)
    affinity = {**_node_affinity(part), **_apart(part, spread, scope)}
    constraints = list(_constraints(part, spread, scope))
    selector = {k: v for k, v in part.nodes.items() if isinstance(v, str)}
    found: dict[str, Any] = {}
    if isinstance(part.priority_class, str):
        found["priorityClassName"] = part.priority_class
    if selector:
        found["nodeSelector"] = selector
    if affinity:
        found["affinity"] = affinity
    if constraints:
        found["topologySpreadConstraints"] = constraints
    if part.tolerations:
        found["tolerations"] = [_toleration(t) for t in part.tolerations]

    return found


def _spread(part: Any) -> Spread | None:
    """
    Preferences are there for one replica too: a second one is then no
    reason to exchange the first. It is not kept away from itself, though.
    """
    if not isinstance(part, Replicated) or not isinstance(part.spread, Spread):
        return None
    if wants_several(part):
        return part.spread
    strict = {
        name: OFF
        for name in ("hosts", "zones")
        if getattr(part.spread, name) == "hard"
    }
    return attrs.evolve(part.spread, **strict)


def _expression(key: str, wanted: Any) -> dict[str, Any]:
    if isinstance(wanted, bool):
        operator = "Exists" if wanted else "DoesNotExist"
        return {"key": key, "operator": operator}
    if isinstance(wanted, NotIn):
        values = list(wanted.values)
        return {"key": key, "operator": "NotIn", "values": values}
    return {"key": key, "operator": "In", "values": list(wanted)}


def _node_affinity(part: Any) -> dict[str, Any]:
    wanted = {k: v for k, v in part.nodes.items() if not isinstance(v, str)}
    expressions = [_expression(key, value) for key, value in wanted.items()]
    if part.architectures:
        expressions.append(_expression(_ARCHITECTURE, part.architectures))
    if not expressions:
        return {}
    terms = {"nodeSelectorTerms": [{"matchExpressions": expressions}]}

    return {
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": terms
        }
    }


def _apart(part: Any, spread: Spread | None, scope: Scope) -> dict[str, Any]:
    """
    Replicas prefer other hosts. None is required to have one of its own: a
    rollout, which adds one before another goes, would wait for ever where
    there are as many hosts as replicas.
    """
    if spread is None or spread.hosts not in ("soft", "hard"):
        return {}
    labels = {"matchLabels": scope.selector(part)}
    term = {"labelSelector": labels, "topologyKey": _HOST}
    preferred = [{"weight": 100, "podAffinityTerm": term}]

    return {
        "podAntiAffinity": {
            "preferredDuringSchedulingIgnoredDuringExecution": preferred
        }
    }


def _constraints(
    part: Any, spread: Spread | None, scope: Scope
) -> Iterator[dict[str, Any]]:
    if spread is None:
        return
    for key, strength in ((_HOST, spread.hosts), (_ZONE, spread.zones)):
        if strength == "hard" or (key == _ZONE and strength == "soft"):
            hard = strength == "hard"
            # Or nodes that are drained, and those of others, would count as
            # empty places that must be filled first.
            policy = {"nodeTaintsPolicy": "Honor"} if hard else {}
            yield {
                "maxSkew": 1,
                "topologyKey": key,
                "whenUnsatisfiable": "DoNotSchedule"
                if hard
                else "ScheduleAnyway",
                "labelSelector": {"matchLabels": scope.selector(part)},
                # Those of the version before are about to go.
                "matchLabelKeys": ["pod-template-hash"],
                **policy,
            }


def _toleration(toleration: Toleration) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if toleration.key is not None:
        found["key"] = toleration.key
    if toleration.value is None:
        found["operator"] = "Exists"
    else:
        found["operator"] = "Equal"
        found["value"] = toleration.value
    if toleration.effect is not None:
        found["effect"] = toleration.effect
    if toleration.seconds is not None:
        found["tolerationSeconds"] = toleration.seconds

    return found


def misplaced(parts: tuple[Part, ...], stack: Stack) -> Iterator[str]:
    """
    Every sentence about parts that no node can run.
    """
    owners = image_owners(parts)
    for part in parts:
        yield from _two_architectures(part)
        recorded = {part.name, owners.get(id(part.image))} & {*stack.versions}
        if isinstance(part.image, Dockerfile) and not recorded:
            yield from _unbuilt_architectures(part, stack)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names)


def _on_nodes(part: Any) -> tuple[str, ...] | None:
    """
    Architectures that *part* asks of its nodes by their label.
    """
    asked = part.nodes.get(_ARCHITECTURE)
    if isinstance(asked, str):
        return (asked,)
    return asked if isinstance(asked, tuple) else None


def _two_architectures(part: Any) -> Iterator[str]:
    asked = _on_nodes(part)
    if asked and part.architectures and not {*asked} & {*part.architectures}:
        yield (
            f"{title(part)}: nodes asks for {_ARCHITECTURE!r} "
            f"{_listed(asked)}, but architectures for "
            f"{_listed(part.architectures)}. Leave one of them out."
        )


def _unbuilt_architectures(part: Any, stack: Stack) -> Iterator[str]:
    """
    Architectures for which the stack builds no image. What an image that is
    there already is built for is not known.
    """
    wanted = part.architectures or _on_nodes(part) or ()
    built = stack.platform.split("/")[1:2]
    missing = [name for name in wanted if name not in built]
    if missing:
        field = "architectures" if part.architectures else "nodes"
        yield (
            f"{title(part)} may run on {_listed(missing)}, but stack {stack.name!r} "
            f"builds images for {stack.platform!r} alone. Leave it out of "
            f"{field}, or set another platform in the stack's file."
        )
