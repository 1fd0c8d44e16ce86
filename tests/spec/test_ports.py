"""
What listens, and how much of it there is.
"""

import pytest

from mizzen import Autoscale, Port, SpecError


class TestPort:
    @pytest.mark.parametrize(
        "name", ["", "HTTP", "80", "a--b", "-a", "a-", "a" * 16, "a_b", 5]
    )
    def test_name(self, name):
        """
        Names are those that Kubernetes accepts.
        """
        with pytest.raises(SpecError) as ei:
            Port(name, 80)

        who = "Port" if name == 5 else f"Port {name!r}"
        assert (
            f"{who}: name must be at most 15 lower-case letters, digits and "
            "single hyphens with at least one letter, like 'http' (got "
            f"{name!r})."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        ("field", "rule"),
        [
            ("protocol", "'TCP', 'UDP'"),
            ("application", "'http', 'grpc', 'tcp'"),
        ],
    )
    def test_words(self, field, rule):
        """
        Protocols are words that are known.
        """
        with pytest.raises(SpecError) as ei:
            Port("http", 80, **{field: "SCTP"})

        assert (
            f"Port 'http': {field} must be one of {rule} (got 'SCTP')."
        ) == str(ei.value)


class TestAutoscale:
    def test_empty_range(self):
        """
        There are at least as many at most as there are at least.
        """
        with pytest.raises(SpecError) as ei:
            Autoscale(3, 2, cpu=70)

        assert (
            "Autoscale: maximum must be at least the minimum, 3 (got 2)."
        ) == str(ei.value)

    def test_aimless(self):
        """
        An autoscaler aims for something.
        """
        with pytest.raises(SpecError) as ei:
            Autoscale(1, 2)

        assert (
            "Autoscale: cpu or memory must be given in per cent, like cpu=70."
        ) == str(ei.value)

    @pytest.mark.parametrize("field", ["cpu", "memory"])
    def test_range(self, field):
        """
        Goals are per cent.
        """
        with pytest.raises(
            SpecError, match=rf"^Autoscale: {field} must be a whole number"
        ):
            Autoscale(1, 2, **{field: 0.7})

    @pytest.mark.parametrize("minimum", [0, 1.5, True])
    def test_minimum(self, minimum):
        """
        At least one replica is there.
        """
        with pytest.raises(
            SpecError, match=r"^Autoscale: minimum must be a whole number"
        ):
            Autoscale(minimum, 2, cpu=70)
