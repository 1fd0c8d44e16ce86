"""
Which parts are ready before others start.
"""

import graphlib

from collections.abc import Iterable
from typing import Any

from .daemon_sets import DaemonSet
from .external_services import ExternalService
from .jobs import Job
from .parts import uses_of
from .services import Service


def waits_of(parts: Iterable[Any]) -> dict[int, tuple[Any, ...]]:
    """
    What each of *parts* waits for, by identity: stores that it uses and jobs
    that come before it; a job also for services and DaemonSets that it uses
    and for what it comes after.
    """
    listed = tuple(parts)
    found: dict[int, dict[int, Any]] = {id(part): {} for part in listed}
    for part in listed:
        is_job = isinstance(part, Job)
        others = [
            use.part
            for use in uses_of(part)
            if not isinstance(use.part, ExternalService)
            and (is_job or not isinstance(use.part, (Service, DaemonSet)))
        ]
        if is_job:
            others.extend(part.after)
        found[id(part)].update((id(other), other) for other in others)
    for part in listed:
        for later in part.before if isinstance(part, Job) else ():
            found.setdefault(id(later), {})[id(part)] = part

    return {key: tuple(others.values()) for key, others in found.items()}


def circle(parts: Iterable[Any]) -> tuple[Any, ...]:
    """
    Parts of which each waits for the next one, from one back to itself; none
    if all of *parts* can start.
    """
    waiting = waits_of(parts)
    known = {id(part): part for others in waiting.values() for part in others}
    sorter = graphlib.TopologicalSorter(
        {key: map(id, others) for key, others in waiting.items()}
    )
    try:
        sorter.prepare()
    except graphlib.CycleError as error:
        return tuple(known[key] for key in reversed(error.args[1]))
    return ()
