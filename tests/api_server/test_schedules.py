"""
A real API server reads schedules as mizzen does, and accepts one-off runs.
"""

import copy

import pytest

from mizzen import (
    App,
    Autoscale,
    Behaviour,
    CronJob,
    DaemonSet,
    Environment,
    Image,
    Queue,
    Redis,
    ScalingRules,
    SpecError,
    Stack,
    Toleration,
    Worker,
    compile_app,
    runs,
)


TIDY = CronJob("tidy", image=Image("a/b:1"), schedule="@daily")
CACHE = Redis("cache", version=8, disk="1Gi")
SENSOR = DaemonSet("sensor", image=Image("a/b:1"), tolerations=[Toleration()])
WORKER = Worker(
    "worker",
    image=Image("a/b:1"),
    uses=[CACHE],
    scale=Autoscale(
        0,
        5,
        cpu=70,
        queue=Queue(CACHE, stream="jobs", group="workers", per_replica=5),
        behaviour=Behaviour(down=ScalingRules(stabilisation_seconds=600)),
    ),
)


@pytest.fixture(name="found", scope="module")
def _found(server):
    app = App("runs", edition="2026", parts=[TIDY, SENSOR, WORKER, CACHE])
    stack = Stack("dev", environment="dev")
    found = compile_app(app, Environment("dev"), stack)
    namespace = found.get("Namespace", found.namespace)
    assert server.apply(namespace, dry_run=False).status in {200, 201}

    return found


@pytest.mark.parametrize(
    "schedule",
    [
        "0 0 * * *",
        "*/15 8-18 1,15 JAN-mar mon-FRI",
        "5/10 ? ? 12 0",
        "@weekly",
        "60 0 * * *",
        "0 0 * * 7",
        "9-5 0 * * *",
        "*/0 0 * * *",
        "* * * *",
    ],
)
def test_schedule(server, found, schedule):
    """
    A schedule is refused by both or by none.
    """
    try:
        TIDY.override(schedule=schedule)
        own = True
    except SpecError:
        own = False
    body = copy.deepcopy(found.get("CronJob", "tidy"))
    body["spec"]["schedule"] = schedule

    assert own is (server.apply(body).status in {200, 201})


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("CronJob", "tidy"),
        ("DaemonSet", "sensor"),
        ("ScaledObject", "worker"),
        ("TriggerAuthentication", "worker.cache"),
        ("Deployment", "worker"),
    ],
)
def test_accepted(server, found, kind, name):
    """
    What is made of schedules, nodes and queues is accepted as it is.
    """
    answer = server.apply(found.get(kind, name))

    assert answer.status in {200, 201}, answer.content["message"]
    assert [] == answer.warnings


def test_one_off(server, found):
    """
    A run of what is deployed is accepted.
    """
    body = runs.one_off(found.get("CronJob", "tidy"), ("now",))
    body["metadata"]["name"] = f"{body['metadata'].pop('generateName')}1"
    answer = server.create_dry(body)

    assert 201 == answer.status, answer.content["message"]
