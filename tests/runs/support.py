"""
Jobs as kubectl tells of them.
"""

import json


NOW = {"startedAt": "2026-11-30T10:00:00Z"}


def items(*found):
    """
    The answer with a list of objects.
    """
    return [0, json.dumps({"items": found})]


def pod(init=None, status=None, **state):
    """
    A pod of a run in some state, and its init container.
    """
    container = {"name": "migrate", "image": "acme/api:v5"}
    first = {"name": "fetch", "image": "acme/fetch:v1"}
    return {
        "kind": "Pod",
        "metadata": {"name": "run-1-x", "creationTimestamp": "1"},
        "spec": {"containers": [container], "initContainers": [first]},
        "status": {
            "containerStatuses": [
                # Nodes sort them by name.
                {"name": "beside", "state": {"running": NOW}, "ready": True},
                {"name": "migrate", "state": state},
            ],
            "initContainerStatuses": [{"name": "fetch", "state": init}]
            if init
            else [],
            **(status or {}),
        },
    }


def job(*conditions, **said):
    """
    A job in the cluster.
    """
    return {
        "kind": "Job",
        "metadata": {"name": "run-1", "creationTimestamp": "1"},
        "spec": {"activeDeadlineSeconds": 600},
        "status": {
            "conditions": [
                {"status": "True", "type": each, **said} for each in conditions
            ],
        },
    }


def event(kind, name, reason, message):
    """
    What happened to an object.
    """
    return {
        "kind": "Event",
        "involvedObject": {"kind": kind, "name": name},
        "reason": reason,
        "message": message,
    }


def at(second, text):
    """
    A line of a log.
    """
    return f"2026-11-30T10:00:{second}Z {text}"
