"""
Objects that are in the cluster before mizzen is.
"""

import attrs
import pytest

from mizzen import SpecError, Stack
from mizzen.checks import check


@pytest.fixture(name="taking")
def _taking(stack):
    """
    The stack, which takes objects over.
    """

    def taking(*names):
        return attrs.evolve(stack, adopt=names)

    return taking


class TestRefused:
    def test_nothing(self, shop, desired, taking):
        """
        What the app does not have cannot be taken over, and the nearest
        object that it has is named.
        """
        with pytest.raises(SpecError) as ei:
            desired(shop, stack=taking("Service/api", "service/web"))

        (problem,) = ei.value.problems

        assert problem.startswith(
            "Stack 'dev' adopts 'service/web', which the app does not have; "
            "choose one of: "
        )
        assert problem.endswith("(nearest to 'service/web': 'Service/web').")

    def test_text(self):
        """
        A single name is no list.
        """
        with pytest.raises(SpecError) as ei:
            Stack("dev", environment="dev", adopt="Service/web")

        assert (
            "Stack 'dev': adopt must be a list, like ['Service/web'] (got "
            "'Service/web')."
        ) == str(ei.value)


class TestDesired:
    def test_same(self, shop, desired, taking):
        """
        What becomes of an object is the same, whoever has made it.
        """
        taken = desired(
            shop, stack=taking("Service/web", "Namespace/shop-dev")
        )

        assert desired(shop).to_yaml() == taken.to_yaml()

    def test_checked(self, shop, dev, desired, taking):
        """
        A check tells of each object that is taken over.
        """
        stack = taking("PersistentVolumeClaim/db")
        found = [
            str(finding)
            for finding in check(shop, dev, stack, desired(shop, stack=stack))
            if finding.id == "adopted"
        ]

        assert [
            (
                "PersistentVolumeClaim 'db': it is taken over from whoever has "
                "made it, and becomes what is described here (adopted). Look "
                "at mizzen preview first, and take it out of adopt in the file "
                "of stack 'dev' afterwards."
            )
        ] == found
