"""
What is raised, and how choices are offered.
"""

import pytest

from mizzen import SpecError
from mizzen.exceptions import choices, raise_problems


class TestSpecError:
    def test_value_error(self):
        """
        Whoever catches wrong values catches wrong descriptions.
        """
        assert issubclass(SpecError, ValueError)

    def test_single(self):
        """
        A single mistake is its own list of problems.
        """
        assert ("This.",) == SpecError("This.").problems


class TestRaiseProblems:
    def test_none(self):
        """
        Without problems nothing happens.
        """
        assert None is raise_problems("Heading", [])

    def test_once(self):
        """
        Each problem is told once, in order.
        """
        with pytest.raises(SpecError) as ei:
            raise_problems("Heading", iter(["B.", "A.", "B."]))

        assert "Heading:\n  - B.\n  - A." == str(ei.value)
        assert ("B.", "A.") == ei.value.problems


class TestChoices:
    def test_none(self):
        """
        Nothing is offered where there is nothing.
        """
        assert "there are none yet" == choices("x", [])

    def test_far(self):
        """
        What is far off has no nearest choice.
        """
        assert "choose one of: 'dev', 'prod'" == choices(
            "xyz", ["prod", "dev"]
        )

    def test_many(self):
        """
        Of many choices the first nine are shown, and the nearest.
        """
        names = [f"part-{n:02}" for n in range(20)]
        shown = ", ".join(repr(name) for name in names[:9])

        assert (
            f"choose one of: {shown} and 11 more (nearest to 'part-1a': "
            "'part-19')"
        ) == choices("part-1a", names)

    @pytest.mark.parametrize(("count", "more"), [(9, ""), (10, " and 1 more")])
    def test_border(self, count, more):
        """
        Nine choices are shown without a rest.
        """
        names = [f"part-{n:02}" for n in range(count)]

        assert choices("xyz", names).endswith(f"'part-08'{more}")
