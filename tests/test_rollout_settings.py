"""
How replicas are exchanged.
"""

import pytest

from mizzen import Defaults, Environment, Recreate, Rollout, SpecError


class TestRollout:
    @pytest.mark.parametrize(
        ("rollout", "expected"),
        [
            (
                Rollout(surge="25%", unavailable=1),
                {
                    "strategy": {
                        "type": "RollingUpdate",
                        "rollingUpdate": {
                            "maxSurge": "25%",
                            "maxUnavailable": 1,
                        },
                    }
                },
            ),
            (
                Recreate(min_ready_seconds=5, progress_deadline_seconds=60),
                {
                    "strategy": {"type": "Recreate"},
                    "minReadySeconds": 5,
                    "progressDeadlineSeconds": 60,
                },
            ),
        ],
        ids=str,
    )
    def test_strategy(self, web, desired, rollout, expected):
        """
        Replicas are exchanged as is said, by default or by an override.
        """
        default = Environment("dev", defaults=Defaults(rollout=rollout))
        other = Environment("dev", overrides=[web.override(rollout=rollout)])
        for environment in (default, other):
            found = desired(web, environment=environment)
            spec = found.get("Deployment", "web")["spec"]
            for key in ("replicas", "revisionHistoryLimit", "selector"):
                del spec[key]
            del spec["template"]
            assert expected == spec

    @pytest.mark.parametrize(
        "amount", [-1, "5", "101%", "%", "-1%", 1.5, True, None, "5 %", "²%"]
    )
    def test_amount(self, amount):
        """
        Amounts are numbers or percentages.
        """
        with pytest.raises(SpecError) as ei:
            Rollout(surge=amount)

        assert (
            "Rollout: surge must be a number of replicas or a percentage, "
            f"like 1 or '25%' (got {amount!r})."
        ) == str(ei.value)

    @pytest.mark.parametrize("nothing", [0, "0%"])
    def test_stuck(self, nothing):
        """
        Something has to be allowed to move.
        """
        with pytest.raises(SpecError) as ei:
            Rollout(surge=nothing)

        assert (
            "Rollout: surge or unavailable must be more than 0, or no "
            "replica could be exchanged."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        ("changes", "deadline"),
        [
            ({"min_ready_seconds": 600}, 600),
            ({"min_ready_seconds": 9, "progress_deadline_seconds": 9}, 9),
        ],
        ids=str,
    )
    def test_deadline(self, changes, deadline):
        """
        Nobody waits longer than the rollout may take.
        """
        with pytest.raises(SpecError) as ei:
            Recreate(**changes)

        assert (
            "Recreate: min_ready_seconds must be below the progress "
            f"deadline, {deadline} (got {changes['min_ready_seconds']})."
        ) == str(ei.value)
