"""
How replicas are exchanged.
"""

import attrs
import pytest

from mizzen import (
    OFF,
    Container,
    Defaults,
    Environment,
    Image,
    Recreate,
    Rollout,
    SpecError,
)


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


DEV = Environment("dev")


class TestStartup:
    def spec(self, desired, web, environment=DEV):
        """
        What the Deployment of *web* says.
        """
        found = desired(web, environment=environment)
        return found.get("Deployment", "web")["spec"]

    def failures(self, spec, kind="containers"):
        """
        How often the first container is asked while it starts.
        """
        probe = spec["template"]["spec"][kind][0]["startupProbe"]

        assert probe["periodSeconds"] == 2
        return probe["failureThreshold"]

    @pytest.mark.parametrize(
        ("seconds", "failures"), [(1, 1), (3, 2), (120, 60), (3600, 1800)]
    )
    def test_probe(self, web, desired, seconds, failures):
        """
        A part is asked until its time to start is over, by default or by
        an override.
        """
        default = Environment(
            "dev", defaults=Defaults(startup_seconds=seconds)
        )
        override = web.override(startup_seconds=seconds)
        other = Environment("dev", overrides=[override])
        for environment in (default, other):
            found = self.failures(self.spec(desired, web, environment))
            assert failures == found

    def test_deadline(self, web, desired):
        """
        A rollout fails later where a pod may start more slowly than usual,
        its sidecars before it.
        """
        side = Container(
            "proxy", image=Image("a:1"), health=["a"], startup_seconds=180
        )
        slow = attrs.evolve(web, startup_seconds=300)
        both = attrs.evolve(slow, sidecars=[side])
        quick = attrs.evolve(web, startup_seconds=60)
        spec = self.spec(desired, both)

        assert self.failures(spec, "initContainers") == 90
        assert spec["progressDeadlineSeconds"] == 600 + 180 + 60
        assert self.spec(desired, slow)["progressDeadlineSeconds"] == 780
        assert "progressDeadlineSeconds" not in self.spec(desired, quick)

    def test_recreate(self, web, desired):
        """
        Pods that go before the new ones come have their time too.
        """
        slow = attrs.evolve(
            web, grace_seconds=900, pause_seconds=5, rollout=Recreate()
        )

        assert self.spec(desired, slow)["progressDeadlineSeconds"] == 1505

    @pytest.mark.parametrize("seconds", [120, 300])
    def test_own_deadline(self, web, desired, seconds):
        """
        What is said of the deadline holds.
        """
        rollout = Recreate(progress_deadline_seconds=seconds)
        slow = attrs.evolve(web, startup_seconds=seconds, rollout=rollout)

        assert seconds == self.spec(desired, slow)["progressDeadlineSeconds"]

    def test_early_deadline(self, web, desired):
        """
        A rollout does not fail while a pod may still start.
        """
        rollout = Rollout(progress_deadline_seconds=299)
        slow = attrs.evolve(web, startup_seconds=300, rollout=rollout)
        with pytest.raises(SpecError) as ei:
            desired(slow)
        (problem,) = ei.value.problems

        assert (
            "Service 'web': 'web' may take 300 seconds to start, but the "
            "rollout has failed after 299. Raise progress_deadline_seconds, "
            "or lower startup_seconds."
        ) == problem

    def test_nothing_asks(self, web, desired):
        """
        Where nothing asks whether it has started, no deadline waits for it.
        """
        rollout = Rollout(progress_deadline_seconds=60)
        silent = attrs.evolve(web, startup_seconds=300, health=OFF)
        early = attrs.evolve(silent, rollout=rollout)

        assert "progressDeadlineSeconds" not in self.spec(desired, silent)
        assert self.spec(desired, early)["progressDeadlineSeconds"] == 60

    @pytest.mark.parametrize("seconds", [0, 3601, 1.5, "120", OFF])
    def test_seconds(self, web, seconds):
        """
        The time is a number of seconds, an hour at most.
        """
        with pytest.raises(SpecError) as ei:
            attrs.evolve(web, startup_seconds=seconds)

        assert (
            "Service 'web': startup_seconds must be a whole number from 1 "
            f"to 3600, like 120 (got {seconds!r})."
        ) == str(ei.value)
