"""
Findings about pods that may run as root.
"""

import pytest

from mizzen import OFF, Environment

from .support import ELSEWHERE, changed, enforcing, written


class TestMaybeRoot:
    @pytest.mark.parametrize(
        "environment",
        [
            Environment("dev", namespace=ELSEWHERE),
            enforcing("baseline"),
            enforcing("privileged"),
        ],
    )
    def test_written(self, judged, environment):
        """
        Images of others may run as root where nobody demands otherwise.
        """
        assert [
            (
                "Deployment 'x': container 'c' runs as whatever user "
                "'nginx:1.25' has, which may be root (runs-as-root). Set "
                "runAsUser in its securityContext, or runAsNonRoot."
            )
        ] == judged(environment, written({}))

    def test_patch(self, judged):
        """
        So may those of parts, once a patch lets them.
        """
        environment = changed(
            Environment("dev", namespace=ELSEWHERE),
            containers={"worker": {"securityContext": OFF}},
            securityContext=OFF,
        )

        assert [
            (
                "Deployment 'worker': container 'worker' runs as whatever "
                "user 'acme/worker:v5' has, which may be root (runs-as-root). "
                "Take it out of the patch of Worker 'worker'."
            )
        ] == judged(environment)

    @pytest.mark.parametrize(
        "context", [{"runAsUser": 10001}, {"runAsNonRoot": True}]
    )
    def test_told(self, judged, context):
        """
        A number, or the demand, tells it from root.
        """
        environment = Environment("dev", namespace=ELSEWHERE)

        assert [] == judged(environment, written(context))
