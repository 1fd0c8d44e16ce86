"""
How long Pulumi waits.
"""

import pytest

from mizzen import (
    OFF,
    Autoscale,
    DaemonSet,
    Environment,
    Image,
    Recreate,
    Rollout,
    Stack,
    Trigger,
)
from mizzen.manifests import Manifest
from mizzen.pulumi import AppComponent, DaemonSetComponent
from mizzen.pulumi._timeouts import timeouts


@pytest.fixture(name="waits")
def _waits(deploy, shop):
    """
    Deploys the shop with other fields of one part, and tells in seconds how
    long Pulumi waits until an object is ready, and until it is gone.
    """

    def waits(name, part, **changes):
        (old,) = (each for each in shop.parts if each.name == part)
        app = shop.replace(old, **changes)
        found = deploy(
            lambda: (
                AppComponent(
                    "shop",
                    app=app,
                    environment=Environment("dev"),
                    stack=Stack("dev", environment="dev"),
                )
                and None
            )
        )
        given = found[name].request.customTimeouts
        assert given.create == given.update
        return given.create, given.delete

    return waits


class TestTimeouts:
    def test_job(self, waits):
        """
        A job may take as long as it says.
        """
        found = waits("migrate-job", "migrate", deadline_seconds=7200)

        assert found == ("7260s", "630s")

    def test_usual(self, waits):
        """
        A Deployment that says nothing is given up by Kubernetes before
        Pulumi does it, and is gone when its pods have had their time.
        """
        found = waits(
            "web-deployment", "web", grace_seconds=3600, pause_seconds=0
        )

        assert found == ("660s", "4200s")

    @pytest.mark.parametrize(
        ("changes", "seconds"),
        [
            ({"startup_seconds": 720}, 1260),
            ({"rollout": Recreate(progress_deadline_seconds=30)}, 600),
            ({"rollout": Recreate(), "replicas": 9}, 695),
            ({"rollout": Recreate(), "grace_seconds": 3600}, 4265),
            ({"replicas": 4}, 2460),
            ({"replicas": 0}, 600),
            (
                {"rollout": Rollout(surge=2, unavailable=1), "replicas": 20},
                4260,
            ),
            (
                {
                    "rollout": Rollout(surge="25%", unavailable="25%"),
                    "scale": Autoscale(1, 10, cpu=70),
                },
                1260,
            ),
            (
                {"scale": Autoscale(1, 5, queue=Trigger("cron", {"a": "b"}))},
                3060,
            ),
        ],
    )
    def test_deployment(self, waits, changes, seconds):
        """
        Pulumi waits as long as a rollout may take: for slow starts, for pods
        that have to go before, and for replicas that are exchanged one after
        another.
        """
        ready, _ = waits("web-deployment", "web", **changes)

        assert ready == f"{seconds}s"

    def test_endless(self, waits):
        """
        A job without a deadline may take a week.
        """
        found = waits("migrate-job", "migrate", deadline_seconds=OFF)

        assert found[0] == "604860s"

    def test_daemon_set(self, deploy):
        """
        Nodes get their pods one after another, and there may be many.
        """
        slow = DaemonSet(
            "agent",
            image=Image("a/b:1"),
            health=["healthy"],
            startup_seconds=60,
            update_strategy=Rollout(
                surge=0, unavailable=1, min_ready_seconds=30
            ),
        )
        found = deploy(lambda: DaemonSetComponent("agent", slow) and None)
        request = found["agent-daemon-set"].request

        assert request.customTimeouts.update == "9060s"

    def test_others(self, waits):
        """
        Stores may take as long to start as they may take to get healthy.
        """
        assert waits("db-stateful-set", "db")[0] == "660s"

    def test_nothing_runs(self, waits):
        """
        Whatever runs no pods is left to Pulumi.
        """
        assert waits("web-service", "web") == ("", "")

    def test_extras(self):
        """
        So is what others wrote.
        """
        raw = Manifest(None, "job", {"kind": "Job", "spec": {}}, extra="seed")

        assert timeouts(raw, ()) is None
