"""
Which pods come first where there is no room for all.
"""

import attrs
import pytest

from mizzen import OFF, Defaults, Environment, SpecError


class TestPriority:
    def test_default(self, placed):
        """
        A class of the environment holds for all, and `OFF` removes it.
        """
        environment = Environment(
            "dev", defaults=Defaults(priority_class="high")
        )

        assert "priorityClassName" not in placed()
        assert "high" == placed(environment)["priorityClassName"]
        assert "priorityClassName" not in placed(
            environment, priority_class=OFF
        )

    def test_name(self, web):
        """
        Classes have names of Kubernetes.
        """
        with pytest.raises(SpecError) as ei:
            attrs.evolve(web, priority_class="High")

        assert (
            "Service 'web': priority_class must be the name of a "
            "PriorityClass, like 'high' (got 'High')."
        ) == str(ei.value)
