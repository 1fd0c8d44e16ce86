"""
How many replicas may go at a time.
"""

import attrs
import pytest

from mizzen import OFF, Autoscale


class TestSeveral:
    @pytest.mark.parametrize(
        ("changes", "several"),
        [
            ({"replicas": 0}, False),
            ({"replicas": 1}, False),
            ({"replicas": 2}, True),
            ({"scale": Autoscale(1, 1, cpu=70)}, False),
            ({"scale": Autoscale(1, 9, cpu=70)}, True),
            ({"scale": Autoscale(2, 9, cpu=70)}, True),
            ({"replicas": None, "scale": Autoscale(2, 9, cpu=70)}, True),
            ({"replicas": 2, "scale": OFF}, True),
        ],
        ids=str,
    )
    def test_budget(self, web, desired, changes, several):
        """
        A disruption budget is there where two replicas may be; a soft
        spread always, so that a second replica leaves the first alone.
        """
        found = desired(attrs.evolve(web, **changes))
        deployment = found.get("Deployment", "web")
        kinds = {manifest.kind for manifest in found}

        assert several is ("PodDisruptionBudget" in kinds)
        assert "affinity" in deployment["spec"]["template"]["spec"]

    def test_budget_of_one(self, web, desired):
        """
        One replica may go at a time, so that a drain is never blocked, also
        by one that never gets ready.
        """
        found = desired(attrs.evolve(web, replicas=2))

        assert {
            "maxUnavailable": 1,
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
            "selector": {
                "matchLabels": {
                    "app.kubernetes.io/name": "web",
                    "app.kubernetes.io/instance": "shop-dev",
                }
            },
        } == found.get("PodDisruptionBudget", "web")["spec"]
