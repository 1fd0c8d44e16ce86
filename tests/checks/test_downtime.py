"""
Findings about parts that answer nobody for a while.
"""

import attrs
import pytest

from mizzen import (
    App,
    Autoscale,
    Environment,
    NodePort,
    Recreate,
    Rollout,
    Trigger,
)


class TestNoneRunning:
    @pytest.mark.parametrize(
        "changes",
        [
            {"replicas": 0},
            {"scale": Autoscale(0, 9, queue=Trigger("cron", {}))},
        ],
        ids=["fixed", "scaled"],
    )
    def test_used(self, desired, shop, found, changes):
        """
        A part that others use has to run.
        """
        app = shop.replace(shop["api"], **changes)

        assert [
            (
                "Deployment 'api': others connect to it, but none of its "
                "pods need run, and a request starts none (none-running). "
                "Set replicas, or the minimum of scale, to at least 1 on "
                "Service 'api'."
            )
        ] == found("none-running", desired(app), app)

    def test_public(self, desired, shop, found):
        """
        So has one that the world outside reaches.
        """
        app = shop.replace(shop["web"], replicas=0)
        open_to_all = Environment("dev", exposure=NodePort([app["web"]]))
        made = desired(app, environment=open_to_all)

        assert 1 == len(found("none-running", made, app, open_to_all))

    def test_unused(self, desired, web, found):
        """
        Nobody misses what nobody connects to.
        """
        app = App(
            "shop",
            edition="2026",
            parts=[attrs.evolve(web, replicas=0, uses=[])],
        )

        assert [] == found("none-running", desired(app), app)

    def test_running(self, desired, shop, found):
        """
        What runs is right.
        """
        assert [] == found("none-running", desired(shop), shop)


class TestRolloutGap:
    @pytest.mark.parametrize(
        "changes",
        [
            {"replicas": 1, "rollout": Rollout(surge=0, unavailable=1)},
            {"replicas": 4, "rollout": Rollout(unavailable="100%")},
            {
                "scale": Autoscale(1, 9, cpu=70),
                "rollout": Rollout(unavailable=1),
            },
        ],
        ids=["only", "all", "fewest"],
    )
    def test_gap(self, desired, shop, found, changes):
        """
        A rollout keeps one of the pods that others connect to.
        """
        app = shop.replace(shop["api"], **changes)

        assert [
            (
                "Deployment 'api': others connect to it, but a rollout may "
                "take away all of its pods before new ones are ready "
                "(rollout-gap). Lower unavailable of rollout on Service "
                "'api', or set rollout to Recreate() to mean it."
            )
        ] == found("rollout-gap", desired(app), app)

    @pytest.mark.parametrize(
        "changes",
        [
            {"replicas": 0, "rollout": Rollout(unavailable=1)},
            {"replicas": 2, "rollout": Rollout(surge=0, unavailable=1)},
            {"replicas": 1, "rollout": Rollout(unavailable="99%")},
            {"replicas": 2, "rollout": Recreate()},
        ],
        ids=["none", "half", "rounded", "meant"],
    )
    def test_kept(self, desired, shop, found, changes):
        """
        Where one is kept, or the gap is meant, nothing is said.
        """
        app = shop.replace(shop["api"], **changes)

        assert [] == found("rollout-gap", desired(app), app)
