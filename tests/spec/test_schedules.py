"""
Parts that run at certain times, or on certain nodes.
"""

import pytest

from mizzen import CronJob, DaemonSet, Image, Recreate, Rollout, SpecError


IMAGE = Image("acme/api:v5")


def cron(**changes):
    """
    A CronJob with other fields.
    """
    return CronJob("tidy", image=IMAGE, **{"schedule": "@daily", **changes})


class TestSchedule:
    @pytest.mark.parametrize(
        "schedule",
        [
            "0 0 * * *",
            "*/15 8-18 1,15 JAN-mar mon-FRI",
            "5/10 ? ? 12 0",
            "59 23 31 12 6",
            "0-30/5 1 1 1 sun",
            "@hourly",
            "@yearly",
        ],
    )
    def test_accepted(self, schedule):
        """
        Kubernetes' own schedules are taken.
        """
        assert schedule == cron(schedule=schedule).schedule

    @pytest.mark.parametrize(
        "schedule",
        [
            "0 0 30 2 *",
            "0 0 31 4,6,9,11 *",
            "0 0 31 2-4/2 ?",
            "0 0 30/1 feb *",
        ],
    )
    def test_never(self, schedule):
        """
        A day that none of its months has never comes.
        """
        with pytest.raises(SpecError) as ei:
            cron(schedule=schedule)

        assert (
            "CronJob 'tidy': schedule must name a day that one of its months "
            f"has, like '0 0 28 2 *' (got {schedule!r})."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        "schedule",
        ["0 0 29 2 *", "0 0 31 */6 *", "0 0 30 2 mon", "0 0 30,1 2 *"],
    )
    def test_sometimes(self, schedule):
        """
        One that comes in some years, in one of the months or on a day of the
        week does.
        """
        assert cron(schedule=schedule)

    @pytest.mark.parametrize(
        "schedule", ["", "* * * *", "* * * * * *", "@every 1h", "@daily ", 5]
    )
    def test_form(self, schedule):
        """
        A schedule has five fields or is a word.
        """
        with pytest.raises(SpecError) as ei:
            cron(schedule=schedule)

        assert (
            "CronJob 'tidy': schedule must be minute, hour, day of the "
            "month, month and day of the week, like '30 3 * * mon-fri', or a "
            f"word like '@daily' (got {schedule!r})."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        ("schedule", "text"),
        [
            (
                "60 0 * * *",
                "minute from 0 to 59, like '0' or '*' (got '60')",
            ),
            ("0 24 * * *", "hour from 0 to 23, like '0' or '*' (got '24')"),
            (
                "0 0 0 * *",
                "day of the month from 1 to 31, like '1' or '*' (got '0')",
            ),
            (
                "0 0 * 13 *",
                "month from 1 to 12, like '1' or '*' (got '13')",
            ),
            (
                "0 0 * * 7",
                "day of the week from 0 to 6, like '0' or '*' (got '7')",
            ),
            (
                "9-5 0 * * *",
                "minute from 0 to 59, like '0' or '*' (got '9-5')",
            ),
            (
                "*/0 0 * * *",
                "minute from 0 to 59, like '0' or '*' (got '*/0')",
            ),
            (
                "1,,2 0 * * *",
                "minute from 0 to 59, like '0' or '*' (got '1,,2')",
            ),
            (
                "mon 0 * * *",
                "minute from 0 to 59, like '0' or '*' (got 'mon')",
            ),
            (
                "*-5 0 * * *",
                "minute from 0 to 59, like '0' or '*' (got '*-5')",
            ),
        ],
    )
    def test_ranges(self, schedule, text):
        """
        Each field keeps to its range.
        """
        with pytest.raises(SpecError) as ei:
            cron(schedule=schedule)

        assert f"CronJob 'tidy': schedule must say the {text}." == str(
            ei.value
        )


class TestTimeZone:
    @pytest.mark.parametrize("zone", ["Europe/Berlin", "Etc/UTC", "UTC"])
    def test_known(self, zone):
        """
        Zones of the IANA database are taken.
        """
        assert zone == cron(time_zone=zone).time_zone

    @pytest.mark.parametrize(
        ("zone", "hint"),
        [
            ("Europe/Berlim", "; nearest to 'Europe/Berlim': 'Europe/Berlin'"),
            ("Local", ""),
            ("", ""),
        ],
    )
    def test_unknown(self, zone, hint):
        """
        Others are refused, with the nearest if there is one.
        """
        with pytest.raises(SpecError) as ei:
            cron(time_zone=zone)

        assert (
            "CronJob 'tidy': time_zone must be a name of the IANA database, "
            f"like 'Europe/Berlin' (got {zone!r}{hint})."
        ) == str(ei.value)


class TestCronJob:
    @pytest.mark.parametrize(
        ("changes", "text"),
        [
            (
                {"concurrency": "Never"},
                (
                    "concurrency must be one of 'Allow', 'Forbid', 'Replace' "
                    "(got 'Never')."
                ),
            ),
            (
                {"start_within_seconds": 5},
                (
                    "start_within_seconds must be a whole number from 10 to "
                    "604800, like 600 (got 5)."
                ),
            ),
            (
                {"suspend": "yes"},
                "suspend must be True or False (got 'yes').",
            ),
        ],
        ids=str,
    )
    def test_refused(self, changes, text):
        """
        What Kubernetes would refuse or regret is refused.
        """
        with pytest.raises(SpecError) as ei:
            cron(**changes)

        assert f"CronJob 'tidy': {text}" == str(ei.value)


class TestDaemonSet:
    def test_strategy(self):
        """
        There is no way to recreate all pods at once.
        """
        with pytest.raises(SpecError) as ei:
            DaemonSet("sensor", image=IMAGE, update_strategy=Recreate())

        assert str(ei.value).startswith(
            "DaemonSet 'sensor': update_strategy must be Rollout(…) (got "
        )

    def test_deadline(self):
        """
        Kubernetes knows no deadline for them.
        """
        with pytest.raises(SpecError) as ei:
            DaemonSet(
                "sensor",
                image=IMAGE,
                update_strategy=Rollout(progress_deadline_seconds=60),
            )

        assert (
            "DaemonSet 'sensor': progress_deadline_seconds must be left out, "
            "because DaemonSets have none (got 60)."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        ("surge", "unavailable"), [(1, 1), ("5%", 2), (2, "10%")]
    )
    def test_both_ways(self, surge, unavailable):
        """
        Either the new pod of a node comes first, or the old one goes first.
        """
        rollout = Rollout(surge=surge, unavailable=unavailable)
        with pytest.raises(SpecError) as ei:
            DaemonSet("sensor", image=IMAGE, update_strategy=rollout)

        assert (
            "DaemonSet 'sensor': update_strategy must have surge or "
            "unavailable and not both, like Rollout(surge=0, "
            f"unavailable={unavailable!r}) (got {rollout!r})."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        "rollout",
        [Rollout(), Rollout(surge="0%", unavailable=1), Rollout(surge=2)],
    )
    def test_one_way(self, rollout):
        """
        One of both is enough.
        """
        sensor = DaemonSet("sensor", image=IMAGE, update_strategy=rollout)

        assert rollout == sensor.update_strategy

    def test_override(self):
        """
        An environment may override both kinds of parts.
        """
        sensor = DaemonSet("sensor", image=IMAGE)

        assert {"suspend": True} == cron().override(suspend=True).changes
        assert {"health": ["ok"]} == sensor.override(health=["ok"]).changes
