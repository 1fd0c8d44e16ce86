"""
How pods end.
"""

import pytest


class TestPause:
    @pytest.mark.parametrize(
        ("grace", "pause", "total"), [(0, 5, 5), (30, 0, 30), (2, 10, 12)]
    )
    def test_added(self, placed, grace, pause, total):
        """
        The time for the shutdown begins after the pause, so that one that
        is shorter than the pause stays whole.
        """
        spec = placed(grace_seconds=grace, pause_seconds=pause)
        hooks = spec["containers"][0].get("lifecycle")

        assert total == spec["terminationGracePeriodSeconds"]
        assert hooks == (
            {"preStop": {"sleep": {"seconds": pause}}} if pause else None
        )
