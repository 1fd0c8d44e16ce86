"""
What a cluster has otherwise than the last update left it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from .masks import literal_secrets
from .objects import Action, Body, ObjectChange, object_change
from .preview import Step, body_of, hidden_change, step_of


# What controllers write into an object beside what was said.
_ASSIGNED = ("volumeName",)
# What they own unless it was said.
_SHARED = ("replicas",)


def _own_words(body: Body, said: Body) -> Body:
    """
    *body* without what the cluster itself writes into it.
    """
    metadata, spoken = body.get("metadata", {}), said.get("metadata", {})
    annotations = metadata.get("annotations") or {}
    found = {
        **{key: value for key, value in body.items() if key != "status"},
        "metadata": {
            "name": metadata.get("name"),
            "labels": metadata.get("labels") or {},
            "annotations": {
                key: value
                for key, value in annotations.items()
                if key in (spoken.get("annotations") or {})
            },
        },
    }
    if isinstance(spec := body.get("spec"), Mapping):
        wanted = said.get("spec") or {}
        found["spec"] = {
            key: value
            for key, value in spec.items()
            if key not in _ASSIGNED and (key not in _SHARED or key in wanted)
        }
    return found


def _updated(
    step: Step, said: Body, secrets: tuple[str, ...]
) -> ObjectChange | None:
    old, new = (
        _own_words(body_of(step, state), said)
        for state in (step.old or {}, step.new or {})
    )
    change = object_change(step.part, step.role, old, new, secrets)
    if change is not None:
        return attrs.evolve(change, action=Action.UPDATED)

    return hidden_change(step, old, new, secrets) if step.action else None


def _told(
    events: Iterable[Mapping[str, Any]],
) -> Iterator[tuple[Step, Body]]:
    """
    What has become of each object, and what was said about it.
    """
    for event in events:
        told = event.get("resOutputsEvent", {}).get("metadata")
        step = told and step_of(told, "outputs")
        if step and step.token.startswith("kubernetes:"):
            yield step, told["old"].get("inputs") or {}


def _changes(events: Iterable[Mapping[str, Any]]) -> Iterator[ObjectChange]:
    told = tuple(_told(events))
    secrets = literal_secrets(
        body_of(step, state)
        for step, said in told
        for state in (said, step.old or {}, step.new or {})
    )
    for step, said in told:
        if step.action is Action.DELETED:
            gone = body_of(step, said)
            change = object_change(step.part, step.role, gone, None, secrets)
        else:
            change = _updated(step, said, secrets)
        if change is not None:
            yield change


def drift(
    events: Iterable[Mapping[str, Any]],
) -> tuple[ObjectChange, ...]:
    """
    What the objects of a stack have become without an update of it: what
    was said about them is otherwise, or something was added to it.

    Args:
        events: What ``pulumi refresh --preview-only --json`` has told.
    """
    return tuple(_changes(events))
