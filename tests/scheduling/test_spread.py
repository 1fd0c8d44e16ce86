"""
How far apart replicas are.
"""

import pytest

from mizzen import OFF, Autoscale, SpecError, Spread


HOST = "kubernetes.io/hostname"
ZONE = "topology.kubernetes.io/zone"
SELECTOR = {
    "matchLabels": {
        "app.kubernetes.io/name": "web",
        "app.kubernetes.io/instance": "shop-dev",
    }
}
PREFERRED = {
    "podAntiAffinity": {
        "preferredDuringSchedulingIgnoredDuringExecution": [
            {
                "weight": 100,
                "podAffinityTerm": {
                    "labelSelector": SELECTOR,
                    "topologyKey": "kubernetes.io/hostname",
                },
            }
        ]
    }
}


def constraint(key, action):
    """
    A constraint of the replicas of *web*.
    """
    strict = {"nodeTaintsPolicy": "Honor"}
    return {
        "maxSkew": 1,
        "topologyKey": key,
        "whenUnsatisfiable": action,
        "labelSelector": SELECTOR,
        "matchLabelKeys": ["pod-template-hash"],
        **(strict if action == "DoNotSchedule" else {}),
    }


class TestSpread:
    @pytest.mark.parametrize(
        ("spread", "affinity", "constraints"),
        [
            (None, PREFERRED, [constraint(ZONE, "ScheduleAnyway")]),
            (
                Spread(hosts="hard"),
                PREFERRED,
                [
                    constraint(HOST, "DoNotSchedule"),
                    constraint(ZONE, "ScheduleAnyway"),
                ],
            ),
            (
                Spread(zones="hard"),
                PREFERRED,
                [constraint(ZONE, "DoNotSchedule")],
            ),
            (Spread(zones=OFF), PREFERRED, None),
            (Spread(hosts=OFF, zones=OFF), None, None),
            (OFF, None, None),
        ],
        ids=str,
    )
    def test_strength(self, placed, spread, affinity, constraints):
        """
        Replicas prefer other hosts and zones, insist on them or do not
        care; those of the version before never count.
        """
        spec = placed(replicas=2, spread=spread)

        assert affinity == spec.get("affinity")
        assert constraints == spec.get("topologySpreadConstraints")

    def test_alone(self, placed):
        """
        A single replica is not kept away from itself.
        """
        spec = placed(spread=Spread(hosts="hard", zones="hard"))

        assert "affinity" not in spec
        assert "topologySpreadConstraints" not in spec

    def test_second(self, placed):
        """
        A second replica is no reason to exchange the first.
        """
        assert placed(replicas=1) == placed(replicas=2)

    @pytest.mark.parametrize("field", ["hosts", "zones"])
    def test_words(self, field):
        """
        Only the words that are known are taken.
        """
        with pytest.raises(SpecError) as ei:
            Spread(**{field: "strong"})

        assert (
            f"Spread: {field} must be 'soft', 'hard' or OFF (got 'strong')."
        ) == str(ei.value)


def test_scaled_alone(placed):
    """
    What an autoscaler may make several of is spread from the start.
    """
    assert PREFERRED == placed(scale=Autoscale(1, 2, cpu=70))["affinity"]
