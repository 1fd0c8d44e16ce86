"""
How mistakes are shown.
"""

import pulumi
import pytest

from mizzen import SpecError
from mizzen.pulumi import readable_errors


class TestReadableErrors:
    def test_mistake(self):
        """
        A mistake becomes the one error that Pulumi shows as it is, without
        a trace of where it comes from.
        """
        with (
            pytest.raises(pulumi.RunError, match="it") as ei,
            readable_errors(),
        ):
            raise SpecError("it")

        assert ei.value.__suppress_context__

    def test_others(self):
        """
        Other errors stay what they are.
        """
        with pytest.raises(ZeroDivisionError), readable_errors():
            raise ZeroDivisionError
