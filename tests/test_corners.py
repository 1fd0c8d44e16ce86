"""
Parts that few apps have, next to each other.
"""

import pytest

from mizzen import (
    App,
    Autoscale,
    Credentials,
    CronJob,
    DaemonSet,
    Disk,
    Environment,
    External,
    FromConfig,
    Image,
    Ingress,
    Queue,
    Recreate,
    Redis,
    Rollout,
    Route,
    Service,
    SpecError,
    Stack,
    Worker,
    compile_app,
)
from mizzen.checks import check
from mizzen.diagram import mermaid
from mizzen.graph import graph
from mizzen.stack import parse_stack


IMAGE = Image("acme/app:v5")
STACK = Stack("dev", environment="dev")


def shop(*parts, **more):
    """
    An app of *parts*.
    """
    return App("shop", edition="2026", parts=parts, **more)


class TestDisk:
    def test_rollout(self):
        """
        One pod at a time can mount a disk, so that none starts before the
        last one has stopped.
        """
        part = Worker(
            "w", image=IMAGE, volumes={"/d": Disk("1Gi")}, rollout=Rollout()
        )
        with pytest.raises(SpecError, match="rollout starts a pod before"):
            compile_app(shop(part), Environment("dev"), STACK)

    def test_recreate(self):
        """
        Whoever says so is content.
        """
        part = Worker(
            "w", image=IMAGE, volumes={"/d": Disk("1Gi")}, rollout=Recreate()
        )
        made = compile_app(shop(part), Environment("dev"), STACK)

        assert made.get("Deployment", "w")["spec"]["strategy"] == {
            "type": "Recreate"
        }


class TestQueue:
    def test_elsewhere(self):
        """
        KEDA asks a store that is elsewhere by its own name, and its range
        is known to the checks.
        """
        password = FromConfig("password", secret=True)
        cache = Redis(
            "cache",
            version=8,
            disk="1Gi",
            at=External(
                host="redis.example.com",
                credentials=Credentials("shop", password),
            ),
        )
        part = Worker(
            "w",
            image=IMAGE,
            uses=[cache],
            scale=Autoscale(
                0, 9, queue=Queue(cache, list="jobs", per_replica=2)
            ),
        )
        app, dev = shop(part, cache), Environment("dev")
        made = compile_app(app, dev, STACK)
        (trigger,) = made.get("ScaledObject", "w")["spec"]["triggers"]

        assert trigger["metadata"]["address"] == "redis.example.com:6379"
        assert check(app, dev, STACK, made)


class TestDiagram:
    def test_kinds(self):
        """
        Schedules, what runs on each node, and internal ways in are drawn.
        """
        web = Service("web", image=IMAGE, port=80)
        app = shop(
            web,
            CronJob("tidy", image=IMAGE, schedule="0 3 1 1 0"),
            DaemonSet("agent", image=IMAGE),
            routes=[Route("/", web, internal=True)],
        )
        picture = mermaid(graph(app, Environment("dev", exposure=Ingress())))

        assert "0 3 1 1 0" in picture
        assert "on each node" in picture
        assert "internal network" in picture


class TestHostGroups:
    def test_no_mapping(self, tmp_path):
        """
        Groups of hosts have names.
        """
        values = {"environment": "dev", "hostGroups": ["a.example.com"]}
        with pytest.raises(SpecError, match="hostGroups must give names"):
            parse_stack("dev", values.get, root=tmp_path, config_keys=None)
