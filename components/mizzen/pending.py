"""
Objects whose deletion is pending since an update has failed, and which are
wanted again.

Names of jobs and of configuration tell their content, so a change that is
undone wants the objects from before it. As long as they are there, Pulumi
cannot make them, and would delete them after that.

What they did stays done, but for errands of stores: what one tells a server,
like who may sign in until when, the next one has changed.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ._lenient import Lenient
from ._names import COMPONENT
from .engine import Engine, Event
from .kubectl import Kubectl


IS_JOB = "kubernetes:batch/v1:Job::"


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


def _is_errand(resource: Any) -> bool:
    labels = Lenient(resource.get("inputs"))["metadata"]["labels"]

    return IS_JOB in resource["urn"] and labels[COMPONENT].text == "store"


def _again(
    resources: list[Any], wanted: Mapping[str, str]
) -> Iterator[tuple[int, int]]:
    """
    Where objects stand that are *wanted* again, and where those that came
    in their places.
    """
    current = {
        resource["urn"]: number
        for number, resource in enumerate(resources)
        if not resource.get("delete")
    }
    for number, old in enumerate(resources):
        name = _name(old.get("inputs"))
        place = current.get(old["urn"])
        if not old.get("delete") or place is None:
            continue
        taken = _name(resources[place].get("inputs")) == name
        if wanted.get(old["urn"]) == name and not taken:
            yield number, place


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
    changed = False
    for number, place in _again(resources, wanted):
        old, new = resources[number], resources[place]
        if not _is_errand(old):
            del old["delete"]
            new["delete"] = True
            resources[place], resources[number] = old, new
            changed = True

    return changed


def forget_errands(state: Any, wanted: Mapping[str, str]) -> tuple[str, ...]:
    """
    Change *state* so that errands which are *wanted* again are unknown, and
    run once more.

    Args:
        state: What ``pulumi stack export`` gives.

        wanted: Names of objects by URN.

    Returns:
        Names of their Jobs, which must not be there then.
    """
    resources = _resources(state)
    again = {
        number: _name(resources[number]["inputs"])
        for number, _ in _again(resources, wanted)
        if _is_errand(resources[number])
    }
    resources[:] = [
        resource
        for number, resource in enumerate(resources)
        if number not in again
    ]

    return tuple(again.values())


def keep_wanted(engine: Engine, kubectl: Kubectl) -> tuple[str, ...]:
    """
    Keep what the next update wants of what is to be deleted since the last
    one has failed, and make room for the errands that it runs again.

    Args:
        engine: Pulumi for the stack.

        kubectl: The namespace of the app.

    Returns:
        Names of the Jobs of those errands.

    Raises:
        SpecError: If Pulumi or kubectl fails.
    """
    state = engine.state()
    if not is_pending(state):
        return ()
    found = dict(wanted(engine.preview()))
    errands = forget_errands(state, found)
    for name in errands:
        # Before Pulumi forgets it, or nobody would know where this ends.
        kubectl.ask(
            "delete",
            "job",
            name,
            "--cascade=foreground",
            "--ignore-not-found",
        )
    if put_back(state, found) or errands:
        engine.put_state(state)

    return errands
