"""
Objects whose deletion is pending since an update has failed, and which are
wanted again.

Names of jobs and of configuration tell their content, so a change that is
undone wants the objects from before it. As long as they are there, Pulumi
cannot make them, and would delete them after that.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ._lenient import Lenient
from .engine import Engine, Event


def _resources(state: Any) -> list[Any]:
    found = state["deployment"].get("resources") or []

    return found if isinstance(found, list) else []


def _name(inputs: Any) -> str:
    return Lenient(inputs)["metadata"]["name"].text


def wanted(events: Iterable[Event]) -> Iterator[tuple[str, str]]:
    """
    URNs and names of the objects that an update makes or changes.

    Args:
        events: What a preview of it tells.
    """
    for event in events:
        step = Lenient(event)["resourcePreEvent"]["metadata"]
        name = _name(step["new"]["inputs"].value)
        if name and step["op"].text != "same":
            yield step["urn"].text, name


def is_pending(state: Any) -> bool:
    """
    Whether deletions are pending in *state*.
    """
    return any(resource.get("delete") for resource in _resources(state))


def known(state: Any) -> frozenset[str]:
    """
    URNs of what is there as far as *state* tells.
    """
    return frozenset(
        resource["urn"]
        for resource in _resources(state)
        if not resource.get("delete")
    )


def put_back(state: Any, wanted: Mapping[str, str]) -> bool:
    """
    Change *state* so that objects which are *wanted* again are what is
    there, and those that came in their places go.

    Args:
        state: What ``pulumi stack export`` gives.

        wanted: Names of objects by URN.

    Returns:
        Whether there were such objects.
    """
    resources = _resources(state)
    current = {
        resource["urn"]: number
        for number, resource in enumerate(resources)
        if not resource.get("delete")
    }
    changed = False
    for number, old in enumerate(resources):
        urn = old["urn"]
        name = _name(old.get("inputs"))
        place = current.get(urn)
        if not old.get("delete") or place is None or wanted.get(urn) != name:
            continue
        new = resources[place]
        if _name(new.get("inputs")) != name:
            del old["delete"]
            new["delete"] = True
            resources[place], resources[number] = old, new
            changed = True

    return changed


def keep_wanted(engine: Engine) -> None:
    """
    Keep what the next update wants of what is to be deleted since the last
    one has failed.

    Raises:
        SpecError: If Pulumi fails.
    """
    state = engine.state()
    if is_pending(state) and put_back(state, dict(wanted(engine.preview()))):
        engine.put_state(state)
